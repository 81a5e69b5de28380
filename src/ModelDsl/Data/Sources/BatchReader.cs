namespace ModelDsl.Data;

/// <summary>
/// Cuts the chunks of a pass into batches. A batch within a chunk is rows of that chunk; one that goes over its end is put together in a buffer. Nothing is allocated for a batch,
/// only for a chunk.
/// </summary>
internal sealed class BatchReader(IEnumerable<Dataset> chunks, int size) : IDisposable
{
    private readonly IEnumerator<Dataset> _chunks = chunks.GetEnumerator();
    private int[] _order = [];
    private Dataset? _chunk;
    private RowBuffer? _joined;
    private int _position;
    private int _start, _count;

    /// <summary>Holds the batch.</summary>
    public Dataset Data { get; private set; } = null!;

    /// <summary>The batch's rows of <see cref="Data"/>.</summary>
    public ReadOnlySpan<int> Rows => _order.AsSpan(_start, _count);

    /// <summary>Goes to the next batch; false after the last, which may be smaller than the others.</summary>
    public bool Next()
    {
        if (!Fetch()) return false;
        int left = _chunk!.Count - _position;
        if (left >= size) Use(_chunk, _position, size);
        else Join();
        return true;
    }

    public void Dispose() => _chunks.Dispose();

    private void Use(Dataset data, int start, int count)
    {
        (Data, _start, _count) = (data, start, count);
        if (_order.Length < start + count) _order = [.. Enumerable.Range(0, Math.Max(data.Count, start + count))];
        if (data == _chunk) _position += count;
    }

    private void Join()
    {
        _joined ??= new RowBuffer(_chunk!, size);
        int filled = 0;
        for (; filled < size && Fetch(); filled++) _joined.Set(filled, _chunk!, _position++);
        Use(_joined.Data, 0, filled);
    }

    /// <summary>There is a row at the position, or the pass is over.</summary>
    private bool Fetch()
    {
        while (_chunk is null || _position == _chunk.Count)
        {
            if (!_chunks.MoveNext())
            {
                _chunk = null;
                return false;
            }
            (_chunk, _position) = (_chunks.Current, 0);
        }
        return true;
    }
}
