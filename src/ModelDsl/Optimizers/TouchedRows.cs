namespace ModelDsl;

/// <summary>The rows of a table that the gradients since the last update have touched, each once, in the order of their first use.</summary>
internal sealed class TouchedRows
{
    private readonly int[] _rows, _seen;
    private int _count, _round = 1;

    /// <param name="table">Its rows are named by an input (<see cref="ParameterInfo.RowsOf"/>).</param>
    public TouchedRows(ParameterInfo table)
    {
        Table = table;
        (_rows, _seen) = (new int[table.Shape[0]], new int[table.Shape[0]]);
    }

    public ParameterInfo Table { get; }

    public int Width => Table.Shape[1];

    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>Where a row's elements are in the block.</summary>
    public (int Start, int End) Range(int row) => (Table.Offset + row * Width, Table.Offset + (row + 1) * Width);

    /// <summary>Adds the rows of a batch.</summary>
    public void Add(ReadOnlySpan<int> classes)
    {
        foreach (int row in classes)
        {
            if (_seen[row] == _round) continue;
            _seen[row] = _round;
            _rows[_count++] = row;
        }
    }

    public void Forget()
    {
        _count = 0;
        if (++_round < int.MaxValue) return;
        Array.Clear(_seen);
        _round = 1;
    }
}
