using ModelDsl.Data;

namespace ModelDsl;

public sealed partial class RowEncoder<TRow, TLabel>
{
    /// <summary>Learns from the training part what the row's type asks for. What is learned from validation or test data is not tested: split first.</summary>
    /// <param name="train">The training part.</param>
    /// <exception cref="ArgumentException">There is no row, one breaks what its type declares, or there is nothing to learn a property's statistics from; the message names it.</exception>
    public static RowEncoder<TRow, TLabel> Fit(IReadOnlyList<TRow> train)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (train.Count == 0) throw new ArgumentException("There are no rows to fit an encoder on.", nameof(train));
        int width = Layout.Row.Columns.Length;
        double[] raw = new double[checked(train.Count * width)];
        for (int i = 0; i < train.Count; i++) Read(train[i], i, null, raw.AsSpan(i * width, width));
        Dataset data = Dataset.Create(raw, width, new int[train.Count]);
        RequireKnown(data);
        Imputer imputer = Imputed(data);
        Pipeline features = new(imputer, Scaled(imputer.Apply(data)), Layout.OneHot());
        return new(features, Array.ConvertAll(Layout.Worded, p => Vocabulary.Of(train.Select(row => TRow.Text(row, p)).OfType<string>(), Layout.Row.Columns[p].Capacity)), Target(train));
    }

    private static Imputer Imputed(Dataset data)
    {
        double Fill(int position)
        {
            int[] on = [position];
            RowColumn column = Layout.Row.Columns[position];
            Imputer fitted = column.Missing switch
            {
                Impute.Mean => Imputer.Mean(data, columns: on),
                Impute.Median => Imputer.Median(data, columns: on),
                Impute.MostFrequent => Imputer.MostFrequent(data, columns: on),
                _ => Imputer.Constant(data, column.Fill, columns: on),
            };
            return fitted.Fill[0];
        }

        return new(null, Layout.Row.Columns.Length, Layout.Imputed, Array.ConvertAll(Layout.Imputed, Fill), Layout.Flagged);
    }

    private static Scaler Scaled(Dataset imputed)
    {
        Scaler[] each = Array.ConvertAll(Layout.Scaled, p => Scaled(imputed, Layout.Row.Columns[p].Scale, null, p));
        return new(null, imputed.FeatureSize, Layout.Scaled, Array.ConvertAll(each, s => s.Center[0]), Array.ConvertAll(each, s => s.Scale[0]));
    }

    private static Scaler? Target(IReadOnlyList<TRow> train)
    {
        double[] y = Labels(train);
        return Layout.Row.Label.Scale == Scaling.None ? null : Scaled(Dataset.Create(y, 1, new int[y.Length]), Layout.Row.Label.Scale, null, 0);
    }

    private static Scaler Scaled(Dataset data, Scaling scaling, string? on, int position) => scaling switch
    {
        Scaling.Standard => Scaler.Standard(data, on, [position]),
        Scaling.MinMax => Scaler.MinMax(data, on: on, columns: [position]),
        Scaling.Robust => Scaler.Robust(data, on: on, columns: [position]),
        _ => Scaler.MaxAbs(data, on, [position]),
    };

    /// <summary>A mean needs a number; the transforms would say so of a position, not of a property.</summary>
    private static void RequireKnown(Dataset data)
    {
        foreach (int position in Layout.Imputed)
        {
            RowColumn column = Layout.Row.Columns[position];
            if (column.Missing != Impute.Constant && Selection.Values(data, data.Inputs[0], position).All(double.IsNaN))
                throw new ArgumentException($"{Layout.Row.Name}, {column.Name}: the number is missing in every row of the training part, so that it has no {column.Missing}. Leave the property out, or impute a constant.");
        }
    }
}
