using System.Buffers;
using System.Globalization;
using System.Text;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>
/// Raw rows in, vectors for a model out: missing numbers are replaced, numbers scaled, categories become vectors of zeros and one 1, all as the row's type declares and as the training
/// part has taught. It never changes, so threads may share it.
/// </summary>
/// <typeparam name="TRow">A type with <see cref="RowAttribute"/>.</typeparam>
/// <typeparam name="TLabel">The type of its label.</typeparam>
public sealed partial class RowEncoder<TRow, TLabel> where TRow : IRow<TRow, TLabel>
{
    private static readonly RowLayout Layout = new(TRow.Row);
    private readonly Pipeline _features;
    private readonly Vocabulary[] _words;
    private readonly Scaler? _target;

    private RowEncoder(Pipeline features, Vocabulary[] words, Scaler? target)
    {
        (_features, _words, _target) = (features, words, target);
        Names = Layout.Names(words);
    }

    /// <summary>Values in an encoded row.</summary>
    public int Width => Layout.Row.Width;

    /// <summary>What each of these values is: <c>Age</c>, <c>Port=Cherbourg</c>, <c>Cabin=other</c>, <c>Age=missing</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The places of each property in an encoded row, indicators of missing values included: features that an importance should shuffle together (<see cref="Explain"/>.PermutationImportance).</summary>
    public IReadOnlyList<FeatureGroup> Groups { get; } = Layout.Groups();

    /// <summary>Rows for training and evaluation, with their labels.</summary>
    /// <param name="rows">Any rows, also ones that it was not fitted on.</param>
    /// <param name="scalar">How values are stored: as the model computes.</param>
    /// <exception cref="ArgumentException">There is no row, or one breaks what its type declares; the message names row and property.</exception>
    public Dataset Encode(IReadOnlyList<TRow> rows, Scalar scalar = Scalar.Single)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("There are no rows to encode.", nameof(rows));
        double[] x = new double[checked(rows.Count * Width)];
        for (int i = 0; i < rows.Count; i++) Encode(rows[i], i, x.AsSpan(i * Width, Width));
        DataColumn features = scalar == Scalar.Double ? DataColumn.Of(nameof(features), x, Width) : DataColumn.Of(nameof(features), Array.ConvertAll(x, v => (float)v), Width);
        features = features.WithFeatureNames(Names);
        RowLabel label = Layout.Row.Label;
        double[] y = Labels(rows);
        if (label.Kind == RowLabelKind.Class)
        {
            Dataset classes = Dataset.Create([features], [DataColumn.Of("labels", Array.ConvertAll(y, v => (int)v))]);
            return label.Members.Length > 0 ? classes.WithClassNames(label.Members) : classes;
        }
        _target?.Apply<double>(y.ToArray(), y);
        return Dataset.Create([features], [scalar == Scalar.Double ? DataColumn.Of("targets", y) : DataColumn.Of("targets", Array.ConvertAll(y, v => (float)v))]);
    }

    /// <summary>One row. Allocates nothing.</summary>
    /// <param name="row">The row; its label is not looked at.</param>
    /// <param name="values">(<see cref="Width"/>)</param>
    /// <exception cref="ArgumentException">The row breaks what its type declares, or there is room for another number of values.</exception>
    public void Encode(TRow row, Span<double> values) => Encode(row, Alone, values);

    /// <summary>What predicts labels of raw rows by a model that was trained on rows of this encoder.</summary>
    /// <typeparam name="TModel">The model's class.</typeparam>
    /// <param name="model">Its input is <c>[Input(typeof(TRow))]</c>.</param>
    /// <exception cref="ArgumentException">The model takes other inputs, or its target is not such a label.</exception>
    public RowPredictor<TModel, TRow, TLabel> Predictor<TModel>(TModel model) where TModel : class, IModel<TModel> => new(model, this);

    /// <summary>The label that a value of the model's output stands for.</summary>
    internal TLabel Unscaled(double y)
    {
        if (_target is not null) _target.Invert<double>([y], new Span<double>(ref y));
        return TRow.ToLabel(y);
    }

    private const int Alone = -1;

    private void Encode(TRow row, int number, Span<double> values)
    {
        double[] buffer = ArrayPool<double>.Shared.Rent(Layout.Row.Columns.Length);
        try
        {
            Span<double> raw = buffer.AsSpan(0, Layout.Row.Columns.Length);
            Read(row, number, _words, raw);
            _features.Apply<double>(raw, values);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    /// <summary>The row's numbers and the indices of its categories.</summary>
    private static void Read(TRow row, int number, Vocabulary[]? words, Span<double> raw)
    {
        if (row is null) throw new ArgumentNullException(nameof(row)); // ThrowIfNull would box a struct
        TRow.Write(row, raw);
        int next = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            RowColumn column = Layout.Row.Columns[i];
            Require(row, number, i, column, raw[i]);
            int word = column.Kind == RowColumnKind.Word ? next++ : -1;
            if (double.IsNaN(raw[i])) continue;
            if (column.Kind == RowColumnKind.Hash) raw[i] = Hash(TRow.Text(row, i)!, column.Capacity);
            else if (word >= 0) raw[i] = words is null ? 0 : words[word][TRow.Text(row, i)!];
        }
    }

    private static void Require(TRow row, int number, int index, RowColumn column, double value)
    {
        if (double.IsNaN(value))
        {
            if (column.Kind == RowColumnKind.Number ? column.Missing == Impute.Error : !column.IsNullable)
                throw Bad(number, column.Name, column.Kind == RowColumnKind.Number ? $"the number is missing, and {nameof(Impute)}.{nameof(Impute.Error)} says that it may not" : "the text is null. Declare the property as string? to make that a category");
        }
        else if (double.IsInfinity(value)) throw Bad(number, column.Name, $"{value.ToString(CultureInfo.InvariantCulture)} is no number to learn from");
        else if (column.Kind == RowColumnKind.Member && value < 0) throw Bad(number, column.Name, $"{TRow.Text(row, index)} is none of {FileText.List(column.Members)}");
    }

    private static ArgumentException Bad(int number, string property, string problem) => new($"{(number == Alone ? "The row" : $"Row {number}")} of {Layout.Row.Name}, {property}: {problem}.");

    /// <summary>The place of a string. The hash is scikit-learn's.</summary>
    private static int Hash(string text, int places)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        int place = HashingEncoder.Bucket(HashingEncoder.Murmur3(bytes[..Encoding.UTF8.GetBytes(text, bytes)]), places);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return place;
    }

    private static double[] Labels(IReadOnlyList<TRow> rows)
    {
        RowLabel label = Layout.Row.Label;
        double[] y = new double[rows.Count];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = TRow.Label(rows[i]);
            if (!double.IsFinite(y[i])) throw Bad(i, label.Name, "the label is no number");
            if (label.Kind == RowLabelKind.Class && y[i] < 0) throw Bad(i, label.Name, label.Members.Length > 0 ? $"the label is none of {FileText.List(label.Members)}" : $"the label is {y[i]}; classes count from 0");
        }
        return y;
    }
}
