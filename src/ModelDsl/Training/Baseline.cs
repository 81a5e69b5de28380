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
        double[] shares = Shares(data, columns, out double mean);
        return mean * output.Loss switch
        {
            ModelDsl.Loss.Mse => Means(data, columns.Targets[0], shares).Average(m => m.Square - m.Mean * m.Mean),
            ModelDsl.Loss.HalfMse => Means(data, columns.Targets[0], shares).Average(m => m.Square - m.Mean * m.Mean) / 2,
            ModelDsl.Loss.BinaryCrossEntropy => Means(data, columns.Targets[0], shares).Average(m => Entropy(m.Mean) + Entropy(1 - m.Mean)),
            ModelDsl.Loss.SparseCrossEntropy => Frequencies(data, columns.Targets[0], shape.Targets[0].Classes, shares).Sum(Entropy),
            _ => double.NaN,
        };
    }

    private static double Entropy(double p) => p > 0 ? -p * Math.Log(p) : 0;

    /// <summary>Each sample's part of the sum of all weights, and their mean. All weights 0: any prediction has the loss 0.</summary>
    private static double[] Shares(Dataset data, DatasetColumns columns, out double mean)
    {
        double[] shares = new double[data.Count];
        if (columns.TargetsAndWeights.Length > 1 && columns.TargetsAndWeights[1] is { } weights) data.CopyColumn(weights, 0, shares);
        else Array.Fill(shares, 1);
        double sum = shares.Sum();
        mean = sum / data.Count;
        return Array.ConvertAll(shares, w => sum > 0 ? w / sum : 0);
    }

    private static (double Mean, double Square)[] Means(Dataset data, DataColumn column, double[] shares)
    {
        var sums = new (double Mean, double Square)[column.Width];
        Visit<double>(data, column, (values, first) =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                ref (double Mean, double Square) sum = ref sums[i % sums.Length];
                double share = shares[first + i / sums.Length];
                sum.Mean += values[i] * share;
                sum.Square += values[i] * values[i] * share;
            }
        });
        return sums;
    }

    private static double[] Frequencies(Dataset data, DataColumn column, int classes, double[] shares)
    {
        var parts = new double[classes];
        Visit<int>(data, column, (labels, first) =>
        {
            for (int i = 0; i < labels.Length; i++) parts[labels[i]] += shares[first + i / column.Width] / column.Width;
        });
        return parts;
    }

    private static void Visit<TElement>(Dataset data, DataColumn column, Action<TElement[], int> action) where TElement : unmanaged, System.Numerics.INumberBase<TElement>
    {
        for (int start = 0; start < data.Count; start += Chunk)
        {
            int[] rows = [.. Enumerable.Range(start, Math.Min(Chunk, data.Count - start))];
            var values = new TElement[rows.Length * column.Width];
            data.Copy(column, rows, values);
            action(values, start);
        }
    }
}
