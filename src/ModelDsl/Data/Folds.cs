using ModelDsl.Randomness;

namespace ModelDsl.Data;

/// <summary>Which fold each sample is tested in. Without a seed the rules are scikit-learn's, sample for sample.</summary>
internal static class Folds
{
    /// <summary>Keeps these counters apart from those of permutations, which may share the seed.</summary>
    private const ulong Domain = 0x666F6C64UL << 32;

    /// <summary>Folds of equal size, the first ones one larger, of samples in order or in a drawn one.</summary>
    public static int[] Plain(int count, int k, ulong? seed)
    {
        int[] order = Order(count, seed, 0), fold = new int[count];
        for (int f = 0, start = 0; f < k; f++)
        {
            int size = count / k + (f < count % k ? 1 : 0);
            for (int i = start; i < start + size; i++) fold[order[i]] = f;
            start += size;
        }
        return fold;
    }

    /// <summary>
    /// Each class spread over the folds: sorted by class, in order of first appearance, sample i would be in fold i mod k; that says how many of a class each fold gets, and
    /// the class's samples go there in turn.
    /// </summary>
    public static int[] Stratified(int[] labels, int k, ulong? seed)
    {
        int[] classes = [.. labels.Distinct()];
        int[] counts = Array.ConvertAll(classes, c => labels.Count(l => l == c)), fold = new int[labels.Length];
        int begin = 0;
        for (int c = 0; c < classes.Length; c++)
        {
            int[] share = new int[k];
            for (int i = begin; i < begin + counts[c]; i++) share[i % k]++;
            begin += counts[c];
            int[] folds = [.. share.SelectMany((n, f) => Enumerable.Repeat(f, n))], order = Order(folds.Length, seed, (uint)c);
            int next = 0;
            for (int i = 0; i < labels.Length; i++)
                if (labels[i] == classes[c]) fold[i] = folds[order[next++]];
        }
        return fold;
    }

    /// <summary>No group in two folds: the largest first, each to the fold that has fewest samples. Of equally large groups, the greater number first.</summary>
    public static int[] Grouped(ReadOnlySpan<int> groups, int k)
    {
        int[] samples = groups.ToArray(), size = new int[k];
        var place = new Dictionary<int, int>();
        foreach ((int group, int count) in samples.CountBy(g => g).OrderByDescending(g => g.Value).ThenByDescending(g => g.Key))
        {
            int lightest = Array.IndexOf(size, size.Min());
            size[lightest] += count;
            place[group] = lightest;
        }
        if (place.Count < k) throw new ArgumentException($"{place.Count} groups are too few for {k} folds.", nameof(k));
        return Array.ConvertAll(samples, g => place[g]);
    }

    private static int[] Order(int count, ulong? seed, uint stream)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        if (seed is not { } key) return order;
        var random = new Philox(key, Domain | stream);
        for (int i = count - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
