using System.ComponentModel;

namespace ModelDsl;

/// <summary>One tensor of a model's flat parameter block.</summary>
/// <param name="Name">For example <c>dense1.weight</c>: the name in saved files.</param>
/// <param name="Shape">Sizes, row-major.</param>
/// <param name="Offset">The first element's index in the block, a multiple of 16.</param>
/// <param name="Initializer">How the first values are drawn; never <see cref="ModelDsl.Initializer.Default"/>.</param>
/// <param name="Scale">The initialiser's scale.</param>
/// <param name="Decay">Whether decoupled weight decay applies: weights, not biases and norms.</param>
/// <param name="Trainable">False for state that the forward pass updates (running statistics), and for what is frozen.</param>
/// <param name="Frozen">Whether it never changes.</param>
/// <param name="RowsOf">The input whose classes name the rows that a step touches; −1: it touches all.</param>
public sealed record ParameterInfo(string Name, int[] Shape, int Offset, Initializer Initializer, double Scale, bool Decay, bool Trainable, bool Frozen = false, int RowsOf = -1)
{
    /// <summary>The number of elements.</summary>
    public int Length { get; } = SizeInfo.Elements(Shape);
}

/// <summary>A size that each batch chooses: a symbol that inputs declare, or, where it has terms, a polynomial of these.</summary>
/// <param name="Name">For example T, or T².</param>
/// <param name="Most">The greatest value that a symbol may have.</param>
/// <param name="Layer">The layer that has no more positions than that.</param>
public sealed record SizeInfo(string Name, int Most = int.MaxValue, string? Layer = null)
{
    /// <summary>What is added up; none of a symbol.</summary>
    public SizeTerm[] Terms { get; init; } = [];

    /// <summary>The sizes of one sample multiplied; 0 where one of them is a batch's choice.</summary>
    internal static int Product(int[] shape) => Array.Exists(shape, d => d < 0) ? 0 : Elements(shape);

    /// <summary>Sizes multiplied.</summary>
    internal static int Elements(ReadOnlySpan<int> shape)
    {
        int product = 1;
        foreach (int size in shape) product = checked(product * size);
        return product;
    }
}

/// <summary>A product in a polynomial of symbols.</summary>
/// <param name="Factor">Its coefficient.</param>
/// <param name="Powers">The power of each symbol.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record SizeTerm(int Factor, int[] Powers);

/// <summary>One input of a model.</summary>
/// <param name="Name">What <c>Predict</c> and <c>Step</c> call it, and the data set's column.</param>
/// <param name="Shape">One sample's sizes, −1, −2, … for the first, second, … of <see cref="ModelInfo.Sizes"/>; none where a sample is one class.</param>
/// <param name="Classes">Where not 0, values are whole numbers from 0 to Classes − 1, given as <see cref="int"/>.</param>
public sealed record InputInfo(string Name, int[] Shape, int Classes = 0)
{
    /// <summary>Scalars, or classes, in one sample; 0 where each batch chooses.</summary>
    public int Size { get; } = SizeInfo.Product(Shape);
}

/// <summary>One output of a model, and what it is trained on.</summary>
/// <param name="Name">What <c>Predict</c> and <c>Step</c> call it, and the data set's column of targets.</param>
/// <param name="Shape">One sample's sizes, −1, −2, … for the first, second, … of <see cref="ModelInfo.Sizes"/>.</param>
/// <param name="Loss">What training minimises; null for an output that is only predicted.</param>
/// <param name="Metrics">What <c>Evaluate</c> reports beside the loss; <see cref="Metric.Default"/> only where there is none.</param>
/// <param name="Weight">What the loss is multiplied by in the sum over all outputs.</param>
/// <param name="Weighted">Whether batches bring a factor for each sample's loss.</param>
public sealed record OutputInfo(string Name, int[] Shape, Loss? Loss, Metric Metrics, double Weight = 1, bool Weighted = false)
{
    /// <summary>Scalars in one sample; 0 where each batch chooses.</summary>
    public int Size { get; } = SizeInfo.Product(Shape);

