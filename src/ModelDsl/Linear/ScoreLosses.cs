using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>The loss of samples given their scores z = x·W + b.</summary>
internal interface IScoreLoss<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    /// <summary>The sum of some samples' losses; the scores become the losses' derivatives by them.</summary>
    /// <param name="z">(samples, outputs)</param>
    /// <param name="first">The number of the first sample.</param>
    double Slopes<V>(Span<S> z, int first) where V : struct, ILanes<V, S>;
}

/// <summary>A loss of one score and one target.</summary>
internal interface IPointLoss<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    V Loss<V>(V z, V t, out V slope) where V : struct, ILanes<V, S>;

    /// <summary>The second derivative by z.</summary>
    V Curvature<V>(V z, V t) where V : struct, ILanes<V, S>;
}

/// <summary>½(z − t)²</summary>
internal readonly struct SquaredLoss<S> : IPointLoss<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    public V Loss<V>(V z, V t, out V slope) where V : struct, ILanes<V, S>
    {
        slope = z - t;
        return V.Broadcast(S.CreateChecked(0.5)) * slope * slope;
    }

    public V Curvature<V>(V z, V t) where V : struct, ILanes<V, S> => V.Broadcast(S.One);
}

/// <summary>softplus(z) − t·z, t in [0, 1].</summary>
internal readonly struct LogisticLoss<S> : IPointLoss<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    public V Loss<V>(V z, V t, out V slope) where V : struct, ILanes<V, S>
    {
        slope = V.Sigmoid(z) - t;
        return V.Softplus(z) - t * z;
    }

    public V Curvature<V>(V z, V t) where V : struct, ILanes<V, S> => V.Sigmoid(z) * V.Sigmoid(-z);
}

/// <summary>max(0, 1 − t·z)², t = ±1.</summary>
internal readonly struct SquaredHingeLoss<S> : IPointLoss<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    public V Loss<V>(V z, V t, out V slope) where V : struct, ILanes<V, S>
    {
        V margin = V.Relu(V.Broadcast(S.One) - t * z);
        slope = -(margin + margin) * t;
        return margin * margin;
    }

    public V Curvature<V>(V z, V t) where V : struct, ILanes<V, S> => V.Where(V.Greater(V.Broadcast(S.One), t * z), V.Broadcast(S.CreateChecked(2)), V.Zero);
}

/// <summary>max(0, |z − t| − ε)²</summary>
internal readonly struct SquaredInsensitiveLoss<S>(S epsilon) : IPointLoss<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    public V Loss<V>(V z, V t, out V slope) where V : struct, ILanes<V, S>
    {
        V beyond = V.Relu(V.Abs(z - t) - V.Broadcast(epsilon));
        slope = (beyond + beyond) * V.Sign(z - t);
        return beyond * beyond;
    }

    public V Curvature<V>(V z, V t) where V : struct, ILanes<V, S> => V.Where(V.Greater(V.Abs(z - t), V.Broadcast(epsilon)), V.Broadcast(S.CreateChecked(2)), V.Zero);
}

/// <summary>A loss of points over samples of one output.</summary>
/// <param name="point">Of one score.</param>
/// <param name="targets">(samples)</param>
/// <param name="weights">(samples), or null for 1.</param>
internal readonly struct PointLosses<S, TPoint>(TPoint point, S[] targets, S[]? weights) : IScoreLoss<S>
    where S : unmanaged, IBinaryFloatingPointIeee754<S>
    where TPoint : struct, IPointLoss<S>
{
    // on its own: inlined into the pass, its functions exceed what the JIT inlines
    [MethodImpl(MethodImplOptions.NoInlining)]
    public double Slopes<V>(Span<S> z, int first) where V : struct, ILanes<V, S>
    {
        ReadOnlySpan<S> t = targets.AsSpan(first, z.Length), w = weights is null ? default : weights.AsSpan(first, z.Length);
        V sum = V.Zero;
        for (int i = 0; i < z.Length; i += V.Count)
        {
            V loss = point.Loss(V.Load(z, i), V.Load(t, i), out V slope);
            if (!w.IsEmpty) (loss, slope) = (loss * V.Load(w, i), slope * V.Load(w, i));
            V.Store(z, i, slope);
            sum += V.Keep(loss, z.Length - i, S.Zero);
        }
        return double.CreateTruncating(V.Sum(sum));
    }

    /// <summary>The scores become second derivatives.</summary>
    public void Curvatures<V>(Span<S> z, int first) where V : struct, ILanes<V, S>
    {
        ReadOnlySpan<S> t = targets.AsSpan(first, z.Length), w = weights is null ? default : weights.AsSpan(first, z.Length);
        for (int i = 0; i < z.Length; i += V.Count)
        {
            V curvature = point.Curvature(V.Load(z, i), V.Load(t, i));
            V.Store(z, i, w.IsEmpty ? curvature : curvature * V.Load(w, i));
        }
    }
}

/// <summary>−log softmax(z)[label]</summary>
/// <param name="labels">(samples)</param>
/// <param name="classes">Scores of a sample.</param>
/// <param name="weights">(samples), or null for 1.</param>
internal readonly struct SoftmaxLosses<S>(int[] labels, int classes, S[]? weights) : IScoreLoss<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    public double Slopes<V>(Span<S> z, int first) where V : struct, ILanes<V, S>
    {
        double total = 0;
        for (int row = 0; row < z.Length / classes; row++)
        {
            Span<S> scores = z.Slice(row * classes, classes);
            (int label, S weight) = (labels[first + row], weights is null ? S.One : weights[first + row]);
            S own = scores[label], logSum = Probabilities<V>(scores);
            for (int c = 0; c < classes; c++) scores[c] = weight * (scores[c] - (c == label ? S.One : S.Zero));
            total += double.CreateTruncating(weight * (logSum - own));
        }
        return total;
    }

    /// <summary>The scores of a sample become softmax(z); log Σ eᶻ.</summary>
    public static S Probabilities<V>(Span<S> scores) where V : struct, ILanes<V, S>
    {
        S greatest = scores[0], sum = S.Zero;
        foreach (S score in scores) greatest = S.Max(greatest, score);
        for (int c = 0; c < scores.Length; c += V.Count) V.Store(scores, c, V.Exp(V.Load(scores, c) - V.Broadcast(greatest)));
        foreach (S power in scores) sum += power;
        foreach (ref S power in scores) power /= sum;
        return S.Log(sum) + greatest;
    }
}
