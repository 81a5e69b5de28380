namespace ModelDsl.Tests.Data;

/// <summary>Columns of names, and cells that are missing.</summary>
public class CsvColumnsTests
{
    private const string Text = "size,colour,shape,y\n1,red,round,0\n,blue,flat,1\n3,NA,round,1\n4,red,,0\n";
    private static readonly CsvOptions Options = new() { Categorical = ["colour", 2], Missing = ["", "NA"] };

    [Fact]
    public void Names_AreNumberedInSortedOrder()
    {
        Dataset data = Csv.Load(new StringReader(Text), Options);
        Assert.Equal([1, 1, 1, double.NaN, 0, 0, 3, double.NaN, 1, 4, 1, double.NaN], Features(data));
        Assert.Equal(["blue", "red"], data.CategoryNames!["colour"]);
        Assert.Equal(["flat", "round"], data.CategoryNames["shape"]);
        Assert.Same(data.CategoryNames, data.Shuffle(1).Take(2).CategoryNames);
        Assert.Same(data.CategoryNames, Imputer.MostFrequent(data).Apply(data).CategoryNames);
    }

    [Fact]
    public void GivenNames_KeepTheirNumbers_AndOthersAreMissing()
    {
        Dataset train = Csv.Load(new StringReader(Text), Options);
        Dataset test = Csv.Load(new StringReader("size,colour,shape,y\n1,green,round,0\n2,red,flat,1\n"), Options with { CategoryNames = train.CategoryNames });
        Assert.Equal([1, double.NaN, 1, 2, 1, 0], Features(test));
        OneHotEncoder hot = OneHotEncoder.Fit(train.Take(2), [1, 2], UnknownCategory.Ignore);
        Assert.Equal([1, 0, 0, 0, 1, 2, 0, 1, 1, 0], Features(hot.Apply(test)));
    }

    [Fact]
    public void Gaps_AreErrors_UnlessTheyAreSaidToBeMissing()
    {
        Assert.Contains("line 3, column 'size': the cell is empty", Assert.Throws<ModelFormatException>(() => Csv.Load(new StringReader(Text), Options with { Missing = [] })).Message);
        Assert.Contains("is called categorical and is no feature", Assert.Throws<ModelFormatException>(() => Csv.Load(new StringReader(Text), Options with { Categorical = ["y"] })).Message);
    }

    [Fact]
    public void MissingTargets_AreFoundBeforeTraining()
    {
        Dataset data = Csv.Load(new StringReader("x,y\n1,2\n3,\n"), new() { Targets = ["y"], Missing = [""] });
        Assert.Contains("targets[1, 0] is NaN", Assert.Throws<ArgumentException>(data.RequireFinite).Message);
    }

    private static double[] Features(Dataset data)
    {
        double[] values = new double[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], values.AsSpan());
        return values;
    }
}
