using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>
/// Stage 1: what the attributes say, as values. It must be cacheable by the compiler: immutable, compared by content, holding no Roslyn object
/// and no position (a comment above a model must not change it). Positions are in <see cref="SourceMap"/>; <see cref="Site"/> is an index into it.
/// </summary>
internal sealed record ModelDeclaration(
    TypeIdentity Type,
    bool IsDouble,
    InputDeclaration Input,
    EquatableArray<LayerDeclaration> Layers,
    TargetDeclaration Target);

/// <summary>Where the generated part goes.</summary>
/// <param name="Namespace">Dotted, keywords escaped; empty for the global one.</param>
/// <param name="Containing">The headers of the types around it, outermost first: <c>partial class Outer</c>.</param>
/// <param name="Keyword">class or record.</param>
/// <param name="Identifier">The name as C# text, escaped where it is a keyword.</param>
/// <param name="Name">The name itself.</param>
/// <param name="HintName">The unique start of the generated files' names.</param>
internal sealed record TypeIdentity(
    string Namespace, EquatableArray<string> Containing, string Keyword, string Identifier, string Name, string HintName);

/// <summary>An attribute of the declaration, counted in source order.</summary>
internal readonly record struct Site(int Index);

/// <summary>An argument of an attribute: its parameter or property, and which element where that is a list.</summary>
internal readonly record struct ArgumentName(string Name, int Element = 0);

internal sealed record InputDeclaration(Site Site, EquatableArray<int> Shape);

internal enum ScalarKind { Single, Double }

internal enum ActivationKind { Identity, Relu, LeakyRelu, Elu, Selu, Gelu, GeluTanh, Silu, Mish, Softplus, Tanh, Sigmoid, Softmax }

internal enum InitializerKind
{
    Default, Zeros, Ones, Constant, Uniform, Normal, TruncatedNormal, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LeCunUniform, LeCunNormal, Orthogonal,
}

internal enum LossKind { Mse, HalfMse, Mae, Huber, LogCosh, BinaryCrossEntropy, SparseCrossEntropy, CrossEntropy, Hinge, SquaredHinge }

[Flags]
internal enum MetricKinds { Default = 0, Accuracy = 1, Mse = 2, Mae = 4, R2 = 8 }

/// <summary>A function and its slope or scale α.</summary>
internal readonly record struct ActivationChoice(ActivationKind Kind, double Alpha);

/// <summary>How a tensor is drawn; Default is resolved by lowering, which knows what follows the layer. NaN scale: the initialiser's own.</summary>
internal readonly record struct InitializerChoice(InitializerKind Kind, double Scale);

internal abstract record LayerDeclaration(Site Site);

internal sealed record DenseDeclaration(
    Site Site, int Units, ActivationChoice Activation, bool UseBias, InitializerChoice Weights, InitializerChoice Bias, double L1, double L2)
    : LayerDeclaration(Site);

internal sealed record ActivationDeclaration(Site Site, ActivationChoice Activation) : LayerDeclaration(Site);

internal sealed record DropoutDeclaration(Site Site, double Rate) : LayerDeclaration(Site);

internal sealed record LayerNormDeclaration(Site Site, double Epsilon, bool Affine) : LayerDeclaration(Site);

internal sealed record BatchNormDeclaration(Site Site, double Epsilon, double Momentum, bool Affine) : LayerDeclaration(Site);

internal sealed record FlattenDeclaration(Site Site) : LayerDeclaration(Site);

/// <param name="Classes">0 where not given.</param>
internal sealed record TargetDeclaration(
    Site Site, LossKind Loss, double LabelSmoothing, double Delta, int Classes, double L1, double L2, MetricKinds Metrics);
