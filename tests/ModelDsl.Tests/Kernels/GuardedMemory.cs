using System.Runtime.InteropServices;

namespace ModelDsl.Tests.Kernels;

/// <summary>
/// Memory between two pages that may not be touched (Linux; elsewhere the neighbours are canaries): a read or write outside ends the
/// test process. AtEnd and AtStart give spans that touch one of them.
/// </summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable where T : unmanaged
{
    private const int Page = 4096;
    private static readonly bool s_guards = OperatingSystem.IsLinux() && Environment.SystemPageSize == Page;
    private readonly byte* _memory;
    private readonly nuint _size;

    public GuardedMemory(int capacity, T fill)
    {
        nuint pages = ((nuint)capacity * (nuint)sizeof(T) + Page - 1) / Page;
        _size = (pages + 2) * Page;
        Capacity = (int)(pages * Page / (nuint)sizeof(T));
        if (s_guards)
        {
            const int read = 1, write = 2, isPrivate = 2, anonymous = 32;
            _memory = Pages.Map(null, _size, read | write, isPrivate | anonymous, -1, 0);
            Assert.NotEqual(-1, (nint)_memory);
            Assert.Equal(0, Pages.Protect(_memory, Page, 0));
            Assert.Equal(0, Pages.Protect(_memory + _size - Page, Page, 0));
        }
        else
        {
            _memory = (byte*)NativeMemory.AlignedAlloc(_size, Page);
            new Span<byte>(_memory, (int)_size).Fill(0xA5);
        }
        Fill = fill;
        All.Fill(fill);
    }

    public int Capacity { get; }

    public T Fill { get; }

    public Span<T> All => new(_memory + Page, Capacity);

    public Span<T> AtStart(int length) => All[..length];

    public Span<T> AtEnd(int length) => All[(Capacity - length)..];

    /// <summary>A copy of <paramref name="values"/> that ends where the memory does; all else is the fill.</summary>
    public Span<T> AtEnd(ReadOnlySpan<T> values)
    {
        All.Fill(Fill);
        values.CopyTo(AtEnd(values.Length));
        return AtEnd(values.Length);
    }

    public void Dispose()
    {
        if (s_guards)
        {
            Assert.Equal(0, Pages.Unmap(_memory, _size));
            return;
        }
        Assert.False(new ReadOnlySpan<byte>(_memory, Page).ContainsAnyExcept((byte)0xA5), "written before the start");
        Assert.False(new ReadOnlySpan<byte>(_memory + _size - Page, Page).ContainsAnyExcept((byte)0xA5), "written beyond the end");
        NativeMemory.AlignedFree(_memory);
    }
}

/// <summary>Apart, since a generic type cannot import.</summary>
internal static unsafe partial class Pages
{
    [LibraryImport("libc", EntryPoint = "mmap")]
    public static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    public static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(void* address, nuint length);
}
