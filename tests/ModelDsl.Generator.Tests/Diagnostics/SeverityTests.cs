using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Users decide which warnings they see: the reason why an analyzer reports and not the generator.</summary>
public class SeverityTests
{
    private const string Softmax = "[Model, Input(4), Dense(3, Activation.Softmax), Target(Loss.CrossEntropy)] partial class M;";

    [Fact]
    public void Pragma_SuppressesAWarning() =>
        Assert.Empty(CompilerHost.Build($"#pragma warning disable MDSL0401\n{Softmax}\n#pragma warning restore MDSL0401").Reported);

    [Fact]
    public void PragmaOfAnotherLine_DoesNot() =>
        Assert.Equal("MDSL0401", Assert.Single(CompilerHost.Build($"#pragma warning disable MDSL0401\n#pragma warning restore MDSL0401\n{Softmax}").Reported).Id);

    [Fact]
    public void SuppressMessage_SuppressesAWarning() =>
        Assert.Empty(CompilerHost.Build("[System.Diagnostics.CodeAnalysis.SuppressMessage(\"ModelDsl\", \"MDSL0401\")]\n" + Softmax).Reported);

    [Theory]
    [InlineData(ReportDiagnostic.Error, DiagnosticSeverity.Error)]
    [InlineData(ReportDiagnostic.Suppress, null)]
    public void EditorConfig_SetsTheSeverity(ReportDiagnostic configured, DiagnosticSeverity? expected)
    {
        CSharpCompilation project = CompilerHost.Project(Softmax);
        project = project.WithOptions(project.Options.WithSyntaxTreeOptionsProvider(new Configured("MDSL0401", configured)));
        ImmutableArray<Diagnostic> reported = CompilerHost.Build(project).Reported;
        Assert.Equal(expected is null ? [] : [expected.Value], reported.Select(d => d.Severity));
    }

    /// <summary>dotnet_diagnostic.MDSL0401.severity = …, as the compiler hands it on.</summary>
    private sealed class Configured(string id, ReportDiagnostic severity) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic found)
        {
            found = severity;
            return diagnosticId == id;
        }

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic found)
        {
            found = default;
            return false;
        }
    }
}
