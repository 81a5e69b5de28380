namespace ModelDsl.Data;

/// <summary>Room for some samples of a source, whose places are written again and again; it grows to its capacity as they are. <see cref="Data"/> shows what is in it now.</summary>
internal sealed class RowBuffer
{
    private const int First = 256;
    private readonly int _capacity;
    private DataColumn[] _columns;

    /// <param name="like">Has the columns that all chunks must have.</param>
    /// <param name="capacity">The most samples.</param>
    public RowBuffer(Dataset like, int capacity)
    {
        _capacity = capacity;
        _columns = Array.ConvertAll(like.Columns, c => c.Empty(Math.Min(First, capacity)));
        Data = like.Over(_columns);
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
        Data = Data.Over(_columns);
    }

    private DataColumn Matching(Dataset chunk, int i)
    {
        bool matches = chunk.Inputs.Count == Data.Inputs.Count && chunk.Targets.Count == Data.Targets.Count && chunk.Columns.Length == _columns.Length;
        if (matches && chunk.Columns[i].IsLike(_columns[i])) return chunk.Columns[i];
        throw new InvalidOperationException($"A chunk of the source has other columns than those before: {_columns[i]} was expected, found {string.Join<DataColumn>(", ", chunk.Columns)}.");
    }
}
