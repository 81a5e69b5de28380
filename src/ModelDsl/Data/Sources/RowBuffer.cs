namespace ModelDsl.Data;

/// <summary>Room for some samples of a source, whose places are written again and again; it grows to its capacity as they are. <see cref="Data"/> shows what is in it now.</summary>
internal sealed class RowBuffer
{
    private const int First = 256;
    private readonly int _capacity;
    private readonly int _inputs;
    private DataColumn[] _columns;

    /// <param name="like">Has the columns that all chunks must have.</param>
    /// <param name="capacity">The most samples.</param>
    public RowBuffer(Dataset like, int capacity)
    {
        (_capacity, _inputs) = (capacity, like.Inputs.Count);
        _columns = [.. like.Inputs.Concat(like.Targets).Select(c => c.Empty(Math.Min(First, capacity)))];
        Data = Joined(like);
    }

    /// <summary>All places there are so far.</summary>
    public Dataset Data { get; private set; }

    /// <summary>Writes a row of a chunk to a place.</summary>
    /// <exception cref="InvalidOperationException">The chunk's columns are others.</exception>
    public void Set(int place, Dataset chunk, int row)
    {
        if (place == Data.Count) Grow();
        for (int i = 0; i < _columns.Length; i++) chunk.CopyRow(Matching(chunk, i), row, _columns[i], place);
    }

    private void Grow()
    {
        int rows = (int)Math.Min(_capacity, 2L * Data.Count);
        _columns = Array.ConvertAll(_columns, c => c.Resized(rows));
        Data = Joined(Data);
    }

    private Dataset Joined(Dataset like) => Dataset.Create(_columns[.._inputs], _columns[_inputs..]).WithNames(like);

    private DataColumn Matching(Dataset chunk, int i)
    {
        (IReadOnlyList<DataColumn> columns, int place, int count) = i < _inputs ? (chunk.Inputs, i, _inputs) : (chunk.Targets, i - _inputs, _columns.Length - _inputs);
        if (columns.Count == count && columns[place].IsLike(_columns[i])) return columns[place];
        throw new InvalidOperationException($"A chunk of the source has other columns than those before: {_columns[i]} was expected, found {string.Join(", ", columns)}.");
    }
}
