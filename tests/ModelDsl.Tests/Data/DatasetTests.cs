namespace ModelDsl.Tests.Data;

public class DatasetTests
{
    private static readonly Dataset Classes = Dataset.Create([1f, 2f, 3f, 4f, 5f, 6f], 2, [2, 0, 1]);
    private static readonly Dataset Values = Dataset.Create([1.5, 2, 3], 1, [1.0, 10, 2, 20, 3, 30], 2);

    [Fact]
    public void Sizes_AreThoseOfTheArrays()
    {
        Assert.Equal((3, 2, 1, true), (Classes.Count, Classes.FeatureSize, Classes.TargetSize, Classes.TargetIsClass));
        Assert.Equal((3, 1, 2, false), (Values.Count, Values.FeatureSize, Values.TargetSize, Values.TargetIsClass));
    }

    [Fact]
    public void Rows_AreCopiedInTheOrderAsked()
    {
        Assert.Equal([5f, 6f, 1f, 2f], Features<float>(Classes, 2, 0));
        Assert.Equal([1, 2], Targets<int>(Classes, 2, 0));
        Assert.Equal([2.0, 20, 2, 20], Targets<double>(Values, 1, 1));
    }

    [Fact]
    public void Rows_AreConverted()
    {
        Assert.Equal([5.0, 6.0], Features<double>(Classes, 2));
        Assert.Equal([1.5f], Features<float>(Values, 0));
        Assert.Equal([3f, 30f], Targets<float>(Values, 2));
        Assert.Equal([5, 6], Features<int>(Classes, 2));
    }

    [Fact]
    public void Factories_AgreeWhateverTheArrays()
    {
        int[] all = [0, 1, 2];
        Dataset[] same =
        [
            Dataset.Create(new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, [2, 0, 1]),
            Dataset.Create(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, [2, 0, 1]),
            Dataset.Create(new float[][] { [1, 2], [3, 4], [5, 6] }, [2, 0, 1]),
        ];
        foreach (Dataset data in same)
        {
            Assert.Equal(Features<float>(Classes, all), Features<float>(data, all));
            Assert.Equal(Targets<int>(Classes, all), Targets<int>(data, all));
        }
        Dataset[] valued =
        [
            Dataset.Create(new[,] { { 1.5 }, { 2 }, { 3 } }, new double[,] { { 1, 10 }, { 2, 20 }, { 3, 30 } }),
            Dataset.Create(new double[][] { [1.5], [2], [3] }, new double[][] { [1, 10], [2, 20], [3, 30] }),
        ];
        foreach (Dataset data in valued) Assert.Equal(Targets<double>(Values, all), Targets<double>(data, all));
        Assert.Equal([7f], Targets<float>(Dataset.Create(new float[,] { { 1 }, { 2 } }, [6f, 7f]), 1));
    }

    [Fact]
    public void WrongLengths_AreNamed()
    {
        Assert.StartsWith("5 features are not a whole number of rows of 2.", Message(() => Dataset.Create(new float[5], 2, [0, 1])));
        Assert.StartsWith("There are features of 2 samples and labels of 3", Message(() => Dataset.Create(new float[4], 2, [0, 1, 2])));
        Assert.StartsWith("3 targets are not a whole number of rows of 2.", Message(() => Dataset.Create(new float[4], 2, new float[3], 2)));
        Assert.StartsWith("A sample of features has 0 scalars", Message(() => Dataset.Create(new float[4], 0, [0])));
        Assert.StartsWith("features[1] has 1 elements and features[0] has 2", Message(() => Dataset.Create(new float[][] { [1, 2], [3] }, [0, 1])));
        Assert.StartsWith("features are Half", Message(() => Dataset.Create(new Half[4], 2, [0, 1])));
        Assert.StartsWith("features have no rows", Message(() => Dataset.Create(Array.Empty<float[]>(), [0, 1])));
    }

