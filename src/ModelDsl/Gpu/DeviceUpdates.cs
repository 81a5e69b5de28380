using System.ComponentModel;

namespace ModelDsl.Gpu;

/// <summary>
/// The optimizers' updates as kernels, a lane for each parameter; their rules are those of <see cref="Sgd"/>, <see cref="Adam"/> and <see cref="AdamW"/>. Arguments: where the parameters begin and how many there
/// are, where their gradients and what the optimizer remembers of them begin, where the step's coefficients are.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DeviceUpdates
{
    /// <summary>Coefficients of one update, at most.</summary>
    internal const int Coefficients = 16;

    /// <summary>w ← w + c₀·(g + c₁w)</summary>
    public static void Descent<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
    {
        int i = D.Group * D.Lanes + D.Lane, count = numbers[at + 1];
        if (i >= count) return;
        F w = memory.Slice(numbers[at], count), g = memory.Slice(numbers[at + 2], count), c = memory.Slice(numbers[at + 5], Coefficients);
        w[i] = w[i] + c[0] * (g[i] + c[1] * w[i]);
    }

    /// <summary>g' = g + c₀w;  v ← c₁v + c₂g';  w ← w + c₃g' + c₄v</summary>
    public static void Velocity<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
    {
        int i = D.Group * D.Lanes + D.Lane, count = numbers[at + 1];
        if (i >= count) return;
        F w = memory.Slice(numbers[at], count), g = memory.Slice(numbers[at + 2], count), v = memory.Slice(numbers[at + 3], count), c = memory.Slice(numbers[at + 5], Coefficients);
        float gradient = g[i] + c[0] * w[i], velocity = c[1] * v[i] + c[2] * gradient;
        v[i] = velocity;
        w[i] = w[i] + c[3] * gradient + c[4] * velocity;
    }

    /// <summary>g' = g + c₀w;  m ← c₁m + c₂g';  v ← c₃v + c₄g'²;  w ← c₅w + c₆·m/(c₇√v + c₈)</summary>
    public static void Adam<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
    {
        int i = D.Group * D.Lanes + D.Lane, count = numbers[at + 1];
        if (i >= count) return;
        F w = memory.Slice(numbers[at], count), g = memory.Slice(numbers[at + 2], count), m = memory.Slice(numbers[at + 3], count), v = memory.Slice(numbers[at + 4], count);
        F c = memory.Slice(numbers[at + 5], Coefficients);
        float gradient = g[i] + c[0] * w[i], first = c[1] * m[i] + c[2] * gradient, second = c[3] * v[i] + c[4] * gradient * gradient;
        m[i] = first;
        v[i] = second;
        w[i] = c[5] * w[i] + c[6] * (first / (MathF.Sqrt(second) * c[7] + c[8]));
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
