using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>The front end: from a class symbol to a <see cref="ModelDeclaration"/>. Generator and analyzer both call it, so they cannot disagree.</summary>
internal static class DeclarationReader
{
    public const string Namespace = "ModelDsl";
    public const string Attribute = "Model";

    /// <summary>What the generator adds to a model's class.</summary>
    public static readonly string[] GeneratedMembers =
        ["Info", "CreateInfo", "Create", "Load", "Save", "Parameters", "CreateTrainer", "Predict", "Logits", "Evaluate", "Summary", "CreateDecoder", "InputGradient"];

    /// <summary>The attributes that layers, inputs and targets are declared with.</summary>
    public static readonly string[] Language =
    [
        "Input", "Dense", "Activation", "Dropout", "LayerNorm", "BatchNorm", "Embedding", "Flatten", "Rnn", "Gru", "Lstm", "Target",
        "Conv1D", "Conv2D", "ConvTranspose1D", "ConvTranspose2D", "MaxPool1D", "MaxPool2D", "AveragePool1D", "AveragePool2D",
        "GlobalMaxPool", "GlobalAveragePool", "AdaptiveMaxPool", "AdaptiveAveragePool", "Upsample", "GroupNorm",
        "Attention", "RmsNorm", "PositionEmbedding",
    ];

    public static ReadResult<ModelDeclaration> Read(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        var map = new SourceMap();
        var problems = new List<Problem>();
        Site typeSite = map.Add(type.Locations.FirstOrDefault() ?? Location.None);
        TypeIdentity identity = TypeReader.ReadModel(type, typeSite, map, problems, cancellation);
        bool canExtend = problems.All(IsWarning) && !TypeReader.IsAmbiguous(type);
        var model = new AttributeReader(type.GetAttributes().First(a => IsNamed(a.AttributeClass, Attribute)), map, problems, cancellation);
        AttributeReader[] attributes =
            [.. type.GetAttributes().Where(a => IsLanguage(a.AttributeClass)).Select(a => new AttributeReader(a, map, problems, cancellation))];
        cancellation.ThrowIfCancellationRequested();

        RequireOnePart(type, attributes, problems);
        bool isDouble = model.Choice("Scalar", ScalarKind.Single) == ScalarKind.Double;
        ModelDeclaration? declaration = ForwardReader.Find(type) is { } forward
            ? ForwardReader.Read(identity, isDouble, typeSite, forward, attributes, compilation, map, problems, cancellation)
            : ForwardReader.Step(type) is { } step
            ? ForwardReader.Read(identity, step, attributes, compilation, map, problems, cancellation)
            : StackReader.Read(identity, isDouble, typeSite, attributes, problems);

        declaration = declaration is null ? null : declaration with { HasDecoder = model.Boolean("Decoder", false), HasInputGradient = model.Boolean("InputGradient", false), HasGpu = (model.Choice("Targets", TargetKinds.Cpu) & TargetKinds.Gpu) != 0 };

        // what cannot be compiled keeps its properties' halves: else the compiler's complaint about them would hide ours
        if (canExtend && declaration is { Properties.Count: > 0 } && !problems.All(IsWarning))
            declaration = declaration with { Body = EquatableArray<BodyNode>.Empty, Outputs = EquatableArray<OutputDeclaration>.Empty, Step = -1 };
        bool usable = canExtend && declaration is not null && !model.IsBroken && !attributes.Any(a => a.IsBroken) && (problems.All(IsWarning) || declaration!.Body.Count == 0);
        return new ReadResult<ModelDeclaration>(usable ? declaration : null, problems, map);
    }

    /// <summary>Whether the class is an attribute of the language ([Model] itself excepted).</summary>
    public static bool IsLanguage(INamedTypeSymbol? attribute) => Language.Any(name => IsNamed(attribute, name));

    /// <summary>Whether the generator implements a property that has the attribute.</summary>
    public static bool IsOfProperty(INamedTypeSymbol? attribute) => IsLanguage(attribute) || IsNamed(attribute, "Param") || IsNamed(attribute, "Sub");

    public static bool Has(INamedTypeSymbol type, string attribute) => type.GetAttributes().Any(a => IsNamed(a.AttributeClass, attribute));

    public static bool IsNamed(INamedTypeSymbol? attribute, string name) =>
        attribute is not null && attribute.Name == name + "Attribute" && attribute.ContainingType is null
        && attribute.ContainingNamespace is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>False for a second part of a type that repeats an attribute, which the compiler reports.</summary>
    public static bool IsFirstPart(GeneratorAttributeSyntaxContext context, string attribute)
    {
        SyntaxNode? first = context.TargetSymbol.GetAttributes().First(a => IsNamed(a.AttributeClass, attribute)).ApplicationSyntaxReference?.GetSyntax();

        // parts are told apart by their nodes: where two stand in one file, each is given the attributes of both
        return first?.FirstAncestorOrSelf<TypeDeclarationSyntax>() == context.TargetNode;
    }

    public static bool IsWarning(Problem problem) => Descriptors.ById[problem.Id].DefaultSeverity != DiagnosticSeverity.Error;

    private static void RequireOnePart(INamedTypeSymbol type, AttributeReader[] attributes, List<Problem> problems)
    {
        SyntaxNode? first = attributes.FirstOrDefault()?.Syntax?.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        AttributeReader? stray = attributes.FirstOrDefault(a => a.Syntax?.FirstAncestorOrSelf<TypeDeclarationSyntax>() != first);
        if (stray is not null) problems.Add(Problem.At(stray.Site, Ids.AmbiguousOrder, type.Name));
    }
}
