namespace ModelDsl;

/// <summary>The scalar type that a model's parameters and arithmetic use.</summary>
public enum Scalar
{
    /// <summary>32-bit IEEE 754, <see cref="float"/>.</summary>
    Single,

    /// <summary>64-bit IEEE 754, <see cref="double"/>: twice the memory, for checks and ill-conditioned problems.</summary>
    Double,
}

/// <summary>What a model is compiled for.</summary>
[Flags]
public enum Targets
{
    /// <summary>SIMD code for the processor, which every model has.</summary>
    Cpu = 1,

    /// <summary>Kernels for a GPU beside it, which <see cref="TrainerOptions.Device"/> chooses.</summary>
    Gpu = 2,
}

/// <summary>An elementwise non-linearity (Softmax excepted, which acts along the last axis).</summary>
public enum Activation
{
    /// <summary>y = x</summary>
    Identity,

    /// <summary>y = max(x, 0)</summary>
    Relu,

    /// <summary>y = x for x &gt; 0, else αx; α is 0.01 unless given.</summary>
    LeakyRelu,

    /// <summary>y = x for x &gt; 0, else α(eˣ − 1); α is 1 unless given. Clevert et al. 2016.</summary>
    Elu,

    /// <summary>y = 1.0507·ELU(x; 1.6733): self-normalising. Klambauer et al. 2017.</summary>
    Selu,

    /// <summary>y = x·Φ(x) = ½x(1 + erf(x/√2)). Hendrycks and Gimpel 2016.</summary>
    Gelu,

    /// <summary>y = ½x(1 + tanh(√(2/π)(x + 0.044715x³))): the tanh approximation of GELU.</summary>
    GeluTanh,

    /// <summary>y = x·σ(x), also called Swish.</summary>
    Silu,

    /// <summary>y = x·tanh(softplus(x)). Misra 2019.</summary>
    Mish,

    /// <summary>y = log(1 + eˣ)</summary>
    Softplus,

    /// <summary>y = tanh(x)</summary>
    Tanh,

    /// <summary>y = σ(x) = 1/(1 + e⁻ˣ)</summary>
    Sigmoid,

    /// <summary>yᵢ = eˣⁱ / Σⱼ eˣʲ along the last axis. The cross-entropy losses take logits: put no Softmax before them.</summary>
    Softmax,
}

/// <summary>How a convolution is computed. The methods are equal in exact arithmetic; they differ in time, in memory and in rounding.</summary>
public enum ConvolutionMethod
{
    /// <summary>Each element of a window by its weight, summed in the order of the formula.</summary>
    Direct,

    /// <summary>
    /// Winograd's minimal filtering F(2×2, 3×3) (Lavin and Gray, 2016): tiles of 2×2 outputs by 4 multiplications for each output instead of 9, forward and in both gradients. For 3×3 windows one step apart,
    /// without dilation or groups; it pays where channels and filters are many: 128 of each take 0.6 of the time, 32 and 64 0.85. Root-mean-square rounding errors, of outputs and of gradients, are at
    /// most twice those of <see cref="Direct"/>; tiles take four times the memory of the input and of the output; and an input that is not finite, or near the largest number, spoils the outputs of its tile.
    /// </summary>
    Winograd,

    /// <summary>
    /// F(4×4, 3×3): as <see cref="Winograd"/>, for the same windows, but tiles of 4×4 outputs by 2.25 multiplications for each output. 128 channels and filters take 0.45 of the time of <see cref="Direct"/>, 32 and 64 on images of 14×14 0.95, and the tiles 2.25 times the memory of the input and
    /// of the output; but root-mean-square rounding errors are up to eight times those of <see cref="Direct"/>. Images should be larger than a few tiles: outputs beyond the edge are computed too.
    /// </summary>
    Winograd4x4,
}

/// <summary>How a parameter's first values are drawn. Fan-in and fan-out are the layer's input and output widths.</summary>
public enum Initializer
{
    /// <summary>
    /// Weights: <see cref="HeUniform"/> before ReLU-like activations (ReLU, LeakyReLU, ELU, GELU, SiLU, Mish), <see cref="LeCunNormal"/> before SELU,
    /// <see cref="GlorotUniform"/> otherwise. Biases: <see cref="Zeros"/>.
    /// </summary>
    Default,

    /// <summary>0</summary>
    Zeros,

    /// <summary>1</summary>
    Ones,

    /// <summary>The scale, which must be given.</summary>
    Constant,

    /// <summary>U(−scale, scale); scale is 0.05 unless given.</summary>
    Uniform,

    /// <summary>N(0, scale²); scale is 0.05 unless given.</summary>
    Normal,

    /// <summary>N(0, scale²) cut at two standard deviations; scale is 0.05 unless given.</summary>
    TruncatedNormal,

    /// <summary>U(−a, a), a = scale·√(6/(fanIn + fanOut)). Glorot and Bengio 2010.</summary>
    GlorotUniform,

    /// <summary>N(0, s²), s = scale·√(2/(fanIn + fanOut)).</summary>
    GlorotNormal,

