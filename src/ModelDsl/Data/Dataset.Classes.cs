using ModelDsl.Randomness;

namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>Keeps these counters apart from those of permutations, which may share the seed.</summary>
    private const ulong SampleDomain = 0x64726177UL << 32;

    /// <summary>Samples of each class, by index; as many classes as the greatest index needs.</summary>
    /// <exception cref="InvalidOperationException">The targets have no classes (<see cref="StratifiedKFold"/> says which have), or several a sample.</exception>
    public int[] ClassCounts() => Counts(ClassesOf(_targets[0], "a count of classes"));

    /// <summary>Weights that make all classes count alike: n/(k·nₖ) for the nₖ samples of a class, k the classes that occur; 0 for one that does not.</summary>
    /// <exception cref="InvalidOperationException">The targets have no classes (<see cref="StratifiedKFold"/> says which have), or several a sample.</exception>
    public double[] ClassWeights() => WeightsOfClasses(ClassesOf(_targets[0], "class weights"));

    /// <summary>The same samples with targets of 0 and 1, a column for each class: for <see cref="Loss.CrossEntropy"/>, and for mixing samples.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">A label is out of range.</exception>
    /// <exception cref="InvalidOperationException">The targets have no classes (<see cref="StratifiedKFold"/> says which have), or several a sample.</exception>
    public Dataset OneHotTargets(int classes)
    {
        int[] labels = ClassesOf(_targets[0], "one-hot targets");
        if (TargetIsClass) RequireClasses(classes);
        else ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        float[] hot = new float[checked(Count * classes)];
        for (int i = 0; i < labels.Length; i++) hot[i * classes + labels[i]] = 1;
        return With(_targets[0], DataColumn.Of(_targets[0].Name, hot, classes));
    }

    /// <summary>A view of samples drawn with replacement, each class as likely as any other: for classes of very different size.</summary>
    /// <param name="count">Samples to draw.</param>
    /// <param name="seed">Any number; another for each epoch.</param>
    /// <exception cref="InvalidOperationException">The targets have no classes (<see cref="StratifiedKFold"/> says which have), or several a sample.</exception>
    public Dataset SampleBalanced(int count, ulong seed)
    {
        int[] classes = ClassesOf(_targets[0], "a balanced sample");
        double[] weights = WeightsOfClasses(classes);
        return Sample(count, Array.ConvertAll(classes, c => weights[c]), seed);
    }

    /// <summary>A view of samples drawn with replacement, each as likely as its weight says.</summary>
    /// <param name="count">Samples to draw.</param>
    /// <param name="weights">Not negative, not all zero. (Count)</param>
    /// <param name="seed">Any number; another for each epoch. Equal seeds give equal samples.</param>
    /// <exception cref="ArgumentException">Weights are not possible, or not one for each sample.</exception>
    public Dataset Sample(int count, ReadOnlySpan<double> weights, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        RequireWeights(weights, Count, "samples", nameof(weights));
        double[] sums = new double[Count];
        double sum = 0;
        for (int i = 0; i < sums.Length; i++) sums[i] = sum += weights[i];
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

    private static int[] Counts(int[] classes)
    {
        int[] counts = new int[classes.Length == 0 ? 0 : classes.Max() + 1];
        foreach (int c in classes) counts[c]++;
        return counts;
    }

    private static double[] WeightsOfClasses(int[] classes)
    {
        int[] counts = Counts(classes);
        double present = counts.Count(c => c > 0);
        return Array.ConvertAll(counts, c => c == 0 ? 0 : classes.Length / (present * c));
    }

    /// <summary>The class of each sample.</summary>
    /// <exception cref="InvalidOperationException">A sample has several, or none.</exception>
    private int[] ClassesOf(DataColumn target, string purpose)
    {
        if (target.Width > 1) throw new InvalidOperationException($"A sample has {target.Width} {target.Name}: {purpose} needs one label a sample.");
        int[] classes = new int[Count];
        if (target.IsClass) Copy<int>(target, [.. Enumerable.Range(0, Count)], classes);
        else if (Sides(target, classes) is { } other)
            throw new InvalidOperationException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The {target.Name} are values, such as {other}: {purpose} needs class indices (int), or values of two classes, 0 and 1 or −1 and 1."));
        if (classes.Length > 0 && classes.Min() < 0) throw new InvalidOperationException($"A label is {classes.Min()}; class indices are from 0.");
        return classes;
    }

    /// <summary>1 where a value is 1, 0 where it is 0, or −1: what the binary losses and the hinges take as targets. Else a value that is neither.</summary>
    private double? Sides(DataColumn target, int[] classes)
    {
        double[] values = new double[Count];
        CopyColumn(target, 0, values);
        double low = Array.IndexOf(values, -1) >= 0 ? -1 : 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != low && values[i] != 1) return values[i];
            classes[i] = values[i] == 1 ? 1 : 0;
        }
        return null;
    }
}
