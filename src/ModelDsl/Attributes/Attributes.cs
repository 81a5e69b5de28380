using System.Runtime.CompilerServices;

namespace ModelDsl;

/// <summary>
/// Makes a partial class a model: the layers stacked on it as attributes, in source order, or its <see cref="ForwardAttribute"/> method, are compiled
/// into its forward and backward code.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>The scalar type of parameters, inputs and outputs.</summary>
    public Scalar Scalar { get; set; }

    /// <summary>
    /// Whether the model gets a <c>CreateDecoder</c>: it then also predicts position after position of a sequence, keeping the keys and values of those before. The input's first size counts positions, and
    /// only causal <see cref="AttentionAttribute"/> may look from one at others.
    /// </summary>
    public bool Decoder { get; set; }

    /// <summary>Whether the model gets an <c>InputGradient</c>, which says how its input moves its output, and on which <see cref="Explain"/> builds. For one input of real numbers and one output.</summary>
    public bool InputGradient { get; set; }

    /// <summary>Whether the model can also be trained on a GPU: <c>Targets = Targets.Cpu | Targets.Gpu</c> emits kernels for one beside the code for the processor. In float.</summary>
    public Targets Targets { get; set; } = Targets.Cpu;
}

/// <summary>
/// The shape of one sample, without the batch: <c>[Input(784)]</c>, <c>[Input(28, 28)]</c>; of class indices (tokens, categories) <c>[Input(64, Classes = 65)]</c>, or
/// <c>[Input(Classes = 7)]</c> where a sample is one class. A size that each batch chooses is a symbol, a capital letter other than B, the batch, and V:
/// <c>[Input("T", 256)]</c>, <c>[Input("T", Classes = 65)]</c>. Inputs of one symbol have one size; <c>Predict</c> and <c>Step</c> take its value after the spans.
/// Of rows of a table, whose type says what they are encoded as: <c>[Input(typeof(Passenger))]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Parameter, Inherited = false, AllowMultiple = true)]
public sealed class InputAttribute : Attribute
{
    /// <summary>Sizes that are known.</summary>
    /// <param name="shape">Positive sizes, outermost first.</param>
    [OverloadResolutionPriority(1)] // null is no type of rows
    public InputAttribute(params int[] shape) => Shape = [.. shape];

    /// <summary>Sizes some of which are symbols.</summary>
    /// <param name="first">A positive number, or a symbol.</param>
    /// <param name="more">The others.</param>
    public InputAttribute(object first, params object[] more) => Shape = [first, .. more];

    /// <summary>The width of an encoded row, which its properties tell at build time.</summary>
    /// <param name="row">A type with <see cref="RowAttribute"/>.</param>
    public InputAttribute(Type row) => Shape = [row];

    /// <summary>Positive sizes or symbols, outermost first; or the type of the rows.</summary>
    public object[] Shape { get; }

    /// <summary>
    /// Where given, at least 2: values are whole numbers from 0 to Classes − 1, passed as <see cref="int"/>; others are an <see cref="ArgumentException"/> of <c>Predict</c>,
    /// <c>Step</c> and <c>Fit</c>. Only <see cref="EmbeddingAttribute"/>, <c>Ops.Gather</c> and <c>Ops.OneHot</c> take them.
    /// </summary>
    public int Classes { get; set; }
}

