using System.Globalization;

namespace ModelDsl;

/// <summary>Disjoint parts of a data set.</summary>
/// <param name="Train">To fit parameters.</param>
/// <param name="Validation">To choose hyper-parameters and when to stop.</param>
/// <param name="Test">To report, once.</param>
public readonly record struct DatasetSplit(Dataset Train, Dataset Validation, Dataset Test);

public sealed partial class Dataset
{
    /// <summary>Draws disjoint parts at random; together they are all samples when the fractions sum to one. Equal seeds give equal parts.</summary>
    /// <param name="train">Fraction of the samples for training, in [0, 1].</param>
    /// <param name="validation">Fraction for validation.</param>
    /// <param name="test">Fraction for testing. A part's size differs from its fraction by less than one sample (by few when stratified).</param>
    /// <param name="seed">Any number.</param>
    /// <param name="stratify">Whether each class has its share in each part, to within one sample.</param>
    /// <exception cref="ArgumentException">A fraction is negative or not a number, or their sum is not in (0, 1].</exception>
    /// <exception cref="InvalidOperationException">Stratified, but the targets have no classes (<see cref="StratifiedKFold"/> says which have), or several a sample.</exception>
    public DatasetSplit Split(double train, double validation, double test, ulong seed, bool stratify = false)
    {
        double unused = RequireFractions(train, validation, test);
        int[] order = Order(seed);
        int[] classes = stratify ? ClassesOf(_targets[0], "a stratified split") : new int[order.Length];
        Dictionary<int, int[]> quotas = Quotas(classes, [train, validation, test, unused]);
        List<int>[] parts = [[], [], [], []];
        for (int i = 0; i < order.Length; i++) parts[Draw(quotas[classes[order[i]]])].Add(order[i]);
        return new DatasetSplit(Select([.. parts[0]]), Select([.. parts[1]]), Select([.. parts[2]]));
    }

    /// <summary>The fraction that is left.</summary>
    private static double RequireFractions(double train, double validation, double test)
    {
        double unused = 1 - (train + validation + test);
        if (!(train >= 0 && validation >= 0 && test >= 0 && unused is >= -1e-9 and < 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Fractions of {train}, {validation} and {test} are not possible: none may be negative, and their sum must be above 0 and at most 1."));
        return Math.Max(unused, 0);
    }

    /// <summary>The first part with room takes the next sample; which samples come first is random already.</summary>
    private static int Draw(int[] quota)
    {
        int part = 0;
        while (quota[part] == 0) part++;
        quota[part]--;
        return part;
    }

    /// <summary>
    /// How many samples of each class each part gets. Every class gives each part ⌊share⌋ or ⌈share⌉, its odd samples going to the parts that the
    /// classes before it have shorted most, so that the parts' totals stay right too.
    /// </summary>
    private static Dictionary<int, int[]> Quotas(int[] classes, double[] fractions)
    {
        double[] owed = new double[fractions.Length];
        return classes.CountBy(c => c).OrderBy(c => c.Key).ToDictionary(c => c.Key, c => Quota(c.Value, fractions, owed));
    }

    private static int[] Quota(int samples, double[] fractions, double[] owed)
    {
        int[] quota = Array.ConvertAll(fractions, f => (int)(samples * f));
        // 1 − (0.7 + 0.2 + 0.1) is not 0: a rounding error must not earn a sample.
        bool[] odd = [.. fractions.Select((f, k) => samples * f - quota[k] > 1e-6)];
        for (int k = 0; k < owed.Length; k++) owed[k] += samples * fractions[k] - quota[k];
        for (int left = samples - quota.Sum(); left > 0; left--)
        {
            int k = Enumerable.Range(0, owed.Length).MaxBy(k => (odd[k], owed[k]));
            quota[k]++;
            owed[k]--;
            odd[k] = false;
        }
        return quota;
    }
}