    /// <summary>True where a target is class indices, <see cref="int"/>s, one for each row of the last axis; false where it is <see cref="Size"/> scalars.</summary>
    public bool TargetIsClass => Loss is ModelDsl.Loss.SparseCrossEntropy or ModelDsl.Loss.SparseFocal;

    /// <summary>Scalars, or class indices, in one sample's target.</summary>
    public int TargetSize => TargetIsClass ? Size / Shape[^1] : Size;
}

/// <summary>A line of the summary.</summary>
/// <param name="Name">For example <c>dense1</c>.</param>
/// <param name="Kind">For example <c>Dense relu</c>.</param>
/// <param name="Output">The shape of a sample after the layer, −1, −2, … for the first, second, … of <see cref="ModelInfo.Sizes"/>.</param>
/// <param name="Parameters">The number of trained scalars.</param>
/// <param name="Flops">Floating-point operations of the forward pass for one sample; a multiply-add counts two. Where these depend on symbols, for symbols of 1.</param>
/// <param name="FlopsFormula">Flops where they depend on symbols: 4,096T + 64T².</param>
public sealed record LayerInfo(string Name, string Kind, int[] Output, long Parameters, long Flops, string? FlopsFormula = null);

/// <summary>Where a program keeps a value.</summary>
/// <param name="Offset">In its region of the arena, a multiple of 16; −1, −2, …: the caller's first, second, … output.</param>
/// <param name="Width">Elements, or elements for each sample.</param>
/// <param name="IsPerRow">Whether Offset and Width are multiplied by the batch.</param>
/// <param name="Region">Where not 0, they are multiplied by the unit of this one, counted from 1, of the plan's regions.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct BufferSlot(int Offset, int Width, bool IsPerRow, int Region = 0);

/// <summary>A part of the arena whose unit is a size that each batch chooses, or that times the batch.</summary>
/// <param name="Size">The number of the size in <see cref="ModelInfo.Sizes"/>.</param>
/// <param name="IsPerRow">Whether the unit is the size times the batch.</param>
/// <param name="Length">Elements for each unit, a multiple of 16.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct ArenaRegion(int Size, bool IsPerRow, int Length);

/// <summary>The scratch memory of a program: Fixed + PerRow·batch elements, then regions of other units, and what lies where.</summary>
/// <param name="Fixed">Elements whatever the batch, a multiple of 16.</param>
/// <param name="PerRow">Elements for each sample, a multiple of 16.</param>
/// <param name="Buffers">By the buffer's id.</param>
/// <param name="Regions">The parts after those; null for none.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ArenaPlan(int Fixed, int PerRow, BufferSlot[] Buffers, ArenaRegion[]? Regions = null);

/// <summary>What a decoder is made of.</summary>
/// <param name="Plan">Scratch for one position.</param>
/// <param name="InputSize">Scalars, or classes, that a position of the input holds.</param>
/// <param name="OutputSize">Scalars that a position of the output holds.</param>
/// <param name="Kept">Scalars of a position that later ones need, one tensor after the other: keys and values of each attention.</param>
/// <param name="Most">The greatest number of positions.</param>
/// <param name="Limit">The input, or the layer, that has no more.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record DecoderInfo(ArenaPlan Plan, int InputSize, int OutputSize, int[] Kept, int Most = int.MaxValue, string? Limit = null);

/// <summary>Everything about a model that is known when it is compiled. Emitted by the generator; replaces reflection.</summary>
public sealed class ModelInfo
{
    /// <summary>The class's name.</summary>
    public required string Name { get; init; }

    /// <summary>A hash of the declaration's meaning: equal for models whose parameters are interchangeable.</summary>
    public required string Hash { get; init; }

