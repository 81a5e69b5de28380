namespace ModelDsl.Kernels;

/// <summary>
/// Where the rows, or the columns, of a product's left operand lie: element i is i·stride from the first; or i is taken apart into digits, i = (i₂·n₁ + i₁)·n₀ + i₀, and lies at
/// i₂·s₂ + i₁·s₁ + i₀·s₀. Windows of an image are such rows: their elements need not be copied to be multiplied.
/// </summary>
/// <param name="stride">s₀: elements from one to the next.</param>
/// <param name="count">n₀: how many there are in a run; at least 1.</param>
/// <param name="stride1">s₁: elements from a run to the next.</param>
/// <param name="count1">n₁: how many runs there are in a run of runs; at least 1.</param>
/// <param name="stride2">s₂: elements from a run of runs to the next.</param>
public readonly struct Axes(int stride, int count = int.MaxValue, int stride1 = 0, int count1 = int.MaxValue, int stride2 = 0)
{
    /// <summary>s₀.</summary>
    public int Stride { get; } = stride;

    /// <summary>n₀.</summary>
    public int Count { get; } = count;

    /// <summary>s₁.</summary>
    public int Stride1 { get; } = stride1;

    /// <summary>n₁.</summary>
    public int Count1 { get; } = count1;

    /// <summary>s₂.</summary>
    public int Stride2 { get; } = stride2;

    /// <summary>Whether all elements are one run.</summary>
    public bool IsPlain => Count == int.MaxValue;

    /// <summary>Whether no digit has fewer than one value and no stride is negative.</summary>
    internal bool IsValid => Stride >= 0 && Stride1 >= 0 && Stride2 >= 0 && Count > 0 && Count1 > 0;

    /// <summary>The farthest of the first <paramref name="length"/> elements, at least 1.</summary>
    internal long Reach(int length)
    {
        if (IsPlain) return (length - 1L) * Stride;
        long inner = Math.Min(length, Count), runs = (length + (long)Count - 1) / Count, outer = (runs + Count1 - 1) / Count1;
        return (inner - 1) * Stride + (Math.Min(runs, Count1) - 1) * Stride1 + (outer - 1) * Stride2;
    }

    /// <summary>Goes from element to element.</summary>
    internal struct Cursor
    {
        private readonly Axes _axes;
        private int _i0, _i1, _i2;

        public Cursor(Axes axes, int i)
        {
            _axes = axes;
            (int runs, _i0) = Math.DivRem(i, axes.Count);
            (_i2, _i1) = Math.DivRem(runs, axes.Count1);
        }

        public readonly nint Offset => (nint)_i0 * _axes.Stride + (nint)_i1 * _axes.Stride1 + (nint)_i2 * _axes.Stride2;

        /// <summary>How many elements of the run are left, this one included.</summary>
        public readonly int Left => _axes.Count - _i0;

        /// <summary>Goes on by so many, not beyond the start of the next run.</summary>
        public void Advance(int by)
        {
            if ((_i0 += by) < _axes.Count) return;
            _i0 = 0;
            if (++_i1 < _axes.Count1) return;
            (_i1, _i2) = (0, _i2 + 1);
        }
    }
}
