using ModelDsl.Data;

namespace ModelDsl;

/// <summary>One of several ways to part the same samples.</summary>
/// <param name="Train">To fit parameters, and transforms.</param>
/// <param name="Validation">To judge on; no sample of it is in <paramref name="Train"/>.</param>
public readonly record struct DatasetFold(Dataset Train, Dataset Validation);

public sealed partial class Dataset
{
    /// <summary>k folds: each sample is in one validation part, and in the training parts of the others.</summary>
    /// <param name="k">From 2 to Count.</param>
    /// <param name="seed">For folds drawn at random; null for runs of samples in order.</param>
    /// <exception cref="ArgumentException">There are fewer samples than folds.</exception>
    public IReadOnlyList<DatasetFold> KFold(int k, ulong? seed = null)
    {
        RequireFolds(k, Count);
        return Parts(Folds.Plain(Count, k, seed), k);
    }

    /// <summary>
    /// k folds, each class in each with its share, to within one sample. Classes are those of class indices, one a sample; of values, all of them 0 or 1 or all of them −1 or 1, as
    /// binary losses and hinges take them: 1 is class 1, the other class 0.
    /// </summary>
    /// <param name="k">From 2 to the number of samples of the largest class.</param>
    /// <param name="seed">For samples drawn at random; null for their order.</param>
    /// <exception cref="ArgumentException">No class has so many samples.</exception>
    /// <exception cref="InvalidOperationException">The targets have no classes, or several a sample.</exception>
    public IReadOnlyList<DatasetFold> StratifiedKFold(int k, ulong? seed = null)
    {
        int[] classes = ClassesOf(_targets[0], "stratified folds");
        RequireFolds(k, classes.Length == 0 ? 0 : classes.CountBy(c => c).Max(c => c.Value));
        return Parts(Folds.Stratified(classes, k, seed), k);
    }

    /// <summary>k folds of about equal size with no group in two: for several samples of one patient, or one recording.</summary>
    /// <param name="k">From 2 to the number of groups.</param>
    /// <param name="groups">The group of each sample, any numbers. (Count)</param>
    /// <exception cref="ArgumentException">There are fewer groups than folds, or not one for each sample.</exception>
    public IReadOnlyList<DatasetFold> GroupKFold(int k, ReadOnlySpan<int> groups)
    {
        RequireGroups(groups);
        RequireFolds(k, Count);
        return Parts(Folds.Grouped(groups, k), k);
    }

    /// <summary>
    /// Folds of samples in the order of time: each is validated on the samples that follow those it is trained on, never on earlier ones. Training parts grow from fold to fold.
    /// </summary>
    /// <param name="k">Folds, at least 2.</param>
    /// <param name="validation">Samples in each validation part; 0 for Count/(k + 1).</param>
    /// <param name="gap">Samples left out between the two parts, whose features could tell of what follows.</param>
    /// <param name="most">The most samples in a training part, the latest ones; 0 for all.</param>
    /// <exception cref="ArgumentException">There are too few samples.</exception>
    public IReadOnlyList<DatasetFold> TimeFolds(int k, int validation = 0, int gap = 0, int most = 0)
    {
        if (k < 2) throw new ArgumentException($"{k} folds; there must be at least 2.", nameof(k));
        foreach (int n in (ReadOnlySpan<int>)[validation, gap, most]) ArgumentOutOfRangeException.ThrowIfNegative(n);
        int size = validation > 0 ? validation : Count / (k + 1);
        if (size == 0 || Count - gap - (long)k * size <= 0) throw new ArgumentException($"{Count} samples are too few for {k} folds with {size} to validate on and a gap of {gap}.", nameof(k));
        return [.. Enumerable.Range(0, k).Select(f =>
        {
            int start = Count - (k - f) * size, end = start - gap, begin = most > 0 ? Math.Max(0, end - most) : 0;
            return new DatasetFold(Range(begin, end), Range(start, start + size));
        })];
    }

    /// <summary>Disjoint parts in the order of time: the first samples for training, the last for testing.</summary>
    /// <param name="train">Fraction of the samples for training, in [0, 1].</param>
    /// <param name="validation">Fraction for validation.</param>
    /// <param name="test">Fraction for testing. Samples that the fractions leave are the earliest, and unused.</param>
    /// <exception cref="ArgumentException">A fraction is negative or not a number, or their sum is not in (0, 1].</exception>
    public DatasetSplit SplitInOrder(double train, double validation, double test)
    {
        double unused = RequireFractions(train, validation, test);
        int[] quota = Quota(Count, [train, validation, test, unused], new double[4]);
        (int t, int v) = (quota[3] + quota[0], quota[3] + quota[0] + quota[1]);
        return new(Range(quota[3], t), Range(t, v), Range(v, Count));
    }

    /// <summary>Draws disjoint parts at random with no group in two: for several samples of one patient, or one recording. Equal seeds give equal parts.</summary>
    /// <param name="train">Fraction of the groups for training, in [0, 1].</param>
    /// <param name="validation">Fraction for validation.</param>
    /// <param name="test">Fraction for testing. The number of groups differs from its fraction by less than one.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="groups">The group of each sample, any numbers. (Count)</param>
    /// <exception cref="ArgumentException">A fraction is negative or not a number, their sum is not in (0, 1], or there is not one group for each sample.</exception>
    public DatasetSplit SplitByGroup(double train, double validation, double test, ulong seed, ReadOnlySpan<int> groups)
    {
        RequireGroups(groups);
        double unused = RequireFractions(train, validation, test);
        int[] of = groups.ToArray(), distinct = [.. of.Distinct().Order()];
        int[] order = new int[distinct.Length], quota = Quota(distinct.Length, [train, validation, test, unused], new double[4]);
        Randomness.Permutation.Fill(order, seed, stream: 0);
        Dictionary<int, int> part = order.ToDictionary(i => distinct[i], _ => Draw(quota));
        Dataset Part(int p) => Select([.. Enumerable.Range(0, Count).Where(i => part[of[i]] == p)]);
        return new(Part(0), Part(1), Part(2));
    }

    private Dataset Range(int start, int end) => Select([.. Enumerable.Range(start, end - start)]);

    private DatasetFold[] Parts(int[] fold, int k)
    {
        int[] all = [.. Enumerable.Range(0, Count)];
        return [.. Enumerable.Range(0, k).Select(f => new DatasetFold(Select(Array.FindAll(all, i => fold[i] != f)), Select(Array.FindAll(all, i => fold[i] == f))))];
    }

    private static void RequireFolds(int k, int most)
    {
        if (k < 2 || k > most) throw new ArgumentException($"{k} folds are not possible: from 2 to {most} are, {most} being the samples there are (of the largest class where each class is parted).", nameof(k));
    }

    private void RequireGroups(ReadOnlySpan<int> groups)
    {
        if (groups.Length != Count) throw new ArgumentException($"There are {groups.Length} groups for {Count} samples; give one for each.", nameof(groups));
    }
}