/// <summary>
/// y = W[x, :]: a learned row for each class. x: class indices (…), W: (classes, width), y: (…, width). The gradient of a row is the sum over its uses.
/// An optimizer treats W as any other tensor: what Adam or momentum still owe a row moves it also in steps that do not use it. <see cref="Sparse"/> is for tables too large for that.
/// </summary>
/// <param name="classes">Rows of W, at least as many as the input's Classes.</param>
/// <param name="width">Columns of W.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class EmbeddingAttribute(int classes, int width) : Attribute
{
    /// <summary>Rows of W.</summary>
    public int Classes { get; } = classes;

    /// <summary>Columns of W.</summary>
    public int Width { get; } = width;

    /// <summary>
    /// Whether a step touches only the rows of W that its batch names: gradient, clipping, weight decay and optimizer cost time for those rows, not for all classes. The others rest, also what
    /// momentum or Adam remember of them, as in torch.optim.SparseAdam; with plain SGD both ways are one. For a layer that is called once, whose Weight is used nowhere else.
    /// </summary>
    public bool Sparse { get; set; }

    /// <summary>The class that stands for nothing: y is 0 there, and no gradient flows from it. −1: none does.</summary>
    public int PaddingIndex { get; set; } = -1;

    /// <summary>How W is drawn; <see cref="Initializer.Normal"/> with deviation 1 unless given, as in PyTorch.</summary>
    public Initializer Weights { get; set; }

    /// <summary>The initialiser's scale (see <see cref="Initializer"/>).</summary>
    public float WeightScale { get; set; }

    /// <summary>Whether W never changes: it is saved and loaded, but has no gradient and does not decay.</summary>
    public bool Frozen { get; set; }
}

/// <summary>y = activation(x·W + b) along the last axis. x: (…, in), W: (in, units), b: (units), y: (…, units).</summary>
/// <param name="units">The width of the output.</param>
/// <param name="activation">The non-linearity, fused into the product.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class DenseAttribute(int units, Activation activation = Activation.Identity) : Attribute
{
    /// <summary>The width of the output.</summary>
    public int Units { get; } = units;

    /// <summary>The non-linearity, fused into the product.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>The slope or scale α of LeakyRelu and Elu.</summary>
    public float Alpha { get; set; }

    /// <summary>Whether b is added.</summary>
    public bool UseBias { get; set; } = true;

    /// <summary>How W is drawn.</summary>
    public Initializer Weights { get; set; }

    /// <summary>The initialiser's scale: value, half-width, standard deviation or gain (see <see cref="Initializer"/>).</summary>
    public float WeightScale { get; set; }

    /// <summary>How b is drawn.</summary>
    public Initializer Bias { get; set; }

    /// <summary>The initialiser's scale of b.</summary>
    public float BiasScale { get; set; }

    /// <summary>Adds L1·Σ|w| over this layer's W to the loss.</summary>
    public float L1 { get; set; }

    /// <summary>Adds L2·Σw² over this layer's W to the loss (PyTorch's weight_decay is 2·L2).</summary>
    public float L2 { get; set; }

    /// <summary>Whether W and b never change: they are saved and loaded, but have no gradient, no penalty and no decay.</summary>
    public bool Frozen { get; set; }
}

/// <summary>A non-linearity as a layer of its own.</summary>
/// <param name="activation">Which one.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class ActivationAttribute(Activation activation) : Attribute
{
    /// <summary>Which one.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>The slope or scale α of LeakyRelu and Elu.</summary>
    public float Alpha { get; set; }
}

/// <summary>
/// In training, zeroes each element with probability <paramref name="rate"/> and divides the others by 1 − rate (inverted dropout, Srivastava et al. 2014);
/// identity in prediction. The mask is recomputed from a counter-based generator, never stored.
/// </summary>
/// <param name="rate">In [0, 1).</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class DropoutAttribute(float rate) : Attribute
{
    /// <summary>The probability of zero, in [0, 1).</summary>
    public float Rate { get; } = rate;
}

/// <summary>y = (x − mean)/√(var + ε)·γ + β, mean and variance (divided by n) along the last axis of each sample. Ba et al. 2016.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class LayerNormAttribute : Attribute
{
    /// <summary>ε, added to the variance.</summary>
    public float Epsilon { get; set; } = 1e-5f;

    /// <summary>Whether γ and β are learned (else 1 and 0).</summary>
    public bool Affine { get; set; } = true;
}

