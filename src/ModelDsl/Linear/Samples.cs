using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.LinearModels;

/// <summary>The features of a data set as one table of the element that is computed with. (Count, Width), row-major</summary>
internal sealed class Samples<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    private Samples(S[] x, int width) => (X, Width, Count) = (x, width, x.Length / width);

    public S[] X { get; }

    public int Width { get; }

    public int Count { get; }

    /// <summary>The data set's own memory where it has the form, else a copy.</summary>
    public static Samples<S> Of(Dataset data)
    {
        if (data.Stored<S>(data.Inputs[0]) is { } stored) return new(stored, data.FeatureSize);
        S[] x = new S[checked(data.Count * data.FeatureSize)];
        data.CopyFeatures<S>(LinearLayer.AllRows(data), x);
        return new(x, data.FeatureSize);
    }

    /// <summary>The sums of so many rows, spread evenly, divided by their number: near the mean wherever samples are in no worse order than runs.</summary>
    public double[] RoughMean(int rows)
    {
        int count = Math.Min(rows, Count);
        double[] mean = new double[Width];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<S> row = Row((int)((long)i * Count / count));
            for (int j = 0; j < mean.Length; j++) mean[j] += double.CreateTruncating(row[j]);
        }
        for (int j = 0; j < mean.Length; j++) mean[j] /= count;
        return mean;
    }

    public ReadOnlySpan<S> Row(int row) => X.AsSpan(row * Width, Width);

    /// <summary>scale·(x − shift) for some columns of a row, in double.</summary>
    public void Centred(int row, int column, ReadOnlySpan<double> shift, double scale, Span<double> destination)
    {
        ReadOnlySpan<S> x = X.AsSpan(row * Width + column, destination.Length);
        shift = shift.Slice(column, destination.Length);
        int i = 0;
        if (typeof(S) == typeof(float))
        {
            ref float from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<S, float>(x));
            ref double off = ref MemoryMarshal.GetReference(shift), to = ref MemoryMarshal.GetReference(destination);
            for (; i + 8 <= x.Length; i += 8)
            {
                (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
                ((low - Vector256.LoadUnsafe(ref off, (nuint)i)) * scale).StoreUnsafe(ref to, (nuint)i);
                ((high - Vector256.LoadUnsafe(ref off, (nuint)i + 4)) * scale).StoreUnsafe(ref to, (nuint)i + 4);
            }
        }
        for (; i < x.Length; i++) destination[i] = (double.CreateTruncating(x[i]) - shift[i]) * scale;
    }
}
