using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>
/// Stage 1: what the class says, as values. It must be cacheable by the compiler: immutable, compared by content, holding no Roslyn object
/// and no position (a comment above a model must not change it). Positions are in <see cref="SourceMap"/>; <see cref="Site"/> is an index into it.
/// Stacked attributes and <c>[Forward]</c> methods both end here: a list of named layers and a body that calls them.
/// </summary>
/// <param name="Type">Where the generated part goes.</param>
/// <param name="IsDouble">The scalar type.</param>
/// <param name="Inputs">By the index that the body's Input nodes use.</param>
/// <param name="Layers">By the index that the body's Layer nodes use.</param>
/// <param name="Params">Raw parameters, by the index that the body's Param nodes use.</param>
/// <param name="Body">Values in order; a node's inputs come before it.</param>
/// <param name="Outputs">What the body returns; none has a target in a class that is only ever a sub-model.</param>
internal sealed record ModelDeclaration(
    TypeIdentity Type,
    bool IsDouble,
    EquatableArray<InputDeclaration> Inputs,
    EquatableArray<LayerDeclaration> Layers,
    EquatableArray<ParamDeclaration> Params,
    EquatableArray<BodyNode> Body,
    EquatableArray<OutputDeclaration> Outputs)
{
    /// <summary>The first output's target; null for a class that is only ever a sub-model.</summary>
    public TargetDeclaration? Target => Outputs.Select(o => o.Target).FirstOrDefault(t => t is not null);

    /// <summary>The body's node that is the loss, where the model has a loss function of its own; else −1.</summary>
    public int Objective { get; init; } = -1;

    /// <summary>The steps of the user's own recurrences, by the index that the body's Scan nodes use.</summary>
    public EquatableArray<CellDeclaration> Cells { get; init; } = EquatableArray<CellDeclaration>.Empty;

    /// <summary>The cell that is the class's own [Cell] method; −1 where it has none.</summary>
    public int Step { get; init; } = -1;

    /// <summary>Whether the model can be given a sequence position by position.</summary>
    public bool HasDecoder { get; init; }

    /// <summary>Whether the model can say how its input moves its output.</summary>
    public bool HasInputGradient { get; init; }

    /// <summary>Whether the model also gets kernels for a GPU.</summary>
    public bool HasGpu { get; init; }

    /// <summary>Whether projects that reference this one can have the class as a sub-model.</summary>
    public bool IsExported { get; init; }

    /// <summary>The headers of the partial properties that the generated half must implement.</summary>
    public EquatableArray<string> Properties { get; init; } = EquatableArray<string>.Empty;
}

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

/// <param name="Site">The attribute.</param>
/// <param name="Name">As users say it.</param>
/// <param name="Identifier">The name as C# text, escaped where it is a keyword.</param>
/// <param name="Shape">One sample's sizes; none where a sample is one class.</param>
/// <param name="Classes">Where not 0, values are class indices below this.</param>
internal sealed record InputDeclaration(Site Site, string Name, string Identifier, EquatableArray<SizeDeclaration> Shape, int Classes = 0);

/// <summary>A size of an input: a number, or a symbol whose value each batch has.</summary>
internal readonly record struct SizeDeclaration(int Number, string? Symbol = null)
{
    public override string ToString() => Symbol is null ? Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"\"{Symbol}\"";
}

/// <param name="Name">As users say it; empty where there is one output.</param>
/// <param name="Identifier">The name as a parameter in C# text, escaped where it is a keyword.</param>
/// <param name="Node">The body's node.</param>
/// <param name="Target">What it is trained on; null where it is only predicted.</param>
internal sealed record OutputDeclaration(string Name, string Identifier, int Node, TargetDeclaration? Target);

/// <summary>A raw parameter.</summary>
internal sealed record ParamDeclaration(Site Site, string Name, EquatableArray<int> Shape, InitializerChoice Initializer, bool Decay, bool Frozen);

/// <summary>What a node of a body is.</summary>
internal enum BodyOp
{
    /// <summary>An input, by index.</summary>
    Input,

    /// <summary>A raw parameter, by index.</summary>
    Param,

    /// <summary>The target of an output, by index, of its shape: in a loss function.</summary>
    Target,

    /// <summary>A layer, by index, applied to a value.</summary>
    Layer,

    /// <summary>A layer's weight, by the layer's index.</summary>
    Weight,

    /// <summary>A layer's bias, by the layer's index.</summary>
    Bias,

    /// <summary>A number, which takes any shape.</summary>
    Number,

    /// <summary>An op of the language, by name.</summary>
    Call,

    /// <summary>A recurrence over a sequence, by the index of its cell.</summary>
    Scan,

    /// <summary>What a cell's step is given, by index: its input, then the states.</summary>
    Argument,

    /// <summary>The first input in training, the second in prediction.</summary>
    ByMode,
}