    /// <summary>float or double.</summary>
    public required Scalar Scalar { get; init; }

    /// <summary>The inputs, in the order in which <c>Predict</c> takes them.</summary>
    public required InputInfo[] Inputs { get; init; }

    /// <summary>The outputs, in the order in which <c>Predict</c> gives them.</summary>
    public required OutputInfo[] Outputs { get; init; }

    /// <summary>The sizes that each batch chooses: the symbols of the inputs, in the order in which <c>Predict</c> takes them; the positions that a decoder has seen; then what these make.</summary>
    public SizeInfo[] Sizes { get; init; } = [];

    /// <summary>The shape of one sample of the first input.</summary>
    public int[] InputShape => Inputs[0].Shape;

    /// <summary>The shape of one sample of the first output.</summary>
    public int[] OutputShape => Outputs[0].Shape;

    /// <summary>What training minimises: the loss of the first output that has one.</summary>
    public Loss Loss => Array.Find(Outputs, o => o.Loss is not null)?.Loss ?? Loss.Custom;

    /// <summary>What <c>Evaluate</c> reports of the first output.</summary>
    public Metric Metrics => Outputs[0].Metrics;

    /// <summary>The layers in order, for the summary.</summary>
    public required LayerInfo[] Layers { get; init; }

    /// <summary>The tensors of the flat block: trained and decayed first, then trained only, then tables trained by rows, then state, then frozen.</summary>
    public required ParameterInfo[] Parameters { get; init; }

    /// <summary>Elements of the flat block with its padding.</summary>
    public required int BlockLength { get; init; }

    /// <summary>The first elements of the block, which an optimizer updates.</summary>
    public required int TrainableLength { get; init; }

    /// <summary>The last of the trained elements: tables of which a step touches rows (<see cref="ParameterInfo.RowsOf"/>).</summary>
    public int SparseLength { get; init; }

    /// <summary>The first elements of the block, which a step updates whole.</summary>
    internal int DenseLength => TrainableLength - SparseLength;

    /// <summary>The first elements of the block, which decoupled weight decay shrinks.</summary>
    public required int DecayedLength { get; init; }

    /// <summary>Scratch of forward and backward.</summary>
    public required ArenaPlan Training { get; init; }

    /// <summary>Scratch of loss and predictions without training.</summary>
    public required ArenaPlan Evaluation { get; init; }

    /// <summary>Scratch of a prediction.</summary>
    public required ArenaPlan Prediction { get; init; }

    /// <summary>Scratch of the logits alone.</summary>
    public required ArenaPlan Logits { get; init; }

    /// <summary>Scratch of the gradient of the input; null where the model has none.</summary>
    public ArenaPlan? InputGradient { get; init; }

    /// <summary>The decoder; null for none.</summary>
    public DecoderInfo? Decoder { get; init; }

    /// <summary>The number of trained scalars, padding and state not counted.</summary>
    public long ParameterCount => Parameters.Where(p => p.Trainable).Sum(p => (long)p.Length);

    /// <summary>Elements after the trained ones that the forward pass may update.</summary>
    internal int StateLength
    {
        get
        {
            int end = TrainableLength;
            foreach (ParameterInfo p in Parameters)
                if (!p.Trainable && !p.Frozen) end = Math.Max(end, p.Offset + p.Length);
            return end - TrainableLength;
        }
    }

    /// <summary>Scalars in one sample of the first input.</summary>
    public int InputSize => Inputs[0].Size;

    /// <summary>Scalars in one sample of the first output.</summary>
    public int OutputSize => Outputs[0].Size;

    /// <summary>True where the first output's target is class indices, <see cref="int"/>s; false where it is <see cref="OutputSize"/> scalars.</summary>
    public bool TargetIsClass => Outputs[0].TargetIsClass;

    /// <summary>Scalars in one sample of the first output's target.</summary>
    public int TargetSize => Outputs[0].TargetSize;
}
