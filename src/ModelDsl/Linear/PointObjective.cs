using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>One output's objective, with second derivatives: scale·Σ cᵢ·xᵢxᵢᵀ, c the losses' own, and the penalty.</summary>
internal sealed class PointObjective<S, TPoint>(Samples<S> x, PointLosses<S, TPoint> loss, bool bias, double scale, double penalty, bool biasPenalised, int threads)
    : LinearObjective<S, PointLosses<S, TPoint>>(x, loss, 1, bias, scale, penalty, biasPenalised, threads), ICurvedObjective
    where S : unmanaged, IBinaryFloatingPointIeee754<S>
    where TPoint : struct, IPointLoss<S>
{
    private readonly bool _bias = bias, _biasPenalised = biasPenalised;
    private readonly double _scale = scale, _penalty = penalty;
    private readonly int _threads = threads;
    private double[] _ones = [], _curvatures = [];

    public double[] Hessian(ReadOnlySpan<double> x)
    {
        Set(x);
        if (_ones.Length == 0)
        {
            (_ones, _curvatures) = (new double[Samples.Count], new double[Samples.Count]);
            Array.Fill(_ones, 1);
        }
        Work.Run(share =>
        {
            var pass = new CurvaturePass(this, Work.Rows(share));
            Lanes.Run<S, CurvaturePass>(ref pass);
        });
        // Products of [X 1]: the column of ones is the bias's.
        Moments moments = Moments.Of<S, double>(Samples, Targets.Of(_ones), _curvatures, centre: false, _threads, CancellationToken.None);
        int n = Length;
        double[] hessian = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) hessian[i * n + j] = _scale * moments.At(i, j);
            if (!_bias || i < n - 1 || _biasPenalised) hessian[i * n + i] += _penalty;
        }
        return hessian;
    }

    private readonly struct CurvaturePass(PointObjective<S, TPoint> objective, (int Start, int End) rows) : ILaneAction<S>
    {
        public void Run<V>() where V : struct, ILanes<V, S>
        {
            S[] z = new S[BlockRows];
            for (int start = rows.Start; start < rows.End; start += BlockRows)
            {
                Span<S> block = z.AsSpan(0, Math.Min(BlockRows, rows.End - start));
                objective.Scores<V>(start, block);
                objective.Losses.Curvatures<V>(block, start);
                for (int i = 0; i < block.Length; i++) objective._curvatures[start + i] = double.CreateTruncating(block[i]);
            }
        }
    }
}