/// <summary>A value of a body.</summary>
/// <param name="Op">What it is.</param>
/// <param name="Index">The input, parameter or layer.</param>
/// <param name="Name">The op of a call; the local's name, for readers, of anything else.</param>
/// <param name="Inputs">Earlier nodes.</param>
/// <param name="Numbers">A number's value; a call's constants.</param>
/// <param name="Site">The expression.</param>
internal sealed record BodyNode(
    BodyOp Op, int Index, string Name, EquatableArray<int> Inputs, EquatableArray<double> Numbers, Site Site);

internal enum ScalarKind { Single, Double }

[Flags]
internal enum TargetKinds { Cpu = 1, Gpu = 2 }

internal enum ActivationKind { Identity, Relu, LeakyRelu, Elu, Selu, Gelu, GeluTanh, Silu, Mish, Softplus, Tanh, Sigmoid, Softmax }

internal enum InitializerKind
{
    Default, Zeros, Ones, Constant, Uniform, Normal, TruncatedNormal, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LeCunUniform, LeCunNormal, Orthogonal,
}

internal enum LossKind
{
    Mse, HalfMse, Mae, Huber, LogCosh, BinaryCrossEntropy, SparseCrossEntropy, CrossEntropy, Hinge, SquaredHinge, KlDivergence, Poisson, BinaryFocal, SparseFocal, Quantile, Custom,
}

[Flags]
internal enum MetricKinds { Default = 0, Accuracy = 1, Mse = 2, Mae = 4, R2 = 8 }

/// <summary>A function and its slope or scale α.</summary>
internal readonly record struct ActivationChoice(ActivationKind Kind, double Alpha);

/// <summary>How a tensor is drawn; Default is resolved by lowering, which knows what follows the layer. NaN scale: the initialiser's own.</summary>
internal readonly record struct InitializerChoice(InitializerKind Kind, double Scale);

/// <param name="Site">The attribute.</param>
/// <param name="Name">Unique in the model: dense1, or the property's name. Its tensors are called Name.weight and so on.</param>
internal abstract record LayerDeclaration(Site Site, string Name);

/// <summary>A layer that is a product with weights of its own, a bias and a non-linearity.</summary>
internal abstract record WeightedDeclaration(
    Site Site, string Name, ActivationChoice Activation, bool UseBias, InitializerChoice Weights, InitializerChoice Bias, double L1, double L2, bool Frozen)
    : LayerDeclaration(Site, Name);

internal sealed record DenseDeclaration(
    Site Site, string Name, int Units, ActivationChoice Activation, bool UseBias, InitializerChoice Weights, InitializerChoice Bias, double L1, double L2, bool Frozen)
    : WeightedDeclaration(Site, Name, Activation, UseBias, Weights, Bias, L1, L2, Frozen);

internal sealed record ActivationDeclaration(Site Site, string Name, ActivationChoice Activation) : LayerDeclaration(Site, Name);

internal sealed record DropoutDeclaration(Site Site, string Name, double Rate) : LayerDeclaration(Site, Name);

internal sealed record LayerNormDeclaration(Site Site, string Name, double Epsilon, bool Affine) : LayerDeclaration(Site, Name);

internal sealed record BatchNormDeclaration(Site Site, string Name, double Epsilon, double Momentum, bool Affine) : LayerDeclaration(Site, Name);

internal sealed record EmbeddingDeclaration(Site Site, string Name, int Classes, int Width, InitializerChoice Weights, int Padding, bool Frozen, bool Sparse = false) : LayerDeclaration(Site, Name);

internal sealed record FlattenDeclaration(Site Site, string Name) : LayerDeclaration(Site, Name);

/// <param name="Classes">0 where not given.</param>
/// <param name="Weight">The loss's factor in the sum over all outputs.</param>
internal sealed record TargetDeclaration(
    Site Site, LossKind Loss, double LabelSmoothing, double Delta, int Classes, double L1, double L2, MetricKinds Metrics, double Weight = 1)
{
    /// <summary>What the options are where they are not given.</summary>
    public const double StandardGamma = 2, StandardAlpha = 0.25, StandardQuantile = 0.5;

    /// <summary>Whether each sample's loss has a factor of its own, which comes with the batch.</summary>
    public bool Weighted { get; init; }

    public double Gamma { get; init; } = StandardGamma;

    public double Alpha { get; init; } = StandardAlpha;

    public double Quantile { get; init; } = StandardQuantile;

    /// <summary>Whether the target is a class index for each row of the last axis.</summary>
    public bool IsClass => Loss is LossKind.SparseCrossEntropy or LossKind.SparseFocal;

    /// <summary>Whether the last axis is classes, of which softmax makes a distribution.</summary>
    public bool IsOverClasses => IsClass || Loss is LossKind.CrossEntropy or LossKind.KlDivergence;

    /// <summary>Whether outputs are logits of two classes each, of which the sigmoid makes probabilities.</summary>
    public bool IsBinary => Loss is LossKind.BinaryCrossEntropy or LossKind.BinaryFocal;

    public bool IsClassification => IsOverClasses || IsBinary || Loss is LossKind.Hinge or LossKind.SquaredHinge;
}
