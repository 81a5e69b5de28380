using System.Numerics;
using ModelDsl.Data;
using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>
/// Samples in memory: columns of inputs and columns of targets, one row a sample, each of class indices or of values. Most data sets have one of either,
/// features and targets; some have weights, which say how much a sample counts. It never changes, so threads may share it; selecting, shuffling and splitting give views of the same memory.
/// </summary>
public sealed partial class Dataset : IDataSource
{
    private readonly DataColumn[] _inputs;
    private readonly DataColumn[] _targets;
    private readonly DataColumn[] _weights;
    private readonly int[]? _view;

    /// <param name="columns">Of as many inputs and targets as another has, then weights.</param>
    /// <param name="view">Its rows of them; null for all.</param>
    /// <param name="other">The other, whose names it keeps.</param>
    private Dataset(DataColumn[] columns, int[]? view, Dataset other) : this(columns, other._inputs.Length, other._targets.Length, view) =>
        (ClassNames, CategoryNames) = (other.ClassNames, other.CategoryNames);

    private Dataset(DataColumn[] columns, int inputs, int targets, int[]? view = null) =>
        (Columns, _inputs, _targets, _weights, _view) = (columns, columns[..inputs], columns[inputs..(inputs + targets)], columns[(inputs + targets)..], view);

    /// <summary>What a model's inputs are read from, by name; by position where there is one.</summary>
    public IReadOnlyList<DataColumn> Inputs => _inputs;

    /// <summary>What a model's outputs are trained on, by name; by position where there is one.</summary>
    public IReadOnlyList<DataColumn> Targets => _targets;

    /// <summary>Inputs, targets and weights.</summary>
    internal DataColumn[] Columns { get; }

    /// <summary>The number of samples.</summary>
    public int Count => _view?.Length ?? _inputs[0].Count;

    /// <summary>Scalars in one sample's features: its first input.</summary>
    public int FeatureSize => _inputs[0].Width;

    /// <summary>The name of each feature, where the data came with names; else null. (FeatureSize)</summary>
    public IReadOnlyList<string>? FeatureNames => _inputs[0].FeatureNames;

    /// <summary>Scalars in one sample's first target; 1 for class indices.</summary>
    public int TargetSize => _targets[0].Width;

    /// <summary>True where the first targets are class indices.</summary>
    public bool TargetIsClass => _targets[0].IsClass;

    /// <summary>The name of each class index, where the data came with names; else null.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>The names behind the numbers of columns of names, by the column's name, where the data came with such; else null.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? CategoryNames { get; private init; }

    /// <summary>Copies the features, the first input, of the given rows, one after the other.</summary>
    /// <typeparam name="T">The element wanted; another than the stored one is converted, saturating.</typeparam>
    /// <param name="rows">Row numbers in [0, Count).</param>
    /// <param name="destination">(rows, FeatureSize), row-major.</param>
    /// <exception cref="ArgumentException">A row does not exist, or the destination is too short.</exception>
    public void CopyFeatures<T>(ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T> => Copy(_inputs[0], rows, destination);

    /// <summary>Copies the first targets of the given rows, one after the other.</summary>
    /// <typeparam name="T">int for class indices, otherwise the element wanted.</typeparam>
    /// <param name="rows">Row numbers in [0, Count).</param>
    /// <param name="destination">(rows, TargetSize), row-major.</param>
    /// <exception cref="ArgumentException">A row does not exist, or the destination is too short.</exception>
    /// <exception cref="InvalidOperationException">The targets are class indices and T is not int, or the other way round.</exception>
    public void CopyTargets<T>(ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T>
    {
        if (TargetIsClass != (typeof(T) == typeof(int))) throw new InvalidOperationException(TargetIsClass
            ? $"The targets are class indices: copy them as int, not {typeof(T).Name}. A loss on values needs a data set made with value targets."
            : "The targets are values, not class indices: copy them as float or double. A loss on classes needs a data set made with int labels.");
        Copy(_targets[0], rows, destination);
    }

    /// <summary>A view of some rows, in the order given; a row may repeat.</summary>
    /// <param name="rows">Row numbers in [0, Count).</param>
    /// <exception cref="ArgumentOutOfRangeException">A row does not exist.</exception>
    public Dataset Select(ReadOnlySpan<int> rows)
    {
        int[] view = rows.ToArray();
        foreach (ref int row in view.AsSpan())
        {
            if ((uint)row >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(rows), row, $"Rows are 0 to {Count - 1}.");
            row = _view?[row] ?? row;
        }
        return new Dataset(Columns, view, this);
    }

    /// <summary>A view of the first rows.</summary>
    /// <param name="count">How many, in [0, Count].</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public Dataset Take(int count)
    {
        if ((uint)count > (uint)Count) throw new ArgumentOutOfRangeException(nameof(count), count, $"The data set has {Count} samples.");
        return Select([.. Enumerable.Range(0, count)]);
    }

    /// <summary>A view of all rows in an order drawn from the seed; equal seeds give equal orders.</summary>
    /// <param name="seed">Any number.</param>
    public Dataset Shuffle(ulong seed) => Select(Order(seed));

    /// <summary>The same samples, with a name for each feature, which descriptions, explanations and figures show; transforms hand them on.</summary>
    /// <param name="names">(FeatureSize)</param>
    /// <exception cref="ArgumentException">There are more or fewer, or one is empty.</exception>
    public Dataset WithFeatureNames(IReadOnlyList<string> names) => new([_inputs[0].WithFeatureNames(names), .. Columns[1..]], _view, this);

    internal Dataset WithClassNames(IReadOnlyList<string> names) => new(Columns, _view, this) { ClassNames = names };

    internal Dataset WithCategoryNames(IReadOnlyDictionary<string, IReadOnlyList<string>> names) => new(Columns, _view, this) { CategoryNames = names };

    /// <summary>A column's rows in their order, where they lie so in memory; null for a view, or for another element.</summary>
    internal T[]? Stored<T>(DataColumn column) where T : unmanaged, INumberBase<T> => _view is null && column.Rows is SampleRows<T> rows ? rows.Values : null;

    internal void Copy<T>(DataColumn column, ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T> => column.Rows.CopyTo(rows, _view, destination);

    long? IDataSource.Count => Count;

    IEnumerable<Dataset> IDataSource.Read(int epoch) => Count == 0 ? [] : [this];

    /// <summary>Some rows, in memory of their own.</summary>
    internal Dataset Copy(ReadOnlySpan<int> rows)
    {
        int[] view = rows.ToArray();
        foreach (ref int row in view.AsSpan()) row = _view?[row] ?? row;
        return Over(Array.ConvertAll(Columns, c => c.Gather(view)));
    }

    /// <summary>Writes a row of a column of this data set to a place of one like it.</summary>
    internal void CopyRow(DataColumn column, int row, DataColumn to, int place) => column.Rows.CopyRow(row, _view, to.Rows, place);

    /// <summary>The same inputs, targets and weights of other samples, all of which are taken.</summary>
    internal Dataset Over(DataColumn[] columns) => new(columns, null, this);

    internal void CopyColumn(DataColumn column, int position, Span<double> destination) => column.Rows.CopyColumn(position, _view, destination);

    /// <summary>The same samples with another column in the place of one. What a view leaves out is not kept.</summary>
    internal Dataset With(DataColumn old, DataColumn column)
    {
        return Over(Array.ConvertAll(Columns, c => c == old ? column : _view is null ? c : c.Gather(_view)));
    }

    private int[] Order(ulong seed)
    {
        int[] order = new int[Count];
        Permutation.Fill(order, seed, stream: 0);
        return order;
    }
}
