using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>Room for a batch's values of some fields, one block for each, in memory that does not move.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class BatchMemory<T>(Field[] fields) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedMemory<T>[] _values = Array.ConvertAll(fields, _ => new AlignedMemory<T>(0));
    private readonly AlignedMemory<int>[] _classes = Array.ConvertAll(fields, _ => new AlignedMemory<int>(0));

    /// <summary>Makes room for a batch; allocates when it is the largest so far.</summary>
    public void Reserve(int rows)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            long length = (long)rows * fields[i].Size;
            if (length > Array.MaxLength - 4096)
                throw new ArgumentException($"A batch of {rows} samples of {fields[i].Model} is {length} values, more than an array holds; choose a smaller BatchSize.");
            if (fields[i].IsClass && _classes[i].Length < length) _classes[i] = new AlignedMemory<int>((int)length);
            if (!fields[i].IsClass && _values[i].Length < length) _values[i] = new AlignedMemory<T>((int)length);
        }
    }

    public Span<T> Values(int field, int rows) => _values[field].Span[..(rows * fields[field].Size)];

    public Span<int> Classes(int field, int rows) => _classes[field].Span[..(rows * fields[field].Size)];

    /// <summary>Copies a field's values of a batch, in a type that must be the field's.</summary>
    public void Set<TElement>(int field, ReadOnlySpan<TElement> values, int rows) where TElement : unmanaged
    {
        if (typeof(TElement) != (fields[field].IsClass ? typeof(int) : typeof(T)))
            throw new ArgumentException($"{fields[field].Name} of {fields[field].Model} is {(fields[field].IsClass ? "int" : typeof(T).Name)}, not {typeof(TElement).Name}.", fields[field].Name);
        if (fields[field].IsClass)
        {
            fields[field].RequireClasses(MemoryMarshal.Cast<TElement, int>(values));
            MemoryMarshal.Cast<TElement, int>(values).CopyTo(Classes(field, rows));
        }
        else
        {
            if (fields[field].IsWeight) fields[field].RequireWeights(MemoryMarshal.Cast<TElement, T>(values));
            MemoryMarshal.Cast<TElement, T>(values).CopyTo(Values(field, rows));
        }
    }

    /// <summary>Copies rows of a data set; where that has no weights, all weigh 1.</summary>
    public void Set(Dataset data, DataColumn?[] columns, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (columns[i] is not { } column) Values(i, rows.Length).Fill(T.One);
            else if (fields[i].IsClass) data.Copy(column, rows, Classes(i, rows.Length));
            else data.Copy(column, rows, Values(i, rows.Length));
        }
    }

    /// <summary>Writes where each field lies.</summary>
    public void Locate(nint[] addresses)
    {
        for (int i = 0; i < fields.Length; i++)
            addresses[i] = fields[i].IsClass ? Address(_classes[i]) : Address(_values[i]);
    }

    private static nint Address<TElement>(AlignedMemory<TElement> memory) where TElement : unmanaged =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span));
}
