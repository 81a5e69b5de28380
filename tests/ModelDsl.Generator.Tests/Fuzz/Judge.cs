using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Fuzz;

/// <summary>
/// What must hold of any text in a user's file: nothing throws, nothing hangs, and either an error stands in that file, or every model of it is compiled
/// and the generated code gives no error and no warning.
/// </summary>
internal sealed partial class Judge
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, bool> _compiled = [];
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly HashSet<string> _seen = [];
    private int _sources, _valid;

    /// <summary>Judges a source, unless it was seen already or differs in the blanks at its end only.</summary>
    public void See(string source)
    {
        if (!_seen.Add(source.TrimEnd())) return;
        Interlocked.Increment(ref _sources);
        if (Fault(source, out TimeSpan time) is { } fault) _failures.Enqueue($"{fault}\n{source}\n");

        // Another process may have had the processor: only what is slow each time is slow.
        else if (time > Longest && Enumerable.Range(0, 5).All(_ => Fault(source, out time) is null && time > Longest)) _failures.Enqueue($"took {time}\n{source}\n");
    }

    /// <summary>Fails with the first few sources that broke the rule; prints the counts.</summary>
    public void Conclude(string what, int seed = 0)
    {
        string counts = $"{what}: {_sources} sources{(seed == 0 ? "" : $" from seed {seed}")}, {_valid} without errors, {_compiled.Count} different generated programs compiled, {_failures.Count} failures";
        TestContext.Current.TestOutputHelper!.WriteLine(counts);
        Console.WriteLine(counts);
        Assert.True(_failures.IsEmpty, counts + "\n" + string.Join("\n", _failures.DistinctBy(f => ShortNumber().Replace(f[..f.IndexOf('\n')], "0")).Take(8)));
    }

    private string? Fault(string source, out TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        CSharpCompilation project = CompilerHost.Project(source);
        GeneratorRunResult run = CompilerHost.Driver().RunGenerators(project).GetRunResult().Results[0];
        ImmutableArray<Diagnostic> user = CompilerHost.Diagnose(project);
        time = clock.Elapsed;

        if (run.Exception is { } thrown) return $"the generator threw {thrown}";
        if (!run.Diagnostics.IsEmpty) return $"the generator reported {run.Diagnostics[0]}";
        if (user.FirstOrDefault(d => d.Id == "AD0001") is { } analyzer) return $"the analyzer threw {analyzer.GetMessage()}";

        // the halves of partial properties are in the generated files, but for a class without [Model]
        bool isMissing = user.Any(d => d.Id == "MDSL0111");
        Diagnostic[] errors = [.. user.Where(d => d.Severity == DiagnosticSeverity.Error && (isMissing || d.Id != "CS9248"))];
        if (errors.Length > 0) return errors.Any(e => e.Location.SourceTree?.FilePath == "Model.cs") ? null : $"no error stands in the file: {errors[0]}";

        Interlocked.Increment(ref _valid);
        int files = Files(project.Assembly.GlobalNamespace);
        if (run.GeneratedSources.Length != files) return $"models of {files} files, but {run.GeneratedSources.Length} files";
        return _compiled.TryAdd(Shape(project, run), true) ? FaultOfBoth(project, run) : null;
    }

    /// <summary>Two of each model, and one more of kernels for a GPU; of a sub-model, which has no loss, its properties, if it has any.</summary>
    private static int Files(INamespaceOrTypeSymbol symbol) => symbol.GetMembers().OfType<INamespaceOrTypeSymbol>().Sum(m => Files(m) + (!Has(m, "Model") ? 0
        : Has(m, "Target") || m.GetMembers().Any(f => Has(f, "LossFunction")) ? HasKernels(m) ? 3 : 2 : m.GetMembers().OfType<IPropertySymbol>().Any(p => p.IsPartialDefinition) ? 1 : 0));

    private static bool HasKernels(ISymbol model)
    {
        var options = model.GetAttributes().First(a => a.AttributeClass?.Name == nameof(ModelAttribute)).NamedArguments.ToDictionary(a => a.Key, a => a.Value.Value);
        return options.GetValueOrDefault("Targets") is int targets && ((Targets)targets).HasFlag(Targets.Gpu) && options.GetValueOrDefault("Scalar") is not (int)Scalar.Double;
    }

    private static bool Has(ISymbol symbol, string attribute) => symbol.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == $"ModelDsl.{attribute}Attribute");

    private static string? FaultOfBoth(CSharpCompilation project, GeneratorRunResult run)
    {
        Compilation both = project.AddSyntaxTrees([.. run.GeneratedSources.Select(s => s.SyntaxTree)]);
        // CS8981 (a name of lower-case letters only) is reported for each part of a class, and is about the name that the user chose.
        Diagnostic? fault = CompilerHost.Diagnose(both).FirstOrDefault(d =>
            d.Severity == DiagnosticSeverity.Error || (d.Severity == DiagnosticSeverity.Warning && d.Id != "CS8981" && d.Location.SourceTree?.FilePath != "Model.cs"));
        return fault is null ? null : $"generated code does not compile: {fault}";
    }

    /// <summary>Programs that differ in short numbers only compile alike; so the compiler need see one of them. What the user wrote beside attributes counts too.</summary>
    private static string Shape(CSharpCompilation project, GeneratorRunResult run)
    {
        SyntaxNode user = project.SyntaxTrees.Last().GetRoot();
        user = user.RemoveNodes(user.DescendantNodes().OfType<AttributeListSyntax>(), SyntaxRemoveOptions.KeepNoTrivia)!;
        return ShortNumber().Replace(string.Concat(run.GeneratedSources.Select(s => s.SourceText)), "0") + user.NormalizeWhitespace();
    }

    [GeneratedRegex(@"(?<![\d_])[\d_]{1,9}(?![\d_])")]
    private static partial Regex ShortNumber();
}
