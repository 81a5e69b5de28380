namespace ModelDsl;

/// <summary>What the convolutions share. Values are channels last: (B, length, C), (B, height, width, C).</summary>
/// <param name="filters">Channels of the output.</param>
/// <param name="kernel">The window's size, along every axis that has none of its own.</param>
/// <param name="activation">The non-linearity, fused into the product.</param>
public abstract class ConvolutionAttribute(int filters, int kernel, Activation activation) : Attribute
{
    /// <summary>Channels of the output.</summary>
    public int Filters { get; } = filters;

    /// <summary>The window's size (its height, where it has two).</summary>
    public int Kernel { get; } = kernel;

    /// <summary>The non-linearity, fused into the product.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>The slope or scale α of LeakyRelu and Elu.</summary>
    public float Alpha { get; set; }

    /// <summary>Steps between windows (between the places of a transposed convolution's windows).</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeros before and after each axis (taken away from the output of a transposed convolution).</summary>
    public int Padding { get; set; }

    /// <summary>Steps between the elements of a window.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Whether b is added.</summary>
    public bool UseBias { get; set; } = true;

    /// <summary>How W is drawn; fan-in and fan-out are channels times the window's elements.</summary>
    public Initializer Weights { get; set; }

    /// <summary>The initialiser's scale of W.</summary>
    public float WeightScale { get; set; }

    /// <summary>How b is drawn.</summary>
    public Initializer Bias { get; set; }

    /// <summary>The initialiser's scale of b.</summary>
    public float BiasScale { get; set; }

    /// <summary>Adds L1·Σ|w| over this layer's W to the loss.</summary>
    public float L1 { get; set; }

    /// <summary>Adds L2·Σw² over this layer's W to the loss.</summary>
    public float L2 { get; set; }

    /// <summary>Whether W and b keep the values they start with: they are saved and loaded, but not trained.</summary>
    public bool Frozen { get; set; }
}

/// <summary>
/// y[o, f] = activation(b[f] + Σₖ Σ꜀ x[o·stride + k·dilation − padding, c]·W[k, c, f]): cross-correlation, as everywhere in the field.
/// (B, length, C) → (B, ⌊(length + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1, filters); W: (kernel, C/groups, filters), b: (filters).
/// </summary>
/// <param name="filters">Channels of the output.</param>
/// <param name="kernel">The window's length.</param>
/// <param name="activation">The non-linearity, fused into the product.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class Conv1DAttribute(int filters, int kernel, Activation activation = Activation.Identity) : ConvolutionAttribute(filters, kernel, activation)
{
    /// <summary>Pads so that the output has ⌈length/stride⌉ elements: half of the zeros before, the rest after.</summary>
    public bool Same { get; set; }

    /// <summary>Channels are split into this many groups, each convolved by itself; as many as channels is a depthwise convolution.</summary>
    public int Groups { get; set; } = 1;
}

/// <summary>
/// y[o, p, f] = activation(b[f] + Σₖₗ Σ꜀ x[o·stride + k·dilation − padding, p·… , c]·W[k, l, c, f]). (B, height, width, C) → (B, h, w, filters), h and w as for
/// <see cref="Conv1DAttribute"/>; W: (kernel, kernel width, C/groups, filters), b: (filters). Depthwise: Groups = C.
/// </summary>
/// <param name="filters">Channels of the output.</param>
/// <param name="kernel">The window's height, and width unless <see cref="KernelWidth"/> is given.</param>
/// <param name="activation">The non-linearity, fused into the product.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class Conv2DAttribute(int filters, int kernel, Activation activation = Activation.Identity) : ConvolutionAttribute(filters, kernel, activation)
{
    /// <summary>The window's width, where it is not its height.</summary>
    public int KernelWidth { get; set; }

    /// <summary>Steps along the width, where they are not those along the height.</summary>
    public int StrideWidth { get; set; }

    /// <summary>Zeros along the width, where they are not those along the height.</summary>
    public int PaddingWidth { get; set; }

    /// <summary>Dilation along the width, where it is not that along the height.</summary>
    public int DilationWidth { get; set; }

    /// <summary>Pads so that the output has ⌈size/stride⌉ elements along each axis: half of the zeros before, the rest after.</summary>
    public bool Same { get; set; }

    /// <summary>Channels are split into this many groups, each convolved by itself; as many as channels is a depthwise convolution.</summary>
    public int Groups { get; set; } = 1;

    /// <summary>How it is computed: by the formula unless asked otherwise.</summary>
    public ConvolutionMethod Method { get; set; }
}

/// <summary>
/// The adjoint of <see cref="Conv1DAttribute"/> (transposed convolution): each element of x adds x·W to a window of y.
/// (B, length, C) → (B, (length − 1)·stride − 2·padding + dilation·(kernel − 1) + output padding + 1, filters); W: (kernel, C, filters).
/// </summary>
/// <param name="filters">Channels of the output.</param>
/// <param name="kernel">The window's length.</param>
/// <param name="activation">The non-linearity.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class ConvTranspose1DAttribute(int filters, int kernel, Activation activation = Activation.Identity) : ConvolutionAttribute(filters, kernel, activation)
{
    /// <summary>Elements added at the output's end, less than the stride.</summary>
    public int OutputPadding { get; set; }
}

