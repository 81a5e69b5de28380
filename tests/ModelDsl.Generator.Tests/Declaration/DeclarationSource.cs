using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Declaration;

/// <summary>Declarations as the front end reads them from C#.</summary>
internal static class DeclarationSource
{
    public static IReadOnlyList<ModelDeclaration> Read(string source)
    {
        GeneratorRunResult run = CompilerHost.Driver().RunGenerators(CompilerHost.Project(source)).GetRunResult().Results[0];
        return run.TrackedSteps.TryGetValue(ModelGenerator.DeclarationStep, out var steps) ? [.. steps.SelectMany(s => s.Outputs).Select(o => (ModelDeclaration)o.Value)] : [];
    }

    public static void Each(IEnumerable<string> sources, Action<ModelDeclaration> check)
    {
        foreach (ModelDeclaration declaration in sources.SelectMany(Read)) check(declaration);
    }
}
