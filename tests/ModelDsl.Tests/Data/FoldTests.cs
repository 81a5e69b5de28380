using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.Data;

/// <summary>Against scikit-learn 1.2.1 on the cases of Reference/splits.py.</summary>
public class FoldTests
{
    [Fact]
    public void Folds_EqualScikitLearn()
    {
        int timed = 0, stratified = 0;
        foreach (JsonElement c in ReferenceFile.Cases("splits.json", "folds"))
        {
            (int n, int k) = (c.Int("n"), c.Int("k"));
            Dataset data = Numbered(c.Ints("y"));
            Same(c, "plain", data.KFold(k), n);
            if (c.Has("stratified"))
            {
                Same(c, "stratified", data.StratifiedKFold(k), n);
                stratified++;
            }
            int[] groups = c.Ints("groups");
            Same(c, "grouped", Numbered(groups).GroupKFold(k, groups), groups.Length);
            JsonElement[] time = [.. c.GetProperty("time").EnumerateArray()];
            if (time.Length == 0) Assert.Contains("too few", Assert.Throws<ArgumentException>(() => data.TimeFolds(k, c.Int("size"), c.Int("gap"), c.Int("most"))).Message);
            else
            {
                DatasetFold[] folds = [.. data.TimeFolds(k, c.Int("size"), c.Int("gap"), c.Int("most"))];
                Assert.Equal(time.Select(f => Ints(f[0])), folds.Select(f => Ids(f.Train)));
                Assert.Equal(time.Select(f => Ints(f[1])), folds.Select(f => Ids(f.Validation)));
                timed++;
            }
            ReferenceFile.Close(c.Numbers("weights"), data.ClassWeights(), 1e-14, "weights");
        }
        Assert.InRange(timed, 20, 60);
        Assert.InRange(stratified, 20, 60);
    }

    /// <summary>scikit-learn's folds, whose sort keeps the order of so few groups.</summary>
    [Fact]
    public void EquallyLargeGroups_GoTheGreaterNumberFirst()
    {
        int[] groups = [5, 5, 1, 1, 9, 9, 3, 3, 7];
        Assert.Equal([[4, 5, 6, 7, 8], [0, 1, 2, 3]], Numbered(groups).GroupKFold(2, groups).Select(f => Ids(f.Validation)));
        Assert.Equal([[2, 3, 4, 5], [0, 1, 8], [6, 7]], Numbered(groups).GroupKFold(3, groups).Select(f => Ids(f.Validation)));
    }

    [Fact]
    public void DrawnFolds_PartTheSamples_AndDependOnTheSeed()
    {
        int[] labels = [.. Enumerable.Range(0, 97).Select(i => i * i % 5)];
        Dataset data = Numbered(labels);
        foreach (bool stratified in (bool[])[false, true])
        {
            DatasetFold[] Folds(ulong seed) => [.. stratified ? data.StratifiedKFold(4, seed) : data.KFold(4, seed)];
            DatasetFold[] folds = Folds(1);
            Assert.Equal(Enumerable.Range(0, 97), folds.SelectMany(f => Ids(f.Validation)).Order());
            foreach (DatasetFold fold in folds)
            {
                Assert.Equal(Enumerable.Range(0, 97), Ids(fold.Train).Concat(Ids(fold.Validation)).Order());
                Assert.InRange(fold.Validation.Count, 24, 25);
                if (stratified) Assert.All(labels.CountBy(l => l), c => Assert.InRange(Ids(fold.Validation).Count(i => labels[i] == c.Key) - c.Value / 4.0, -0.9999, 0.9999));
            }
            Assert.Equal(Ids(folds[0].Validation), Ids(Folds(1)[0].Validation));
            Assert.NotEqual(Ids(folds[0].Validation), Ids(Folds(2)[0].Validation));
        }
    }

    [Fact]
    public void GroupedParts_ShareNoGroup()
    {
        int[] groups = [.. Enumerable.Range(0, 200).Select(i => i * 7 % 41)];
        Dataset data = Numbered(groups);
        DatasetSplit split = data.SplitByGroup(0.6, 0.2, 0.2, 5, groups);
        int[][] parts = [Ids(split.Train), Ids(split.Validation), Ids(split.Test)];
        Assert.Equal(Enumerable.Range(0, 200), parts.SelectMany(p => p).Order());
        int[][] found = [.. parts.Select(p => p.Select(i => groups[i]).Distinct().ToArray())];
        Assert.Equal(41, found.Sum(g => g.Length));
        Assert.Equal(41, found.SelectMany(g => g).Distinct().Count());
        Assert.InRange(found[0].Length, 24, 25);
        Assert.Equal(parts[0], Ids(data.SplitByGroup(0.6, 0.2, 0.2, 5, groups).Train));
        Assert.NotEqual(parts[0], Ids(data.SplitByGroup(0.6, 0.2, 0.2, 6, groups).Train));
    }