    /// <summary>U(−a, a), a = scale·√(6/fanIn). He et al. 2015.</summary>
    HeUniform,

    /// <summary>N(0, s²), s = scale·√(2/fanIn).</summary>
    HeNormal,

    /// <summary>U(−a, a), a = scale·√(3/fanIn). LeCun et al. 1998.</summary>
    LeCunUniform,

    /// <summary>N(0, s²), s = scale·√(1/fanIn).</summary>
    LeCunNormal,

    /// <summary>scale times a matrix with orthonormal rows or columns, whichever are fewer. Saxe et al. 2014.</summary>
    Orthogonal,
}

/// <summary>
/// What training minimises. All losses are means: over the batch (the rows of the last axis) for the losses over classes, over batch and outputs otherwise.
/// z is the last layer's output, t the target; targets are never broadcast. A sum instead of the mean would only be another learning rate for each size of batch: multiply
/// the rate by the batch, or <see cref="TargetAttribute.Weight"/> the loss. Samples that count more than others are <see cref="TargetAttribute.Weighted"/>.
/// </summary>
public enum Loss
{
    /// <summary>mean (z − t)². Predictions are z.</summary>
    Mse,

    /// <summary>mean ½(z − t)². Predictions are z.</summary>
    HalfMse,

    /// <summary>mean |z − t|. Predictions are z.</summary>
    Mae,

    /// <summary>mean ½e² for |e| ≤ δ, else δ(|e| − ½δ), e = z − t; δ is 1 unless given. Predictions are z. Huber 1964.</summary>
    Huber,

    /// <summary>mean log cosh(z − t). Predictions are z.</summary>
    LogCosh,

    /// <summary>mean softplus(z) − t·z: z are logits, t in [0, 1]. Predictions are probabilities σ(z).</summary>
    BinaryCrossEntropy,

    /// <summary>mean −log softmax(z)[t]: z are logits, t a class index for each row along the last axis. Predictions are probabilities softmax(z).</summary>
    SparseCrossEntropy,

    /// <summary>mean −Σⱼ tⱼ log softmax(z)ⱼ: z are logits, t distributions over the classes, the last axis. Predictions are probabilities softmax(z).</summary>
    CrossEntropy,

    /// <summary>mean max(0, 1 − t·z), t = ±1. Predictions are the scores z; their sign is the class.</summary>
    Hinge,

    /// <summary>mean max(0, 1 − t·z)², t = ±1. Predictions are the scores z; their sign is the class.</summary>
    SquaredHinge,

    /// <summary>
    /// mean Σⱼ tⱼ(log tⱼ − log softmax(z)ⱼ), 0·log 0 = 0: z are logits, t distributions over the classes, the last axis. Its gradient is that of <see cref="CrossEntropy"/>, its least
    /// value 0. PyTorch's KLDivLoss of log_softmax(z) with 'batchmean', the divergence itself; its 'mean' divides by the classes too. Predictions are probabilities softmax(z).
    /// </summary>
    KlDivergence,

    /// <summary>mean eᶻ − t·z, the negative log-likelihood but for log t!: z are logarithms of rates, t ≥ 0 counts. Predictions are the rates eᶻ. PyTorch's PoissonNLLLoss.</summary>
    Poisson,

    /// <summary>
    /// mean −αₜ(1 − pₜ)^γ log pₜ: z are logits, t = 0 or 1, pₜ = σ(z) and αₜ = α where t is 1, else 1 − σ(z) and 1 − α: what is right already counts for little.
    /// γ is 2 and α is 0.25 unless given. Predictions are probabilities σ(z). Lin et al. 2017.
    /// </summary>
    BinaryFocal,

    /// <summary>
    /// mean −(1 − p)^γ log p, p = softmax(z)[t]: z are logits, t a class index for each row along the last axis; γ is 2 unless given. Predictions are probabilities softmax(z).
    /// </summary>
    SparseFocal,

    /// <summary>mean max(q(t − z), (q − 1)(t − z)), the pinball loss, which the q-quantile of t minimises; q is 0.5 unless given. Predictions are z. Koenker and Bassett 1978.</summary>
    Quantile,

    /// <summary>The model's own <see cref="LossFunctionAttribute"/> method; not to be named in <see cref="TargetAttribute"/>. Predictions are z.</summary>
    Custom,
}

/// <summary>Figures of merit that <c>Evaluate</c> and the validation of <c>Fit</c> compute beside the loss.</summary>
[Flags]
public enum Metric
{
    /// <summary>Accuracy for classification; Mse, Mae and R2 for regression.</summary>
    Default = 0,

    /// <summary>The fraction of samples whose class is predicted right.</summary>
    Accuracy = 1,

    /// <summary>Mean squared error.</summary>
    Mse = 2,

    /// <summary>Mean absolute error.</summary>
    Mae = 4,

    /// <summary>Coefficient of determination, 1 − Σ(t − z)²/Σ(t − t̄)².</summary>
    R2 = 8,
}
