namespace ModelDsl;

/// <summary>What a <see cref="ForwardAttribute"/> method can call. The compiler reads the calls; nothing here runs. B is the batch, a first axis of every value but parameters.</summary>
public static partial class Ops
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

    /// <summary>sin x, x in radians</summary>
    public static Tensor Sin(Tensor x) => throw Compiled;

    /// <summary>cos x, x in radians</summary>
    public static Tensor Cos(Tensor x) => throw Compiled;

    /// <summary>√x</summary>
    public static Tensor Sqrt(Tensor x) => throw Compiled;

    /// <summary>x²</summary>
    public static Tensor Square(Tensor x) => throw Compiled;

    /// <summary>xᵖ. Whole p by squaring; other p as e^(p log x), NaN for negative x.</summary>
    public static Tensor Pow(Tensor x, double p) => throw Compiled;

    /// <summary>aᵇ = e^(b log a), element by element; NaN for negative a.</summary>
    public static Tensor Pow(Tensor a, Tensor b) => throw Compiled;

    /// <summary>|x|</summary>
    public static Tensor Abs(Tensor x) => throw Compiled;

    /// <summary>The larger, element by element.</summary>
    public static Tensor Max(Tensor a, Tensor b) => throw Compiled;

    /// <summary>The smaller, element by element.</summary>
    public static Tensor Min(Tensor a, Tensor b) => throw Compiled;

    /// <summary>x limited to [low, high].</summary>
    public static Tensor Clip(Tensor x, double low, double high) => throw Compiled;

    /// <summary>log(1 + x), accurate near 0.</summary>
    public static Tensor Log1p(Tensor x) => throw Compiled;

    /// <summary>eˣ − 1, accurate near 0.</summary>
    public static Tensor Expm1(Tensor x) => throw Compiled;

    /// <summary>erf x</summary>
    public static Tensor Erf(Tensor x) => throw Compiled;

    /// <summary>erf⁻¹ x, the y with erf y = x: ±∞ at ±1, NaN beyond. √2·ErfInv(2p − 1) is the standard normal quantile of p.</summary>
    public static Tensor ErfInv(Tensor x) => throw Compiled;

    /// <summary>−1, 0 or 1; its gradient is 0.</summary>
    public static Tensor Sign(Tensor x) => throw Compiled;

    /// <summary>a where the condition holds, else b, element by element.</summary>
    public static Tensor Where(Condition condition, Tensor a, Tensor b) => throw Compiled;

    /// <summary>a where the condition holds, else b, element by element.</summary>
    public static Tensor Where(Condition condition, Tensor a, double b) => throw Compiled;

    /// <summary>a where the condition holds, else b, element by element.</summary>
    public static Tensor Where(Condition condition, double a, Tensor b) => throw Compiled;

    /// <summary>Whether a = b, element by element.</summary>
    public static Condition Equal(Tensor a, Tensor b) => throw Compiled;

    /// <summary>eˣ / Σ eˣ along an axis.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Counted from 0, the batch, or from −1, the last.</param>
    public static Tensor Softmax(Tensor x, int axis = -1) => throw Compiled;

    /// <summary>log softmax(x) = x − log Σ eˣ along an axis, without overflow.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Counted from 0, the batch, or from −1, the last.</param>
    public static Tensor LogSoftmax(Tensor x, int axis = -1) => throw Compiled;

    /// <summary>log Σ eˣ along axes, which keep size 1, without overflow; over everything, a scalar, where none is named.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">Counted from 0, the batch, or from −1, the last.</param>
    public static Tensor LogSumExp(Tensor x, params int[] axes) => throw Compiled;

    /// <summary>Σ along axes, which keep size 1: Sum(x, -1) is (…, C) → (…, 1). Over everything, the batch included, a scalar, where none is named.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">Counted from 0, the batch, or from −1, the last.</param>
    public static Tensor Sum(Tensor x, params int[] axes) => throw Compiled;

    /// <summary>The mean along axes, which keep size 1. Over everything, the batch included, a scalar, where none is named.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">Counted from 0, the batch, or from −1, the last.</param>
    public static Tensor Mean(Tensor x, params int[] axes) => throw Compiled;

    /// <summary>The mean of (x − mean)², divided by n, along axes, which keep size 1; over everything where none is named.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">Counted from 0, the batch, or from −1, the last.</param>
    public static Tensor Variance(Tensor x, params int[] axes) => throw Compiled;

    /// <summary>The largest along axes, which keep size 1; equals share the gradient.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Counted from 0, the batch, or from −1, the last.</param>
    /// <param name="axes">Further axes.</param>
    public static Tensor Max(Tensor x, int axis, params int[] axes) => throw Compiled;

    /// <summary>The smallest along axes, which keep size 1; equals share the gradient.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Counted from 0, the batch, or from −1, the last.</param>
    /// <param name="axes">Further axes.</param>
    public static Tensor Min(Tensor x, int axis, params int[] axes) => throw Compiled;

    /// <summary>
    /// The matrix product. (…, K) · (K, N) → (…, N) with a matrix parameter on the right; (…, M, K) · (…, K, N) → (…, M, N) with equal leading axes, the batch among
    /// them; (M, K) · (…, K, N) → (…, M, N) with a matrix parameter on the left.
    /// </summary>
    public static Tensor MatMul(Tensor a, Tensor b) => throw Compiled;

    /// <summary>The last two axes change places. (…, M, N) → (…, N, M)</summary>
    public static Tensor Transpose(Tensor x) => throw Compiled;

    /// <summary>Axis k of the result is axis order[k] of x; the batch, axis 0, stays first. Permute(x, 0, 2, 1, 3): (B, T, H, D) → (B, H, T, D)</summary>
    public static Tensor Permute(Tensor x, params int[] order) => throw Compiled;

    /// <summary>table[indices, :]: a row for each class index. (V, D), (…) → (…, D); the table is a parameter.</summary>
    public static Tensor Gather(Tensor table, Tensor indices) => throw Compiled;

    /// <summary>1 in the column of the class index, else 0. (…) → (…, classes)</summary>
    /// <param name="indices">Class indices.</param>
    /// <param name="classes">At least as many as the input's Classes.</param>
    public static Tensor OneHot(Tensor indices, int classes) => throw Compiled;

    /// <summary>
    /// softmax(q·kᵀ/√d)·v, scaled dot-product attention: T queries and S keys in each head. Where there are fewer heads of k and v than of q, each serves
    /// heads/keyValueHeads heads of q, one after the other.
    /// </summary>
    /// <param name="q">(B, heads, T, d)</param>
    /// <param name="k">(B, keyValueHeads, S, d)</param>
    /// <param name="v">(B, keyValueHeads, S, e)</param>
    /// <param name="causal">Whether query i attends to keys 0 … i only; S is T then.</param>
    /// <returns>(B, heads, T, e)</returns>
    public static Tensor Attention(Tensor q, Tensor k, Tensor v, bool causal = false) => throw Compiled;

    /// <summary>√Σ(a − b + 10⁻⁶)² along the last axis: the Euclidean distance of rows, with a derivative where they are equal. (…, D), (…, D) → (…, 1). PyTorch's pairwise_distance.</summary>
    public static Tensor Distance(Tensor a, Tensor b) => throw Compiled;

    /// <summary>
    /// mean max(0, Distance(anchor, positive) − Distance(anchor, negative) + margin), a scalar, over the rows of embeddings: as one tower makes them of three inputs. Nothing is broadcast. Schroff
    /// et al. 2015; PyTorch's TripletMarginLoss.
    /// </summary>
    /// <param name="anchor">(…, D)</param>
    /// <param name="positive">(…, D): what should be near.</param>
    /// <param name="negative">(…, D): what should be farther by the margin.</param>
    /// <param name="margin">Of distances, positive.</param>
    public static Tensor TripletLoss(Tensor anchor, Tensor positive, Tensor negative, double margin = 1) => throw Compiled;

    /// <summary>mean ½(same·d² + (1 − same)·max(0, margin − d)²), d = Distance(a, b), a scalar, over the rows of embeddings. Nothing is broadcast. Hadsell et al. 2006.</summary>
    /// <param name="a">(…, D)</param>
    /// <param name="b">(…, D)</param>
    /// <param name="same">1 where the rows belong together, else 0. (…, 1)</param>
    /// <param name="margin">The distance beyond which what does not belong together costs nothing, positive.</param>
    public static Tensor ContrastiveLoss(Tensor a, Tensor b, Tensor same, double margin = 1) => throw Compiled;

    /// <summary>Each sample's elements under another shape, in which one size may be −1: what is left. (B, …) → (B, shape)</summary>
    public static Tensor Reshape(Tensor x, params int[] shape) => throw Compiled;

    /// <summary>x repeated to (B, shape): sizes are aligned at the last axis, those of 1 are repeated, new axes come in front.</summary>
    public static Tensor BroadcastTo(Tensor x, params int[] shape) => throw Compiled;

    /// <summary>Elements start, start + step, … along an axis.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Not the batch; from −1, the last.</param>
    /// <param name="start">The first; negative ones count from the end.</param>
    /// <param name="length">How many; −1: all up to the end.</param>
    /// <param name="step">Not 0; negative ones go backwards.</param>
    public static Tensor Slice(Tensor x, int axis, int start, int length, int step = 1) => throw Compiled;

    /// <summary>The elements along an axis in reverse.</summary>
    public static Tensor Flip(Tensor x, int axis) => throw Compiled;

    /// <summary>Elements of one value added before and after those along an axis.</summary>
    public static Tensor Pad(Tensor x, int axis, int before, int after, double value = 0) => throw Compiled;

    /// <summary>The values one after the other along an axis (not the batch); their other sizes are equal.</summary>
    public static Tensor Concat(int axis, params Tensor[] values) => throw Compiled;

    /// <summary>The values, of one shape, along a new axis (not the first).</summary>
    public static Tensor Stack(int axis, params Tensor[] values) => throw Compiled;

    /// <summary>f of each element; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<float, float> f, Tensor x) => throw Compiled;

    /// <summary>f of each element; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<double, double> f, Tensor x) => throw Compiled;

    /// <summary>f of the elements of a and b; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<float, float, float> f, Tensor a, Tensor b) => throw Compiled;

    /// <summary>f of the elements of a and b; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<double, double, double> f, Tensor a, Tensor b) => throw Compiled;

    /// <summary>f of the elements of a, b and c; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<float, float, float, float> f, Tensor a, Tensor b, Tensor c) => throw Compiled;

    /// <summary>f of the elements of a, b and c; f is an <see cref="ElementwiseAttribute"/> function.</summary>
    public static Tensor Map(Func<double, double, double, double> f, Tensor a, Tensor b, Tensor c) => throw Compiled;
}