/// <summary>
/// y = (x − mean)/√(var + ε)·γ + β per feature, over the batch in training, with running statistics in prediction. Ioffe and Szegedy 2015.
/// The variance that normalises is divided by n, the one that runs by n − 1, as in PyTorch.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class BatchNormAttribute : Attribute
{
    /// <summary>ε, added to the variance.</summary>
    public float Epsilon { get; set; } = 1e-5f;

    /// <summary>running ← (1 − momentum)·running + momentum·batch (PyTorch's convention; Keras' 0.99 is 0.01 here).</summary>
    public float Momentum { get; set; } = 0.1f;

    /// <summary>Whether γ and β are learned (else 1 and 0).</summary>
    public bool Affine { get; set; } = true;
}

/// <summary>Makes each sample one row: (d₁, d₂, …) becomes (d₁·d₂·…). Moves no data.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class FlattenAttribute : Attribute;

/// <summary>
/// What the model is trained to produce. A <see cref="ForwardAttribute"/> method that returns a tuple, <c>(Tensor Price, Tensor Direction)</c>, has several outputs: give each
/// that is trained a target with its name; the loss is the sum of weight · loss, and an output without a target is only predicted.
/// </summary>
/// <param name="loss">What training minimises; it also decides what <c>Predict</c> returns.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class TargetAttribute(Loss loss) : Attribute
{
    /// <summary>What training minimises.</summary>
    public Loss Loss { get; } = loss;

    /// <summary>The name of the output in the tuple that the <see cref="ForwardAttribute"/> method returns; left out where it returns one tensor.</summary>
    public string? Output { get; set; }

    /// <summary>What this output's loss is multiplied by in the sum; positive.</summary>
    public float Weight { get; set; } = 1;

    /// <summary>
    /// Whether each batch brings a weight for each sample, (B), finite and not negative: the loss is then (1/B)·Σᵢ wᵢ·lossᵢ, lossᵢ being sample i's mean over positions and outputs
    /// (Keras' sum over the batch size). A weight of 2 so counts as the sample twice, at the learning rate of the batch without it. PyTorch's weighted cross-entropy divides by Σᵢ wᵢ
    /// instead of B: for its numbers, divide the weights by their mean over the batch. <c>Step</c> and <c>Forward</c> take them behind the targets, <c>Fit</c> and <c>Evaluate</c>
    /// from the data set (<see cref="Dataset.WithWeights"/>); metrics other than the loss weigh all samples alike.
    /// </summary>
    public bool Weighted { get; set; }

    /// <summary>For <see cref="Loss.SparseCrossEntropy"/> and <see cref="Loss.CrossEntropy"/>: the target becomes (1 − s)·t + s/classes. In [0, 1). Szegedy et al. 2016.</summary>
    public float LabelSmoothing { get; set; }

    /// <summary>δ of <see cref="Loss.Huber"/>.</summary>
    public float Delta { get; set; } = 1;

    /// <summary>γ of <see cref="Loss.BinaryFocal"/> and <see cref="Loss.SparseFocal"/>, at least 0; 0 is the cross-entropy.</summary>
    public float Gamma { get; set; } = 2;

    /// <summary>α of <see cref="Loss.BinaryFocal"/>, in (0, 1): the weight of targets 1; those of 0 weigh 1 − α. 0.5 weighs all alike, with ½.</summary>
    public float Alpha { get; set; } = 0.25f;

    /// <summary>q of <see cref="Loss.Quantile"/>, in (0, 1).</summary>
    public float Quantile { get; set; } = 0.5f;

    /// <summary>The number of classes, checked against the output's width.</summary>
    public int Classes { get; set; }

    /// <summary>Adds L1·Σ|w| over all weights (not biases) to the loss.</summary>
    public float L1 { get; set; }

    /// <summary>Adds L2·Σw² over all weights (not biases) to the loss.</summary>
    public float L2 { get; set; }

    /// <summary>What <c>Evaluate</c> reports beside the loss.</summary>
    public Metric Metrics { get; set; }
}
