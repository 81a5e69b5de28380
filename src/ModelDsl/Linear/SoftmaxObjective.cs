using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>
/// The multinomial objective with second derivatives: between scores k and l of a sample they are p_k(δ_kl − p_l), p being softmax(z), so that a block of the Hessian is a Gram matrix of [X 1] with these
/// for weights. Böhning 1992.
/// </summary>
internal sealed class SoftmaxObjective<S>(Samples<S> x, SoftmaxLosses<S> loss, int classes, bool bias, double penalty, double[]? weights, int threads)
    : LinearObjective<S, SoftmaxLosses<S>>(x, loss, classes, bias, 1, penalty, biasPenalised: false, threads), ICurvedObjective
    where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    private readonly int _classes = classes, _threads = threads;
    private readonly bool _bias = bias;
    private readonly double _penalty = penalty;
    private readonly double[]? _weights = weights;
    private double[] _probabilities = [], _ones = [], _curvatures = [];

    public double[] Hessian(ReadOnlySpan<double> x)
    {
        Set(x);
        if (_ones.Length == 0)
        {
            (_ones, _curvatures, _probabilities) = (new double[Samples.Count], new double[Samples.Count], new double[checked(Samples.Count * _classes)]);
            Array.Fill(_ones, 1);
        }
        Work.Run(share =>
        {
            var pass = new ProbabilityPass(this, Work.Rows(share));
            Lanes.Run<S, ProbabilityPass>(ref pass);
        });
        double[] hessian = new double[checked(Length * Length)];
        for (int k = 0; k < _classes; k++)
            for (int l = 0; l <= k; l++) Fill(hessian, k, l);
        int columns = Length / _classes;
        for (int i = 0; i < Samples.Width * _classes; i++) hessian[i * Length + i] += _penalty;
        if (_bias) FixMean(hessian, columns - 1);
        return hessian;
    }

    /// <summary>The second derivatives between parameters of two classes.</summary>
    private void Fill(double[] hessian, int k, int l)
    {
        for (int i = 0; i < _curvatures.Length; i++)
        {
            double p = _probabilities[i * _classes + k], q = k == l ? 1 - p : _probabilities[i * _classes + l];
            _curvatures[i] = p * q * (_weights?[i] ?? 1);
        }
        Moments moments = Moments.Of<S, double>(Samples, Targets.Of(_ones), _curvatures, centre: false, _threads, CancellationToken.None);
        int columns = Length / _classes, sign = k == l ? 1 : -1;
        for (int i = 0; i < columns; i++)
            for (int j = 0; j < columns; j++)
                hessian[(i * _classes + k) * Length + j * _classes + l] = hessian[(j * _classes + l) * Length + i * _classes + k] = sign * moments.At(i, j);
    }

    /// <summary>Biases that all grow alike change nothing, so there the Hessian is singular. The gradient has no such part either: any curvature there leaves their mean where it is.</summary>
    private void FixMean(double[] hessian, int column)
    {
        int first = column * _classes;
        double curvature = Enumerable.Range(first, _classes).Average(i => hessian[i * Length + i]);
        for (int k = 0; k < _classes; k++)
            for (int l = 0; l < _classes; l++) hessian[(first + k) * Length + first + l] += curvature;
    }

    private readonly struct ProbabilityPass(SoftmaxObjective<S> objective, (int Start, int End) rows) : ILaneAction<S>
    {
        public void Run<V>() where V : struct, ILanes<V, S>
        {
            int classes = objective._classes;
            S[] z = new S[BlockRows * classes];
            for (int start = rows.Start; start < rows.End; start += BlockRows)
            {
                Span<S> block = z.AsSpan(0, Math.Min(BlockRows, rows.End - start) * classes);
                objective.Scores<V>(start, block);
                for (int row = 0; row < block.Length; row += classes) SoftmaxLosses<S>.Probabilities<V>(block.Slice(row, classes));
                for (int i = 0; i < block.Length; i++) objective._probabilities[start * classes + i] = double.CreateTruncating(block[i]);
            }
        }
    }
}
