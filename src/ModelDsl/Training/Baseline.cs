namespace ModelDsl;

/// <summary>The loss of the best prediction that looks at no input: what a model has to beat.</summary>
internal static class Baseline
{
    private const int Chunk = 1024;

    /// <summary>
    /// Of one trained output: the targets' variance for squared errors, the entropy of classes (or of each binary target) for cross-entropies. NaN for other losses.
    /// </summary>
    public static double Loss(BatchShape shape, Dataset data, DatasetColumns columns)
    {
        if (shape.Targets.Length != 1) return double.NaN;
        OutputInfo output = shape.Info.Outputs.First(o => o.Loss is not null);
        return output.Loss switch
        {
            ModelDsl.Loss.Mse => Means(data, columns.Targets[0]).Average(m => m.Square - m.Mean * m.Mean),
            ModelDsl.Loss.HalfMse => Means(data, columns.Targets[0]).Average(m => m.Square - m.Mean * m.Mean) / 2,
            ModelDsl.Loss.BinaryCrossEntropy => Means(data, columns.Targets[0]).Average(m => Entropy(m.Mean) + Entropy(1 - m.Mean)),
            ModelDsl.Loss.SparseCrossEntropy => Frequencies(data, columns.Targets[0], shape.Targets[0].Classes).Sum(Entropy),
            _ => double.NaN,
        };
    }

    private static double Entropy(double p) => p > 0 ? -p * Math.Log(p) : 0;

    private static (double Mean, double Square)[] Means(Dataset data, DataColumn column)
    {
        var sums = new (double Mean, double Square)[column.Width];
        Visit<double>(data, column, values =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                ref (double Mean, double Square) sum = ref sums[i % sums.Length];
                sum.Mean += values[i] / data.Count;
                sum.Square += values[i] * values[i] / data.Count;
            }
        });
        return sums;
    }

    private static double[] Frequencies(Dataset data, DataColumn column, int classes)
    {
        var parts = new double[classes];
        Visit<int>(data, column, labels =>
        {
            foreach (int label in labels) parts[label] += 1.0 / data.Count / column.Width;
        });
        return parts;
    }

    private static void Visit<TElement>(Dataset data, DataColumn column, Action<TElement[]> action) where TElement : unmanaged, System.Numerics.INumberBase<TElement>
    {
        for (int start = 0; start < data.Count; start += Chunk)
        {
            int[] rows = [.. Enumerable.Range(start, Math.Min(Chunk, data.Count - start))];
            var values = new TElement[rows.Length * column.Width];
            data.Copy(column, rows, values);
            action(values);
        }
    }
}