    [Fact]
    public void PartsInOrder_AreRuns()
    {
        DatasetSplit split = Numbered(new int[10]).SplitInOrder(0.5, 0.2, 0.2);
        Assert.Equal([1, 2, 3, 4, 5], Ids(split.Train));
        Assert.Equal([6, 7], Ids(split.Validation));
        Assert.Equal([8, 9], Ids(split.Test));
        Assert.Contains("sum must be above 0", Assert.Throws<ArgumentException>(() => Numbered(new int[10]).SplitInOrder(0.9, 0.2, 0.2)).Message);
    }

    [Fact]
    public void Views_AreParted()
    {
        Dataset view = Numbered([0, 0, 1, 1, 0, 1]).Select([5, 4, 3, 2]);
        Assert.Equal([5, 4], Ids(view.KFold(2)[0].Validation));
        Assert.Equal([3, 2], Ids(view.KFold(2)[0].Train));
        Assert.Equal([1, 3], view.ClassCounts());
    }

    [Fact]
    public void ImpossibleFolds_AreRefused()
    {
        Dataset data = Numbered([0, 0, 1, 1]);
        Assert.Contains("from 2 to 4", Assert.Throws<ArgumentException>(() => data.KFold(5)).Message);
        Assert.Contains("from 2 to 4", Assert.Throws<ArgumentException>(() => data.KFold(1)).Message);
        Assert.Contains("from 2 to 2", Assert.Throws<ArgumentException>(() => data.StratifiedKFold(3)).Message);
        Assert.Contains("1 groups are too few", Assert.Throws<ArgumentException>(() => data.GroupKFold(2, [7, 7, 7, 7])).Message);
        Assert.Contains("3 groups for 4 samples", Assert.Throws<ArgumentException>(() => data.GroupKFold(2, [7, 7, 7])).Message);
        Assert.Contains("at least 2", Assert.Throws<ArgumentException>(() => data.TimeFolds(1)).Message);
        Assert.Throws<InvalidOperationException>(() => Dataset.Create([1f, 2], 1, [1f, 2], 1).StratifiedKFold(2));
    }

    [Fact]
    public void WeightedSamples_AreAsLikelyAsTheirWeights()
    {
        double[] weights = [0, 1, 0, 3, 6, 0];
        Dataset drawn = Numbered(new int[6]).Sample(100_000, weights, 9);
        int[] counts = new int[6];
        foreach (int id in Ids(drawn)) counts[id]++;
        // χ² with two degrees of freedom is above 13.8 once in a thousand.
        double chi = 0;
        for (int i = 0; i < 6; i++)
        {
            double expected = 10_000 * weights[i];
            if (expected == 0) Assert.Equal(0, counts[i]);
            else chi += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        Assert.InRange(chi, 0, 13.8);
        Assert.Equal(Ids(drawn), Ids(Numbered(new int[6]).Sample(100_000, weights, 9)));
        Assert.NotEqual(Ids(drawn), Ids(Numbered(new int[6]).Sample(100_000, weights, 8)));
    }

    [Fact]
    public void BalancedSamples_HaveEachClassAlike()
    {
        Dataset data = Numbered([.. Enumerable.Range(0, 1000).Select(i => i < 970 ? 0 : i < 990 ? 1 : 3)]);
        Assert.Equal([970, 20, 0, 10], data.ClassCounts());
        int[] counts = data.SampleBalanced(30_000, 2).ClassCounts();
        // 10,000 ± 5 standard deviations of 81.6.
        foreach (int c in (int[])[0, 1, 3]) Assert.InRange(counts[c], 9592, 10408);
    }

    [Fact]
    public void ImpossibleWeights_AreRefused()
    {
        Dataset data = Numbered([0, 1]);
        Assert.Contains("weights[1] is -1", Assert.Throws<ArgumentException>(() => data.Sample(1, [1, -1], 0)).Message);
        Assert.Contains("sum must be above 0", Assert.Throws<ArgumentException>(() => data.Sample(1, [0, 0], 0)).Message);
        Assert.Contains("1 weights for 2 samples", Assert.Throws<ArgumentException>(() => data.Sample(1, [0], 0)).Message);
        Assert.Contains("needs class indices (int), or values of two classes", Assert.Throws<InvalidOperationException>(() => Dataset.Create([1f], 1, [2f], 1).ClassWeights()).Message);
        Assert.Contains("one label a sample", Assert.Throws<InvalidOperationException>(() => Dataset.Create([DataColumn.Of("x", [1f])], [DataColumn.Of("y", [1, 2], 2)]).ClassWeights()).Message);
    }

    private static void Same(JsonElement c, string name, IReadOnlyList<DatasetFold> folds, int n)
    {
        int[][] expected = [.. c.GetProperty(name).EnumerateArray().Select(Ints)];
        Assert.Equal(expected, folds.Select(f => Ids(f.Validation)));
        Assert.All(folds.Zip(expected), f => Assert.Equal(Enumerable.Range(0, n).Except(f.Second), Ids(f.First.Train)));
    }

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    private static Dataset Numbered(int[] labels) => Dataset.Create([.. labels.Select((_, i) => (float)i)], 1, labels);

    private static int[] Ids(Dataset data)
    {
        int[] ids = new int[data.Count];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], ids.AsSpan());
        return ids;
    }
}
