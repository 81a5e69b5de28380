namespace ModelDsl;

/// <summary>The elements of the block that an update changes: the dense ones, and the touched rows of tables. Enumerated without allocating.</summary>
/// <param name="Dense">The first elements, all of them.</param>
/// <param name="Touched">Tables of which some rows.</param>
internal readonly record struct TrainedRanges(int Dense, TouchedRows[] Touched)
{
    /// <summary>How many elements.</summary>
    public long Count
    {
        get
        {
            long count = Dense;
            foreach (TouchedRows t in Touched) count += (long)t.Rows.Length * t.Width;
            return count;
        }
    }

    public Enumerator GetEnumerator() => new(this);

    internal struct Enumerator(TrainedRanges ranges)
    {
        private int _table = -1, _row;

        public readonly (int Start, int End) Current => _table < 0 ? (0, ranges.Dense) : ranges.Touched[_table].Range(ranges.Touched[_table].Rows[_row - 1]);

        public bool MoveNext()
        {
            if (_table < 0 && _row == 0)
            {
                _row = 1;
                return true;
            }

            if (_table < 0) (_table, _row) = (0, 0);
            for (; _table < ranges.Touched.Length; _table++, _row = 0)
                if (_row < ranges.Touched[_table].Rows.Length)
                {
                    _row++;
                    return true;
                }

            return false;
        }
    }
}
