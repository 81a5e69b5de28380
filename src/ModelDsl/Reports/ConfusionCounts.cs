using System.Numerics;

namespace ModelDsl.Reports;

/// <summary>How often each class (row) was predicted as each (column).</summary>
internal sealed class ConfusionCounts(int classes)
{
    public int Classes => classes;

    public long[,] Counts { get; } = new long[classes, classes];

    /// <summary>z: (rows, classes); labels: (rows). The greatest z is the prediction, the first of equals.</summary>
    public void Add<T>(ReadOnlySpan<T> z, ReadOnlySpan<int> labels) where T : unmanaged, INumber<T>
    {
        for (int row = 0; row < labels.Length; row++)
        {
            int best = 0;
            for (int j = 1; j < classes; j++)
                if (z[row * classes + j] > z[row * classes + best]) best = j;
            Counts[labels[row], best]++;
        }
    }
}
