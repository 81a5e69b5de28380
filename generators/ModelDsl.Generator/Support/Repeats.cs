namespace ModelDsl.Generator.Support;

/// <summary>A part of a sequence: <paramref name="Count"/> times the <paramref name="Period"/> elements from <paramref name="Start"/> on.</summary>
internal readonly record struct Repeat(int Start, int Period, int Count);

/// <summary>Finds what a sequence repeats, so that a table or a list of calls can be written as a loop.</summary>
internal static class Repeats
{
    /// <summary>Fewer repetitions are not worth a loop.</summary>
    private const int Fewest = 3;

    /// <summary>An element is compared with this many of its next occurrences.</summary>
    private const int MostPeriods = 8;

    /// <summary>From left to right, what repeats most from each element on; elements that do not repeat are parts of their own.</summary>
    public static IEnumerable<Repeat> Find<T>(IReadOnlyList<T> sequence) where T : notnull
    {
        int[] next = NextOccurrences(sequence);
        for (int start = 0; start < sequence.Count;)
        {
            var best = new Repeat(start, 1, 1);
            for ((int other, int tried) = (next[start], 0); other < sequence.Count && tried < MostPeriods; other = next[other], tried++)
            {
                int period = other - start, end = other;
                while (end < sequence.Count && sequence[end].Equals(sequence[end - period])) end++;
                int count = (end - start) / period;
                if (count >= Fewest && count * period > best.Count * best.Period) best = new Repeat(start, period, count);
            }

            yield return best;
            start += best.Count * best.Period;
        }
    }

    private static int[] NextOccurrences<T>(IReadOnlyList<T> sequence) where T : notnull
    {
        var next = new int[sequence.Count];
        Dictionary<T, int> seen = [];
        for (int i = sequence.Count - 1; i >= 0; i--)
        {
            next[i] = seen.TryGetValue(sequence[i], out int later) ? later : sequence.Count;
            seen[sequence[i]] = i;
        }

        return next;
    }
}
