using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>
/// Categories of some columns become a vector of fixed width at the row's end, by a hash of "column=value", whatever categories there are: for columns of thousands, and for
/// unknown ones. Categories that collide add up, with random signs, so that they cancel in the mean. Weinberger et al. 2009. Hash and sign are scikit-learn's: MurmurHash3, 32 bits.
/// </summary>
public sealed class HashingEncoder : Transform
{
    [JsonConstructor]
    internal HashingEncoder(string? on, int inputWidth, int[] columns, int buckets) : base(on, inputWidth, checked(inputWidth - columns.Length + buckets))
    {
        Selection.RequirePositions(columns, inputWidth);
        Require(buckets > 0, "buckets must be above 0");
        (Columns, Buckets) = (columns, buckets);
    }

    /// <summary>The positions that are hashed, and left out.</summary>
    public int[] Columns { get; }

    /// <summary>The width of the vector.</summary>
    public int Buckets { get; }

    /// <summary>An encoder of some columns.</summary>
    /// <param name="train">Tells the width; nothing else is learned.</param>
    /// <param name="buckets">The width of the vector.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <exception cref="ArgumentException">There is no such column, or no bucket.</exception>
    public static HashingEncoder Fit(Dataset train, int buckets, int[]? columns = null, string? on = null)
    {
        DataColumn column = Selection.Find(train, on);
        return new(on, column.Width, Selection.Positions(column, columns), buckets);
    }

    private protected override IEnumerable<string> NamesOf(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories) =>
        features.Where((_, i) => !Columns.Contains(i)).Concat(Enumerable.Range(0, Buckets).Select(i => $"#{i}"));

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        int next = 0;
        Span<double> hashed = y[^Buckets..];
        hashed.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            if (next == Columns.Length || Columns[next] != i) y[i - next] = x[i];
            else
            {
                int hash = Hash(next, x[i]);
                hashed[Bucket(hash, Buckets)] += hash >= 0 ? 1 : -1;
                next++;
            }
        }
    }

    private int Hash(int index, double value)
    {
        // At most 10 digits, '=', and 24 characters of a double.
        Span<byte> token = stackalloc byte[48];
        Columns[index].TryFormat(token, out int name, provider: CultureInfo.InvariantCulture);
        token[name] = (byte)'=';
        value.TryFormat(token[(name + 1)..], out int number, provider: CultureInfo.InvariantCulture);
        return Murmur3(token[..(name + 1 + number)]);
    }

    /// <summary>|hash| modulo the buckets. |−2³¹| is not an int; scikit-learn's place for it.</summary>
    internal static int Bucket(int hash, int buckets) => hash == int.MinValue ? (int)((int.MaxValue - (buckets - 1L)) % buckets) : Math.Abs(hash) % buckets;

    /// <summary>MurmurHash3_x86_32 with seed 0. A. Appleby 2010.</summary>
    internal static int Murmur3(ReadOnlySpan<byte> bytes)
    {
        uint h = 0;
        ReadOnlySpan<byte> rest = bytes;
        for (; rest.Length >= 4; rest = rest[4..])
            h = BitOperations.RotateLeft(h ^ Mix(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(rest)), 13) * 5 + 0xe6546b64;
        uint tail = 0;
        for (int i = rest.Length - 1; i >= 0; i--) tail = tail << 8 | rest[i];
        if (rest.Length > 0) h ^= Mix(tail);
        h ^= (uint)bytes.Length;
        h = (h ^ h >> 16) * 0x85ebca6b;
        h = (h ^ h >> 13) * 0xc2b2ae35;
        return (int)(h ^ h >> 16);

        static uint Mix(uint k) => BitOperations.RotateLeft(k * 0xcc9e2d51, 15) * 0x1b873593;
    }
}
