using System.ComponentModel;

namespace ModelDsl.Gpu;

/// <summary>
/// The optimizers' updates as kernels, a lane for four parameters, which it reads and writes at once; their rules are those of <see cref="Sgd"/>, <see cref="Adam"/> and <see cref="AdamW"/>. Arguments: where the parameters begin and how many there
/// are, where their gradients and what the optimizer remembers of them begin, where the step's coefficients are.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DeviceUpdates
{
    /// <summary>Coefficients of one update, at most.</summary>
    internal const int Coefficients = 16;

    /// <summary>Parameters of a lane.</summary>
    internal const int Each = 4;

    /// <summary>w ← w + c₀·(g + c₁w)</summary>
    public static void Descent<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
    {
        int i = (D.Group * D.Lanes + D.Lane) * Each, count = numbers[at + 1];
        if (i >= count) return;
        F w = memory.Slice(numbers[at], count), g = memory.Slice(numbers[at + 2], count);
        F c = memory.Slice(numbers[at + 5], Coefficients);
        if (i + Each <= count)
        {
            Quad<float> w4 = w.Load4(i), g4 = g.Load4(i);
            DescentOf(c, ref w4.A, g4.A);
            DescentOf(c, ref w4.B, g4.B);
            DescentOf(c, ref w4.C, g4.C);
            DescentOf(c, ref w4.D, g4.D);
            w.Store4(i, w4);
            return;
        }

        for (; i < count; i++)
        {
            float w1 = w[i];
            DescentOf(c, ref w1, g[i]);
            w[i] = w1;
        }
    }

    private static void DescentOf<F>(F c, ref float w, float g) where F : struct, IBuffer<F, float>
    {
        w += c[0] * (g + c[1] * w);
    }

    /// <summary>g' = g + c₀w;  v ← c₁v + c₂g';  w ← w + c₃g' + c₄v</summary>
    public static void Velocity<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
    {
        int i = (D.Group * D.Lanes + D.Lane) * Each, count = numbers[at + 1];
        if (i >= count) return;
        F w = memory.Slice(numbers[at], count), g = memory.Slice(numbers[at + 2], count), v = memory.Slice(numbers[at + 3], count);
        F c = memory.Slice(numbers[at + 5], Coefficients);
        if (i + Each <= count)
        {
            Quad<float> w4 = w.Load4(i), g4 = g.Load4(i), v4 = v.Load4(i);
            VelocityOf(c, ref w4.A, g4.A, ref v4.A);
            VelocityOf(c, ref w4.B, g4.B, ref v4.B);
            VelocityOf(c, ref w4.C, g4.C, ref v4.C);
            VelocityOf(c, ref w4.D, g4.D, ref v4.D);
            w.Store4(i, w4);
            v.Store4(i, v4);
            return;
        }

        for (; i < count; i++)
        {
            float w1 = w[i], v1 = v[i];
            VelocityOf(c, ref w1, g[i], ref v1);
            w[i] = w1;
            v[i] = v1;
        }
    }

    private static void VelocityOf<F>(F c, ref float w, float g, ref float v) where F : struct, IBuffer<F, float>
    {
        float gradient = g + c[0] * w;
        v = c[1] * v + c[2] * gradient;
        w = w + c[3] * gradient + c[4] * v;
    }

    /// <summary>g' = g + c₀w;  m ← c₁m + c₂g';  v ← c₃v + c₄g'²;  w ← c₅w + c₆·m/(c₇√v + c₈)</summary>
    public static void Adam<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
    {
        int i = (D.Group * D.Lanes + D.Lane) * Each, count = numbers[at + 1];
        if (i >= count) return;
        F w = memory.Slice(numbers[at], count), g = memory.Slice(numbers[at + 2], count), m = memory.Slice(numbers[at + 3], count), v = memory.Slice(numbers[at + 4], count);
        F c = memory.Slice(numbers[at + 5], Coefficients);
        if (i + Each <= count)
        {
            Quad<float> w4 = w.Load4(i), g4 = g.Load4(i), m4 = m.Load4(i), v4 = v.Load4(i);
            AdamOf(c, ref w4.A, g4.A, ref m4.A, ref v4.A);
            AdamOf(c, ref w4.B, g4.B, ref m4.B, ref v4.B);
            AdamOf(c, ref w4.C, g4.C, ref m4.C, ref v4.C);
            AdamOf(c, ref w4.D, g4.D, ref m4.D, ref v4.D);
            w.Store4(i, w4);
            m.Store4(i, m4);
            v.Store4(i, v4);
            return;
        }

        for (; i < count; i++)
        {
            float w1 = w[i], m1 = m[i], v1 = v[i];
            AdamOf(c, ref w1, g[i], ref m1, ref v1);
            w[i] = w1;
            m[i] = m1;
            v[i] = v1;
        }
    }

    private static void AdamOf<F>(F c, ref float w, float g, ref float m, ref float v) where F : struct, IBuffer<F, float>
    {
        float gradient = g + c[0] * w;
        m = c[1] * m + c[2] * gradient;
        v = c[3] * v + c[4] * gradient * gradient;
        w = c[5] * w + c[6] * (m / (MathF.Sqrt(v) * c[7] + c[8]));
    }

    /// <summary>Which of the kernels updates a run of parameters, in their order here, and its coefficients; −1 where the processor has to.</summary>
    internal static int Choose(UpdateSegment s, double factor, long step, Span<float> c)
    {
        if (s.Tensor is not null || s.Touched is not null) return -1;
        double rate = s.Optimizer.LearningRate * factor * s.RateFactor;
        switch (s.Optimizer)
        {
            case GradientDescent:
                (c[0], c[1]) = ((float)-rate, (float)Decay(0));
                return 0;
            case ModelDsl.Sgd { Momentum: 0 } o:
                (c[0], c[1]) = ((float)-rate, (float)Decay(o.WeightDecay));
                return 0;
            case ModelDsl.Sgd o:
                double gain = o.Form == MomentumForm.Ema ? 1 - o.Momentum : step == 1 ? 1 : 1 - o.Dampening;
                (c[0], c[1], c[2]) = ((float)Decay(o.WeightDecay), (float)o.Momentum, (float)gain);
                (c[3], c[4]) = o.Nesterov ? ((float)(-rate * gain), (float)(-rate * o.Momentum)) : (0, (float)-rate);
                return 1;
            case ModelDsl.Adam { AmsGrad: false } o:
                Moments(new Moments(o.Beta1, o.Beta2, o.Epsilon, rate, step), Decay(o.WeightDecay), 0, c);
                return 2;
            case AdamW { AmsGrad: false } o:
                Moments(new Moments(o.Beta1, o.Beta2, o.Epsilon, rate, step), 0, rate * Decay(o.WeightDecay), c);
                return 2;
            default:
                return -1;
        }

        double Decay(double optimizers) => s.WeightDecay ?? (s.Decayed ? optimizers : 0);

        static void Moments(in Moments m, double coupled, double shrink, Span<float> c)
        {
            (c[0], c[1], c[2], c[3], c[4]) = ((float)coupled, (float)m.Beta1, (float)(1 - m.Beta1), (float)m.Beta2, (float)(1 - m.Beta2));
            (c[5], c[6], c[7], c[8]) = ((float)(1 - shrink), (float)-m.StepSize, (float)m.RootScale, (float)m.Epsilon);
        }
    }
}

/// <summary>The kernels of the updates and, behind them, a model's.</summary>
internal sealed class UpdatedCode(DeviceCode model) : DeviceCode
{
    public override Action<F, I, int>[] Kernels<D, F, I>() => [DeviceUpdates.Descent<D, F, I>, DeviceUpdates.Velocity<D, F, I>, DeviceUpdates.Adam<D, F, I>, .. model.Kernels<D, F, I>()];

    /// <summary>Kernels before the model's.</summary>
    public const int Updates = 3;

    public override long Groups(int kernel, DeviceSizes s) => model.Groups(kernel, s);

    public override ReadOnlySpan<int> Program(DeviceProgram program) => model.Program(program);
}
