using System.Runtime.InteropServices;
using ModelDsl.Data;

namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>
    /// What a careful person looks at before training: range and spread of each feature, what is missing or constant, samples that occur twice, how classes are balanced, and
    /// features that follow the target so closely that they may give it away. Prints as a table. Of the first input and the first target.
    /// </summary>
    public DatasetDescription Describe()
    {
        double[] target = new double[Count];
        CopyColumn(_targets[0], 0, target);
        int[] sides = new int[Count];
        int[]? counts = TargetSize > 1 ? null : TargetIsClass ? ClassCounts() : Sides(_targets[0], sides) is null ? Counts(sides) : null;
        // A correlation with the number of one of three classes would mean nothing.
        bool ordered = TargetSize == 1 && !(counts?.Count(c => c > 0) > 2);
        double[] values = new double[Count];
        var columns = new ColumnDescription[FeatureSize];
        for (int i = 0; i < columns.Length; i++)
        {
            CopyColumn(_inputs[0], i, values);
            columns[i] = Describe(i, values, ordered ? target : null) with { Name = FeatureNames?[i] };
        }
        return new(Count, columns, DuplicateRows(), counts) { ClassNames = ClassNames };
    }

    private static ColumnDescription Describe(int index, ReadOnlySpan<double> values, double[]? target)
    {
        (int known, double min, double max, double mean, double squares) = (0, double.PositiveInfinity, double.NegativeInfinity, 0, 0);
        (double targetMean, double targetSquares, double products) = (0, 0, 0);
        for (int i = 0; i < values.Length; i++)
        {
            double x = values[i], t = target?[i] ?? 0;
            if (double.IsNaN(x)) continue;
            known++;
            (min, max) = (Math.Min(min, x), Math.Max(max, x));
            // Welford's update of two means, two spreads and the spread in common.
            double dx = x - mean, dt = t - targetMean;
            mean += dx / known;
            targetMean += dt / known;
            squares += dx * (x - mean);
            targetSquares += dt * (t - targetMean);
            products += dx * (t - targetMean);
        }
        double correlation = target is null || squares == 0 || targetSquares == 0 ? double.NaN : products / Math.Sqrt(squares * targetSquares);
        return known == 0 ? new(index, values.Length, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)
            : new(index, values.Length - known, min, max, mean, Math.Sqrt(squares / known), correlation);
    }

    /// <summary>Samples whose features all equal those of an earlier one, bit for bit: found by hash, then compared.</summary>
    private int DuplicateRows()
    {
        var seen = new Dictionary<int, List<int>>();
        byte[] row = [], other = [];
        int duplicates = 0;
        for (int i = 0; i < Count; i++)
        {
            _inputs[0].Rows.CopyBytes(_view?[i] ?? i, ref row);
            var hash = new HashCode();
            hash.AddBytes(row);
            ref List<int>? same = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, hash.ToHashCode(), out _);
            same ??= [];
            bool found = false;
            foreach (int earlier in same)
            {
                _inputs[0].Rows.CopyBytes(earlier, ref other);
                found |= row.AsSpan().SequenceEqual(other);
            }
            if (found) duplicates++;
            else same.Add(_view?[i] ?? i);
        }
        return duplicates;
    }
}
