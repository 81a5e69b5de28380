namespace ModelDsl.Tests.Data;

public class SplitTests
{
    public static TheoryData<int, double, double, double, ulong> Cases()
    {
        var random = new Random(1);
        var cases = new TheoryData<int, double, double, double, ulong>
        {
            { 150, 0.8, 0.1, 0.1, 42 }, { 10, 0.7, 0.2, 0.1, 1 }, { 1, 0.8, 0.1, 0.1, 0 }, { 0, 0.8, 0.1, 0.1, 0 }, { 100, 1, 0, 0, 0 }, { 99, 0, 0, 1, 0 },
            { 100, 0.3, 0.3, 0.3, 5 }, { 7, 1 / 3.0, 1 / 3.0, 1 / 3.0, 9 },
        };
        for (int i = 0; i < 60; i++)
        {
            double a = random.NextDouble(), b = random.NextDouble() * (1 - a), c = i % 2 == 0 ? 1 - a - b : random.NextDouble() * (1 - a - b);
            cases.Add(random.Next(1, 500), a, b, c, (ulong)i);
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Parts_AreDisjointAndOfTheRightSizes(int count, double train, double validation, double test, ulong seed)
    {
        DatasetSplit split = Numbered(count, 1).Split(train, validation, test, seed);
        int[][] parts = [Ids(split.Train), Ids(split.Validation), Ids(split.Test)];
        int[] all = [.. parts.SelectMany(p => p)];
        Assert.Equal(all.Length, all.Distinct().Count());
        if (train + validation + test > 1 - 1e-9) Assert.Equal(Enumerable.Range(0, count), all.Order());
        foreach ((int[] part, double fraction) in parts.Zip([train, validation, test])) Assert.InRange(Math.Abs(part.Length - count * fraction), 0, 0.99999);
    }

    [Theory, MemberData(nameof(Cases))]
    public void StratifiedParts_HaveEachClassToWithinOneSample(int count, double train, double validation, double test, ulong seed)
    {
        Dataset data = Numbered(count, 7);
        DatasetSplit split = data.Split(train, validation, test, seed, stratify: true);
        int[][] parts = [Ids(split.Train), Ids(split.Validation), Ids(split.Test)];
        int[] all = [.. parts.SelectMany(p => p)];
        Assert.Equal(all.Length, all.Distinct().Count());
        if (train + validation + test > 1 - 1e-9) Assert.Equal(Enumerable.Range(0, count), all.Order());
        foreach ((int[] part, double fraction) in parts.Zip([train, validation, test]))
        {
            for (int c = 0; c < 7; c++)
            {
                int inClass = Enumerable.Range(0, count).Count(i => Class(i, 7) == c);
                Assert.InRange(Math.Abs(part.Count(i => Class(i, 7) == c) - inClass * fraction), 0, 0.99999);
            }
            Assert.InRange(Math.Abs(part.Length - count * fraction), 0, 3);
        }
    }

    [Fact]
    public void ManySmallClasses_DoNotEmptyAPart()
    {
        DatasetSplit split = Dataset.Create(new float[400], 1, [.. Enumerable.Range(0, 400).Select(i => i / 4)]).Split(0.8, 0.1, 0.1, 3, stratify: true);
        Assert.InRange(split.Test.Count, 38, 42);
        Assert.InRange(split.Validation.Count, 38, 42);
    }

    [Fact]
    public void EqualSeeds_GiveEqualParts()
    {
        Dataset data = Numbered(100, 3);
        Assert.Equal(Ids(data.Split(0.5, 0.25, 0.25, 4).Train), Ids(data.Split(0.5, 0.25, 0.25, 4).Train));
        Assert.NotEqual(Ids(data.Split(0.5, 0.25, 0.25, 4).Train), Ids(data.Split(0.5, 0.25, 0.25, 5).Train));
        Assert.Equal(Ids(data.Shuffle(4)), Ids(data.Shuffle(4)));
        Assert.NotEqual(Ids(data), Ids(data.Shuffle(4)));
        Assert.Equal(Ids(data), Ids(data.Shuffle(4)).Order());
    }

    [Theory]
    [InlineData(-0.1, 0.5, 0.5), InlineData(0.8, 0.2, 0.1), InlineData(0, 0, 0), InlineData(double.NaN, 0.5, 0.5), InlineData(double.PositiveInfinity, 0, 0)]
    public void ImpossibleFractions_AreRefused(double train, double validation, double test) =>
        Assert.Contains("their sum must be above 0", Assert.Throws<ArgumentException>(() => Numbered(10, 1).Split(train, validation, test, 0)).Message);

    [Fact]
    public void StratifyingValues_IsRefused() =>
        Assert.Contains("a stratified split needs class indices (int), or values of two classes",
            Assert.Throws<InvalidOperationException>(() => Dataset.Create([1f], 1, [2f], 1).Split(1, 0, 0, 0, stratify: true)).Message);

    private static int Class(int id, int classes) => id * id % classes;

    private static Dataset Numbered(int count, int classes) =>
        Dataset.Create([.. Enumerable.Range(0, count).Select(i => (float)i)], 1, [.. Enumerable.Range(0, count).Select(i => Class(i, classes))]);

    private static int[] Ids(Dataset data)
    {
        int[] ids = new int[data.Count];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], ids.AsSpan());
        return ids;
    }
}
