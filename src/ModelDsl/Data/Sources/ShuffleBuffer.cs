using ModelDsl.Randomness;

namespace ModelDsl.Data;

/// <summary>Draws samples from a window that moves over a pass.</summary>
internal static class ShuffleBuffer
{
    /// <summary>Keeps these counters apart from those of permutations, which may share the seed.</summary>
    private const ulong Domain = 0x62756666UL << 32;

    private const int ChunkRows = 1024;

    public static IEnumerable<Dataset> Read(IEnumerable<Dataset> chunks, int capacity, ulong seed, int epoch)
    {
        var random = new Philox(seed, Domain | (uint)epoch);
        int[] order = [.. Enumerable.Range(0, ChunkRows)];
        (RowBuffer? window, RowBuffer? made) = (null, null);
        (int held, int ready) = (0, 0);
        foreach (Dataset chunk in chunks)
        {
            window ??= new RowBuffer(chunk, capacity);
            made ??= new RowBuffer(chunk, ChunkRows);
            for (int row = 0; row < chunk.Count; row++)
            {
                if (held < capacity)
                {
                    window.Set(held++, chunk, row);
                    continue;
                }
                int place = random.Next(capacity);
                made.Set(ready++, window.Data, place);
                window.Set(place, chunk, row);
                if (ready < ChunkRows) continue;
                yield return made.Data.Copy(order);
                ready = 0;
            }
        }
        for (; held > 0; held--)
        {
            int place = random.Next(held);
            made!.Set(ready++, window!.Data, place);
            window.Set(place, window.Data, held - 1);
            if (ready < ChunkRows && held > 1) continue;
            yield return made.Data.Copy(order.AsSpan(0, ready));
            ready = 0;
        }
    }
}
