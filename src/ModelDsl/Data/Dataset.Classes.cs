using ModelDsl.Randomness;

namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>Keeps these counters apart from those of permutations, which may share the seed.</summary>
    private const ulong SampleDomain = 0x64726177UL << 32;

    /// <summary>Samples of each class, by index; as many classes as the greatest index needs.</summary>
    /// <exception cref="InvalidOperationException">The targets are values, or several class indices a sample.</exception>
    public int[] ClassCounts()
    {
        int[] classes = SingleClasses("a count of classes"), counts = new int[classes.Length == 0 ? 0 : classes.Max() + 1];
        if (classes.Length > 0 && classes.Min() < 0) throw new InvalidOperationException($"A label is {classes.Min()}; class indices are from 0.");
        foreach (int c in classes) counts[c]++;
        return counts;
    }

    /// <summary>Weights that make all classes count alike: n/(k·nₖ) for the nₖ samples of a class, k the classes that occur; 0 for one that does not.</summary>
    /// <exception cref="InvalidOperationException">The targets are values, or several class indices a sample.</exception>
    public double[] ClassWeights()
    {
        int[] counts = ClassCounts();
        double present = counts.Count(c => c > 0);
        return Array.ConvertAll(counts, c => c == 0 ? 0 : Count / (present * c));
    }

    /// <summary>The same samples with targets of 0 and 1, a column for each class: for <see cref="Loss.CrossEntropy"/>, and for mixing samples.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">A label is out of range.</exception>
    /// <exception cref="InvalidOperationException">The targets are values, or several class indices a sample.</exception>
    public Dataset OneHotTargets(int classes)
    {
        int[] labels = SingleClasses("one-hot targets");
        RequireClasses(classes);
        float[] hot = new float[checked(Count * classes)];
        for (int i = 0; i < labels.Length; i++) hot[i * classes + labels[i]] = 1;
        return With(_targets[0], DataColumn.Of(_targets[0].Name, hot, classes));
    }

    /// <summary>A view of samples drawn with replacement, each class as likely as any other: for classes of very different size.</summary>
    /// <param name="count">Samples to draw.</param>
    /// <param name="seed">Any number; another for each epoch.</param>
    /// <exception cref="InvalidOperationException">The targets are values, or several class indices a sample.</exception>
    public Dataset SampleBalanced(int count, ulong seed)
    {
        double[] weights = ClassWeights();
        return Sample(count, Array.ConvertAll(SingleClasses("a balanced sample"), c => weights[c]), seed);
    }

    /// <summary>A view of samples drawn with replacement, each as likely as its weight says.</summary>
    /// <param name="count">Samples to draw.</param>
    /// <param name="weights">Not negative, not all zero. (Count)</param>
    /// <param name="seed">Any number; another for each epoch. Equal seeds give equal samples.</param>
    /// <exception cref="ArgumentException">Weights are not possible, or not one for each sample.</exception>
    public Dataset Sample(int count, ReadOnlySpan<double> weights, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (weights.Length != Count) throw new ArgumentException($"There are {weights.Length} weights for {Count} samples; give one for each.", nameof(weights));
        double[] sums = new double[Count];
        double sum = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i]))) throw new ArgumentException($"weights[{i}] is {weights[i]}; a weight is finite and not negative.", nameof(weights));
            sums[i] = sum += weights[i];
        }
        if (!(sum > 0 && double.IsFinite(sum))) throw new ArgumentException("The weights' sum must be above 0 and finite.", nameof(weights));
        var random = new Philox(seed, SampleDomain);
        int[] rows = new int[count];
        foreach (ref int row in rows.AsSpan()) row = Above(sums, random.NextDouble() * sum);
        return Select(rows);
    }

    /// <summary>The first place whose sum is above the value: of the weight that covers it, never of a weight of 0.</summary>
    private static int Above(double[] sums, double value)
    {
        (int low, int high) = (0, sums.Length - 1);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sums[middle] > value) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private int[] SingleClasses(string purpose) => _targets[0].Width == 1 ? ClassOf([.. Enumerable.Range(0, Count)], purpose)
        : throw new InvalidOperationException($"A sample has {_targets[0].Width} targets: {purpose} needs one label a sample.");
}
