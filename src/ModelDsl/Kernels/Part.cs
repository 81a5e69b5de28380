namespace ModelDsl.Kernels;

/// <summary>Which samples a kernel that sums over the batch adds up; other kernels do not ask.</summary>
internal enum BatchHalf
{
    /// <summary>Both, at once, into the result.</summary>
    All,

    /// <summary>The first half, into the result.</summary>
    First,

    /// <summary>The second, into memory of its own.</summary>
    Second,

    /// <summary>None: adds what the second half came to to the result.</summary>
    Sum,
}

/// <summary>One of <paramref name="count"/> shares of a kernel's work. Which thread computes a share never changes a result: no sum crosses shares, but those of the two halves of a batch, whatever the number of threads.</summary>
/// <param name="index">0 … count − 1; or the first row of a share that is counted out.</param>
/// <param name="count">The number of shares; or minus the row behind a share that is counted out.</param>
/// <param name="operands">Where the kernel's operands begin in its model's table, if other calls bring others.</param>
public readonly struct Part(int index, int count, int operands = 0)
{
    /// <summary>The whole work as one share.</summary>
    public static Part All => new(0, 1);

    /// <summary>A share that is counted out: first … end − 1 of however many rows, matrices or elements a kernel's threads share. Of elements, both are multiples of 16, unless end is that of all: kernels do not ask.</summary>
    public static Part Rows(int first, int end, int operands = 0) => new(first, -end, operands);

    /// <summary>Where the kernel's operands begin in its model's table.</summary>
    public int Operands => operands;

    /// <summary>Which samples are added up.</summary>
    internal BatchHalf Half { get; init; }

    /// <summary>Whether the share is counted out.</summary>
    internal bool IsOfRows => count < 0;

    /// <summary>The share's number.</summary>
    internal int Index => index;

    /// <summary>Whether the piece of work with this number, which is not divided further, is this share's.</summary>
    internal bool Owns(int piece) => piece % count == index;

    /// <summary>This share of 0 … n − 1, its bounds multiples of <paramref name="grain"/> (n excepted).</summary>
    public (int Start, int End) Of(int n, int grain = 1)
    {
        if (count < 0) return (index, Math.Min(n, -count));
        long grains = (n + (long)grain - 1) / grain;
        return ((int)Math.Min(n, grains * index / count * grain), (int)Math.Min(n, grains * (index + 1) / count * grain));
    }

    /// <summary>The samples that a kernel adds up which sums over the batch: all, or one half of them.</summary>
    public (int First, int End) Samples(int batch) => (Half == BatchHalf.Second ? FirstHalf(batch) : 0, Half == BatchHalf.First ? FirstHalf(batch) : batch);

    private static int FirstHalf(int batch) => (batch + 1) / 2;
}

/// <summary>A kernel: computes one share of its output.</summary>
public delegate void Kernel<T>(Workspace<T> s, Part part) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>;
