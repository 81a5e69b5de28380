using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>
/// scale·Σ loss(x·W + b) + ½·penalty·‖W‖², and ½·penalty·‖b‖² where biases are penalised, as a function of (W, b): (inputs·outputs + outputs), the last only where there is a bias.
/// Scores and products are in S, block by block of 128 samples; blocks add up in double.
/// </summary>
internal class LinearObjective<S, TLoss> : IObjective
    where S : unmanaged, IBinaryFloatingPointIeee754<S>
    where TLoss : struct, IScoreLoss<S>
{
    private protected const int BlockRows = 128;
    private const int Padding = 16;

    private readonly Samples<S> _x;
    private readonly TLoss _loss;
    private readonly int _outputs;
    private readonly bool _bias, _biasPenalised;
    private readonly double _scale, _penalty;
    private readonly Share[] _shares;
    private readonly Shares _work;
    private readonly S[] _weights, _biases;
    private readonly Action<int> _slopes;

    public LinearObjective(Samples<S> x, TLoss loss, int outputs, bool bias, double scale, double penalty, bool biasPenalised, int threads)
    {
        (_x, _loss, _outputs, _bias, _scale, _penalty, _biasPenalised) = (x, loss, outputs, bias, scale, penalty, biasPenalised);
        _work = new Shares(x.Count, threads);
        _shares = [.. Enumerable.Range(0, _work.Count).Select(_ => new Share(x.Width, outputs))];
        (_weights, _biases) = (new S[x.Width * outputs + Padding], new S[outputs]);
        _slopes = share =>
        {
            var pass = new SlopePass(this, share);
            Lanes.Run<S, SlopePass>(ref pass);
        };
    }

    public int Length => _x.Width * _outputs + (_bias ? _outputs : 0);

    public double Noise => typeof(S) == typeof(float) ? 2e-8 : 1e-15;

    private protected TLoss Losses => _loss;

    private protected Samples<S> Samples => _x;

    private protected Shares Work => _work;

    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        Set(x);
        _work.Run(_slopes);
        int inputs = _x.Width;
        double sum = 0, squares = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            double penalty = i < inputs * _outputs || _biasPenalised ? _penalty : 0;
            gradient[i] = penalty * x[i];
            squares += penalty * x[i] * x[i];
        }
        foreach (Share share in _shares)
        {
            sum += share.Loss;
            for (int o = 0; o < _outputs; o++)
            {
                for (int j = 0; j < inputs; j++) gradient[j * _outputs + o] += _scale * share.Gradient[o * inputs + j];
                if (_bias) gradient[inputs * _outputs + o] += _scale * share.BiasGradient[o];
            }
        }
        return _scale * sum + 0.5 * squares;
    }

    private protected void Set(ReadOnlySpan<double> x)
    {
        int weights = _x.Width * _outputs;
        for (int i = 0; i < weights; i++) _weights[i] = S.CreateTruncating(x[i]);
        if (!_bias) return;
        for (int o = 0; o < _outputs; o++) _biases[o] = S.CreateTruncating(x[weights + o]);
    }

    /// <summary>z = x·W + b of some samples.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected void Scores<V>(int start, Span<S> z) where V : struct, ILanes<V, S>
    {
        int inputs = _x.Width, count = z.Length / _outputs;
        ReadOnlySpan<S> x = _x.X.AsSpan(start * inputs);
        if (_outputs == 1)
        {
            int i = 0;
            for (; i + 4 <= count && x.Length >= (i + 4) * inputs + V.Count; i += 4) Dots<V>(x[(i * inputs)..], z[i..]);
            for (; i < count; i++) z[i] = Dot<V>(x.Slice(i * inputs, inputs)) + _biases[0];
            return;
        }
        var store = new StoreEpilogue<S>(z, _outputs);
        Gemm.Multiply<V, S, StoreEpilogue<S>>(x, inputs, 1, _weights, count, _outputs, inputs, in store, Part.All);
        for (int row = 0; row < z.Length; row += _outputs)
            for (int o = 0; o < _outputs; o++) z[row + o] += _biases[o];
    }

    /// <summary>z of the four samples that x begins with, which share loads of w. Weights are followed by zeros, so what a vector brings from the next sample does not count.</summary>
    private void Dots<V>(ReadOnlySpan<S> x, Span<S> z) where V : struct, ILanes<V, S>
    {
        int inputs = _x.Width;
        ref S a = ref MemoryMarshal.GetReference(x), b = ref Unsafe.Add(ref a, inputs), c = ref Unsafe.Add(ref b, inputs), d = ref Unsafe.Add(ref c, inputs), w = ref MemoryMarshal.GetArrayDataReference(_weights);
        V sumA = V.Zero, sumB = V.Zero, sumC = V.Zero, sumD = V.Zero;
        for (nint j = 0; j < inputs; j += V.Count)
        {
            V weight = V.LoadUnsafe(in Unsafe.Add(ref w, j));
            sumA = V.MultiplyAdd(V.LoadUnsafe(in Unsafe.Add(ref a, j)), weight, sumA);
            sumB = V.MultiplyAdd(V.LoadUnsafe(in Unsafe.Add(ref b, j)), weight, sumB);
            sumC = V.MultiplyAdd(V.LoadUnsafe(in Unsafe.Add(ref c, j)), weight, sumC);
            sumD = V.MultiplyAdd(V.LoadUnsafe(in Unsafe.Add(ref d, j)), weight, sumD);
        }
        (z[0], z[1], z[2], z[3]) = (V.Sum(sumA) + _biases[0], V.Sum(sumB) + _biases[0], V.Sum(sumC) + _biases[0], V.Sum(sumD) + _biases[0]);
    }

    /// <summary>x·w of one sample, which may be the last.</summary>
    private S Dot<V>(ReadOnlySpan<S> x) where V : struct, ILanes<V, S>
    {
        V sum = V.Zero;
        for (int j = 0; j < x.Length; j += V.Count) sum = V.MultiplyAdd(V.Load(x, j), V.LoadUnsafe(in _weights[j]), sum);
        return V.Sum(sum);
    }

    /// <summary>A share's sums, and scratch memory.</summary>
    private sealed class Share(int inputs, int outputs)
    {
        public S[] Scores { get; } = new S[BlockRows * outputs];

        public S[] BlockGradient { get; } = new S[inputs * outputs];

        /// <summary>(outputs, inputs)</summary>
        public double[] Gradient { get; } = new double[inputs * outputs];

        public double[] BiasGradient { get; } = new double[outputs];

        public double Loss { get; set; }
    }

    private readonly struct SlopePass(LinearObjective<S, TLoss> objective, int number) : ILaneAction<S>
    {
        public void Run<V>() where V : struct, ILanes<V, S>
        {
            Share share = objective._shares[number];
            Array.Clear(share.Gradient);
            Array.Clear(share.BiasGradient);
            double loss = 0;
            (int start, int end) = objective._work.Rows(number);
            for (; start < end; start += BlockRows)
            {
                Span<S> z = share.Scores.AsSpan(0, Math.Min(BlockRows, end - start) * objective._outputs);
                objective.Scores<V>(start, z);
                loss += objective._loss.Slopes<V>(z, start);
                objective.AddGradient<V>(share, start, z);
            }
            share.Loss = loss;
        }
    }

    private void AddGradient<V>(Share share, int start, Span<S> slopes) where V : struct, ILanes<V, S>
    {
        int inputs = _x.Width, count = slopes.Length / _outputs;
        var store = new StoreEpilogue<S>(share.BlockGradient, inputs);
        Gemm.Multiply<V, S, StoreEpilogue<S>>(slopes, 1, _outputs, _x.X.AsSpan(start * inputs), _outputs, inputs, count, in store, Part.All);
        for (int i = 0; i < share.Gradient.Length; i++) share.Gradient[i] += double.CreateTruncating(share.BlockGradient[i]);
        for (int o = 0; o < _outputs; o++)
        {
            double sum = 0;
            for (int i = o; i < slopes.Length; i += _outputs) sum += double.CreateTruncating(slopes[i]);
            share.BiasGradient[o] += sum;
        }
    }
}