    [Fact]
    public void WrongTargetType_IsRefused()
    {
        Assert.Contains("copy them as int, not Single", Assert.Throws<InvalidOperationException>(() => Targets<float>(Classes, 0)).Message);
        Assert.Contains("not class indices", Assert.Throws<InvalidOperationException>(() => Targets<int>(Values, 0)).Message);
    }

    [Theory]
    [InlineData(-1), InlineData(3), InlineData(int.MaxValue), InlineData(int.MinValue)]
    public void MissingRow_IsRefused(int row)
    {
        Assert.Contains("Rows are 0 to 2", Message(() => Features<float>(Classes, row)));
        Assert.Contains("Rows are 0 to 2", Message(() => Features<double>(Classes, row)));
        Assert.Contains("Rows are 0 to 2", Message(() => Classes.Select([row])));
        Assert.Contains("Rows are 0 to 2", Message(() => Features<float>(Classes.Select([0, 1, 0]), row)));
    }

    [Fact]
    public void ShortDestination_IsRefused() =>
        Assert.Contains("2 rows of 2 need 4 elements; the destination has 3", Message(() => Classes.CopyFeatures([0, 1], new float[3].AsSpan())));

    [Theory]
    [InlineData(float.NaN, "NaN"), InlineData(float.PositiveInfinity, "Infinity"), InlineData(float.NegativeInfinity, "-Infinity")]
    public void NonFinite_IsNamedByRowAndColumn(float bad, string text)
    {
        float[] features = new float[5 * 40];
        features[3 * 40 + 17] = bad;
        Dataset data = Dataset.Create(features, 40, new int[5]);
        Assert.StartsWith($"features[3, 17] is {text}: ", Message(data.RequireFinite));
        Assert.StartsWith($"features[1, 17] is {text}: ", Message(data.Select([0, 3]).RequireFinite));
        data.Select([0, 1, 2, 4]).RequireFinite();
    }

    [Fact]
    public void NonFinite_IsFoundInEveryColumn()
    {
        for (int column = 0; column < 35; column++)
        {
            double[] features = new double[35];
            Array.Fill(features, double.MaxValue);
            features[column] = double.NaN;
            Assert.StartsWith($"features[0, {column}] is NaN", Message(Dataset.Create(features, 35, [0]).RequireFinite));
        }
        Assert.StartsWith("targets[1, 0] is NaN", Message(Dataset.Create([1f, 2f], 1, [1f, float.NaN], 1).RequireFinite));
    }

    [Fact]
    public void Labels_AreCheckedAgainstTheClasses()
    {
        Classes.RequireClasses(3);
        Assert.StartsWith("labels[0] is 2: with 2 classes, labels are 0 to 1.", Message(() => Classes.RequireClasses(2)));
        Assert.StartsWith("labels[1] is -1", Message(() => Dataset.Create([1f, 2f], 1, [0, -1]).RequireClasses(2)));
        Assert.Throws<InvalidOperationException>(() => Values.RequireClasses(2));
    }

    [Fact]
    public void Views_Compose()
    {
        Dataset view = Classes.Select([2, 1, 0, 2]).Select([3, 1]).Take(1);
        Assert.Equal(1, view.Count);
        Assert.Equal([5f, 6f], Features<float>(view, 0));
        Assert.Equal([1], Targets<int>(view, 0));
        Assert.Contains("has 3 samples", Message(() => Classes.Take(4)));
    }

    [Fact]
    public void Copying_AllocatesNothing()
    {
        float[] features = new float[4], targets = new float[4];
        int[] rows = [0, 2];
        void Copy()
        {
            Classes.CopyFeatures(rows, features.AsSpan());
            Values.CopyTargets(rows, targets.AsSpan());
        }
        Copy();
        Assert.Equal(0, Allocations.Of(Copy));
    }

    private static T[] Features<T>(Dataset data, params int[] rows) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        T[] values = new T[rows.Length * data.FeatureSize];
        data.CopyFeatures(rows, values.AsSpan());
        return values;
    }

    private static T[] Targets<T>(Dataset data, params int[] rows) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        T[] values = new T[rows.Length * data.TargetSize];
        data.CopyTargets(rows, values.AsSpan());
        return values;
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
}
