using System.ComponentModel;
using System.Numerics;
using ModelDsl.Kernels;
using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>
/// Draws a model's first parameters. Each tensor has a random sequence of its own, (seed, index of the tensor), and draws happen in double: float
/// and double models start from the same numbers, and a changed layer leaves the others' numbers alone.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ParameterInitializer
{
    /// <summary>A parameter block filled as <see cref="ModelInfo.Parameters"/> says; padding is 0.</summary>
    /// <param name="info">The model.</param>
    /// <param name="seed">Equal seeds give equal numbers.</param>
    public static AlignedMemory<T> Create<T>(ModelInfo info, ulong seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(info);
        var block = new AlignedMemory<T>(info.BlockLength);
        for (int i = 0; i < info.Parameters.Length; i++)
        {
            ParameterInfo p = info.Parameters[i];
            double[] values = Draw(p, new Philox(seed, (uint)i));
            Span<T> tensor = block.Span.Slice(p.Offset, p.Length);
            for (int j = 0; j < tensor.Length; j++) tensor[j] = T.CreateTruncating(values[j]);
        }
        return block;
    }

    private static double[] Draw(ParameterInfo p, Philox random)
    {
        (double fanIn, double fanOut) = Fans(p.Shape);
        return p.Initializer switch
        {
            Initializer.Zeros => new double[p.Length],
            Initializer.Ones => Fill(p, () => 1),
            Initializer.Constant => Fill(p, () => p.Scale),
            Initializer.Uniform => Uniform(p.Scale),
            Initializer.Normal => Normal(p.Scale),
            Initializer.TruncatedNormal => Fill(p, () => p.Scale * random.NextTruncatedNormal()),
            Initializer.GlorotUniform => Uniform(p.Scale * Math.Sqrt(6 / (fanIn + fanOut))),
            Initializer.GlorotNormal => Normal(p.Scale * Math.Sqrt(2 / (fanIn + fanOut))),
            Initializer.HeUniform => Uniform(p.Scale * Math.Sqrt(6 / fanIn)),
            Initializer.HeNormal => Normal(p.Scale * Math.Sqrt(2 / fanIn)),
            Initializer.LeCunUniform => Uniform(p.Scale * Math.Sqrt(3 / fanIn)),
            Initializer.LeCunNormal => Normal(p.Scale * Math.Sqrt(1 / fanIn)),
            Initializer.Orthogonal => Orthogonal(),
            _ => throw new ArgumentException($"{p.Name} has the initializer {p.Initializer}, which says not how to draw it."),
        };

        double[] Uniform(double halfWidth) => Fill(p, () => halfWidth * (2 * random.NextDouble() - 1));
        double[] Normal(double deviation) => Fill(p, () => deviation * random.NextNormal());
        double[] Orthogonal()
        {
            int columns = p.Shape[^1];
            double[] q = OrthogonalMatrix.Draw(p.Length / columns, columns, random);
            for (int i = 0; i < q.Length; i++) q[i] *= p.Scale;
            return q;
        }
    }

    private static double[] Fill(ParameterInfo p, Func<double> next)
    {
        var values = new double[p.Length];
        for (int i = 0; i < values.Length; i++) values[i] = next();
        return values;
    }

    /// <summary>Weights are (…, in, out): what lies before is a receptive field, which both widths count. A vector is as wide as it is long.</summary>
    private static (double In, double Out) Fans(int[] shape)
    {
        if (shape.Length == 1) return (shape[0], shape[0]);
        double field = SizeInfo.Elements(shape.AsSpan(..^2));
        return (shape[^2] * field, shape[^1] * field);
    }
}
