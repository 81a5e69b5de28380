using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelDsl.Data;

/// <summary>A row-major table, one row a sample, whose element type only the data set's owner knows.</summary>
internal abstract class SampleRows(int count, int width)
{
    public int Count { get; } = count;

    public int Width { get; } = width;

    /// <summary>Copies rows, converting where the types differ. <paramref name="view"/> maps the caller's rows to this table's; null is the identity.</summary>
    public void CopyTo<T>(ReadOnlySpan<int> rows, int[]? view, Span<T> destination) where T : unmanaged, INumberBase<T>
    {
        long needed = (long)rows.Length * Width;
        if (destination.Length < needed)
            throw new ArgumentException($"{rows.Length} rows of {Width} need {needed} elements; the destination has {destination.Length}.", nameof(destination));
        switch (this)
        {
            case SampleRows<T> same: same.Copy(rows, view, destination); break;
            case SampleRows<float> singles: singles.Convert(rows, view, destination); break;
            case SampleRows<double> doubles: doubles.Convert(rows, view, destination); break;
            case SampleRows<int> integers: integers.Convert(rows, view, destination); break;
        }
    }

    /// <summary>Copies one column of all the caller's rows.</summary>
    public abstract void CopyColumn(int column, int[]? view, Span<double> destination);

    /// <summary>The caller's rows alone, in their order.</summary>
    public abstract SampleRows Gather(int[] view);

    /// <summary>A table of the same kind with other room: the first rows are these where <paramref name="keep"/>, others zero.</summary>
    public abstract SampleRows Resized(int rows, bool keep);

    /// <summary>Writes one of the caller's rows to a table of the same kind.</summary>
    public abstract void CopyRow(int row, int[]? view, SampleRows to, int place);

    /// <summary>Whether another has the same type and width.</summary>
    public bool IsLike(SampleRows other) => GetType() == other.GetType() && Width == other.Width;

    /// <summary>A stored row's bytes, in an array that is made where it does not fit.</summary>
    public abstract void CopyBytes(int row, ref byte[] bytes);

    /// <summary>The first column of a row that holds NaN or an infinity, or −1.</summary>
    public abstract int FirstNonFinite(int row);

    /// <summary>An element as text.</summary>
    public abstract string Text(int row, int column);
}

/// <summary>The table itself.</summary>
/// <typeparam name="S">float, double or int.</typeparam>
internal sealed class SampleRows<S>(S[] values, int width) : SampleRows(values.Length / width, width) where S : unmanaged, INumberBase<S>
{
    public S[] Values { get; } = values;

    /// <summary>The fast twin of <see cref="Convert{T}"/>: rows as they are.</summary>
    public void Copy<T>(ReadOnlySpan<int> rows, int[]? view, Span<T> destination) where T : unmanaged
    {
        int width = Width;
        foreach (int row in rows)
        {
            MemoryMarshal.Cast<S, T>(Row(row, view)).CopyTo(destination);
            destination = destination[width..];
        }
    }

    /// <summary>Rows with each element converted to the nearest T.</summary>
    public void Convert<T>(ReadOnlySpan<int> rows, int[]? view, Span<T> destination) where T : unmanaged, INumberBase<T>
    {
        int width = Width;
        foreach (int row in rows)
        {
            ReadOnlySpan<S> source = Row(row, view);
            Span<T> target = destination[..width];
            for (int i = 0; i < source.Length; i++) target[i] = T.CreateSaturating(source[i]);
            destination = destination[width..];
        }
    }

    public override void CopyColumn(int column, int[]? view, Span<double> destination)
    {
        for (int row = 0; row < destination.Length; row++) destination[row] = double.CreateSaturating(Values[(view?[row] ?? row) * Width + column]);
    }

    public override SampleRows Gather(int[] view)
    {
        S[] gathered = new S[view.Length * Width];
        for (int row = 0; row < view.Length; row++) Row(row, view).CopyTo(gathered.AsSpan(row * Width));
        return new SampleRows<S>(gathered, Width);
    }

    public override SampleRows Resized(int rows, bool keep)
    {
        S[] resized = new S[checked(rows * Width)];
        if (keep) Values.CopyTo(resized, 0);
        return new SampleRows<S>(resized, Width);
    }

    public override void CopyRow(int row, int[]? view, SampleRows to, int place) => Row(row, view).CopyTo(((SampleRows<S>)to).Values.AsSpan(place * Width, Width));

    public override void CopyBytes(int row, ref byte[] bytes)
    {
        ReadOnlySpan<byte> stored = MemoryMarshal.AsBytes(Row(row, null));
        if (bytes.Length != stored.Length) bytes = new byte[stored.Length];
        stored.CopyTo(bytes);
    }

    public override int FirstNonFinite(int row)
    {
        ReadOnlySpan<S> values = Row(row, null);
        if (AllFinite(values)) return -1;
        int column = 0;
        while (S.IsFinite(values[column])) column++;
        return column;
    }

    public override string Text(int row, int column) => Row(row, null)[column].ToString(null, System.Globalization.CultureInfo.InvariantCulture);

    private ReadOnlySpan<S> Row(int row, int[]? view)
    {
        int count = view?.Length ?? Count;
        if ((uint)row >= (uint)count) throw new ArgumentOutOfRangeException(nameof(row), row, $"Rows are 0 to {count - 1}.");
        return Values.AsSpan((view?[row] ?? row) * Width, Width);
    }

    /// <summary>0·x is 0 for finite x and NaN otherwise, so one sum tells for a whole row.</summary>
    private static bool AllFinite(ReadOnlySpan<S> values)
    {
        Vector<S> sum = Vector<S>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<S>.Count; i += Vector<S>.Count) sum += new Vector<S>(values[i..]) * Vector<S>.Zero;
        bool finite = Vector.EqualsAll(sum, Vector<S>.Zero);
        for (; i < values.Length; i++) finite &= S.IsFinite(values[i]);
        return finite;
    }
}