/// <summary>The adjoint of <see cref="Conv2DAttribute"/>; sizes along each axis as for <see cref="ConvTranspose1DAttribute"/>. W: (kernel, kernel width, C, filters).</summary>
/// <param name="filters">Channels of the output.</param>
/// <param name="kernel">The window's height, and width unless <see cref="KernelWidth"/> is given.</param>
/// <param name="activation">The non-linearity.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class ConvTranspose2DAttribute(int filters, int kernel, Activation activation = Activation.Identity) : ConvolutionAttribute(filters, kernel, activation)
{
    /// <summary>The window's width, where it is not its height.</summary>
    public int KernelWidth { get; set; }

    /// <summary>Elements added at the output's end along each axis, less than the stride.</summary>
    public int OutputPadding { get; set; }
}

/// <summary>What poolings share. Values are channels last.</summary>
/// <param name="size">The window's size along each axis.</param>
public abstract class PoolAttribute(int size) : Attribute
{
    /// <summary>The window's size along each axis.</summary>
    public int Size { get; } = size;

    /// <summary>Steps between windows; the window's size unless given.</summary>
    public int Stride { get; set; }

    /// <summary>Elements before and after each axis: −∞ for maxima, 0, which counts, for means.</summary>
    public int Padding { get; set; }
}

/// <summary>The largest of each window, by channel; of equals, one takes the gradient. (B, length, C) → (B, ⌊(length + 2·padding − size)/stride⌋ + 1, C)</summary>
/// <param name="size">The window's length.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class MaxPool1DAttribute(int size) : PoolAttribute(size);

/// <summary>The largest of each window, by channel; of equals, one takes the gradient. (B, height, width, C) → (B, h, w, C), h and w as for <see cref="MaxPool1DAttribute"/>.</summary>
/// <param name="size">The window's height and width.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class MaxPool2DAttribute(int size) : PoolAttribute(size);

/// <summary>The mean of each window, by channel; padding counts as zeros. (B, length, C) → (B, ⌊(length + 2·padding − size)/stride⌋ + 1, C)</summary>
/// <param name="size">The window's length.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class AveragePool1DAttribute(int size) : PoolAttribute(size);

/// <summary>The mean of each window, by channel; padding counts as zeros. (B, height, width, C) → (B, h, w, C)</summary>
/// <param name="size">The window's height and width.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class AveragePool2DAttribute(int size) : PoolAttribute(size);

/// <summary>The mean over all positions, by channel. (B, …, C) → (B, C)</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class GlobalAveragePoolAttribute : Attribute;

/// <summary>The largest over all positions, by channel; equals share the gradient. (B, …, C) → (B, C)</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class GlobalMaxPoolAttribute : Attribute;

/// <summary>
/// Means over as many windows as are asked for: output i averages positions ⌊i·n/size⌋ to ⌈(i + 1)·n/size⌉ − 1 of an axis of n. (B, n, C) → (B, size, C) or
/// (B, n, m, C) → (B, size, width, C).
/// </summary>
/// <param name="sizes">The output's sizes, one for each axis between batch and channels.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class AdaptiveAveragePoolAttribute(params int[] sizes) : Attribute
{
    /// <summary>The output's sizes.</summary>
    public int[] Sizes { get; } = sizes;
}

/// <summary>Maxima over as many windows as are asked for; windows as for <see cref="AdaptiveAveragePoolAttribute"/>.</summary>
/// <param name="sizes">The output's sizes, one for each axis between batch and channels.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class AdaptiveMaxPoolAttribute(params int[] sizes) : Attribute
{
    /// <summary>The output's sizes.</summary>
    public int[] Sizes { get; } = sizes;
}

/// <summary>Each axis between batch and channels made <paramref name="factor"/> times as long. (B, h, w, C) → (B, factor·h, factor·w, C)</summary>
/// <param name="factor">At least 1.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class UpsampleAttribute(int factor) : Attribute
{
    /// <summary>How many times as long.</summary>
    public int Factor { get; } = factor;

    /// <summary>
    /// False: each element is repeated. True: linear between elements, whose centres stay in place (bilinear in two dimensions; PyTorch's align_corners = False).
    /// </summary>
    public bool Linear { get; set; }
}

/// <summary>
/// y = (x − mean)/√(var + ε)·γ + β, mean and variance (divided by n) over all positions and the channels of a group, in each sample; γ and β by channel.
/// One group is a layer norm of the sample, as many as channels an instance norm. Wu and He 2018.
/// </summary>
/// <param name="groups">Divides the number of channels.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class GroupNormAttribute(int groups) : Attribute
{
    /// <summary>How many groups of channels.</summary>
    public int Groups { get; } = groups;

    /// <summary>ε, added to the variance.</summary>
    public float Epsilon { get; set; } = 1e-5f;

    /// <summary>Whether γ and β are learned (else 1 and 0).</summary>
    public bool Affine { get; set; } = true;
}
