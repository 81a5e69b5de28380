namespace ModelDsl;

/// <summary>What a <see cref="ForwardAttribute"/> method can call. The compiler reads the calls; nothing here runs. B is the batch, a first axis of every value but parameters.</summary>
public static class Ops
{
    internal static InvalidOperationException Compiled =>
        new("A [Forward] method is compiled by the generator, not run: call Predict, Step or Fit of the model.");

    /// <summary>max(x, 0)</summary>
    public static Tensor Relu(Tensor x) => throw Compiled;

    /// <summary>½x(1 + erf(x/√2))</summary>
    public static Tensor Gelu(Tensor x) => throw Compiled;

    /// <summary>x·σ(x)</summary>
    public static Tensor Silu(Tensor x) => throw Compiled;

    /// <summary>tanh x</summary>
    public static Tensor Tanh(Tensor x) => throw Compiled;

    /// <summary>σ(x) = 1/(1 + e⁻ˣ)</summary>
    public static Tensor Sigmoid(Tensor x) => throw Compiled;

    /// <summary>log(1 + eˣ)</summary>
    public static Tensor Softplus(Tensor x) => throw Compiled;

    /// <summary>eˣ</summary>
    public static Tensor Exp(Tensor x) => throw Compiled;

    /// <summary>log x</summary>
    public static Tensor Log(Tensor x) => throw Compiled;

    /// <summary>√x</summary>
    public static Tensor Sqrt(Tensor x) => throw Compiled;

    /// <summary>x²</summary>
    public static Tensor Square(Tensor x) => throw Compiled;

    /// <summary>|x|</summary>
    public static Tensor Abs(Tensor x) => throw Compiled;

    /// <summary>The larger, element by element.</summary>
    public static Tensor Max(Tensor a, Tensor b) => throw Compiled;

    /// <summary>The smaller, element by element.</summary>
    public static Tensor Min(Tensor a, Tensor b) => throw Compiled;

    /// <summary>x limited to [low, high].</summary>
    public static Tensor Clip(Tensor x, double low, double high) => throw Compiled;

    /// <summary>softmax along the last axis.</summary>
    public static Tensor Softmax(Tensor x) => throw Compiled;

    /// <summary>Σ of all elements, the batch's included: a scalar.</summary>
    public static Tensor Sum(Tensor x) => throw Compiled;

    /// <summary>Σ along an axis, which keeps size 1. (…, C) → (…, 1)</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">−1, the last.</param>
    public static Tensor Sum(Tensor x, int axis) => throw Compiled;

    /// <summary>The mean of all elements, the batch's included: a scalar.</summary>
    public static Tensor Mean(Tensor x) => throw Compiled;

    /// <summary>The mean along an axis, which keeps size 1. (…, C) → (…, 1)</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">−1, the last.</param>
    public static Tensor Mean(Tensor x, int axis) => throw Compiled;

    /// <summary>a · b. (…, K) · (K, N) → (…, N); b is a parameter.</summary>
    public static Tensor MatMul(Tensor a, Tensor b) => throw Compiled;

    /// <summary>xᵀ of a parameter. (M, N) → (N, M)</summary>
    public static Tensor Transpose(Tensor x) => throw Compiled;

    /// <summary>Each sample's elements under another shape. (B, …) → (B, shape)</summary>
    public static Tensor Reshape(Tensor x, params int[] shape) => throw Compiled;

    /// <summary>f of each element; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<float, float> f, Tensor x) => throw Compiled;

    /// <summary>f of each element; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<double, double> f, Tensor x) => throw Compiled;

    /// <summary>f of the elements of a and b; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<float, float, float> f, Tensor a, Tensor b) => throw Compiled;

    /// <summary>f of the elements of a and b; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<double, double, double> f, Tensor a, Tensor b) => throw Compiled;
}
