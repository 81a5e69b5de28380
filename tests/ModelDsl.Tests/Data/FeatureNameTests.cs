namespace ModelDsl.Tests.Data;

/// <summary>Names go from a file's header to whatever shows a feature.</summary>
public class FeatureNameTests
{
    private const string Text = "size,colour,,kind\n1,red,5,0\n,blue,5,1\n3,red,5,1\n4,red,5,0\n";

    private static Dataset Table() => Csv.Load(new StringReader(Text), new CsvOptions { Categorical = ["colour"], Missing = [""] });

    [Fact]
    public void Headers_AreTheNames_OfViewsToo()
    {
        Dataset data = Table();
        Assert.Equal(["size", "colour", "[2]"], data.FeatureNames);
        Assert.Equal(data.FeatureNames, data.Shuffle(1).Take(2).FeatureNames);
        Assert.Equal(data.FeatureNames, data.Shuffle(1).WithWeights([1, 2, 3, 4]).FeatureNames);
        Assert.Equal(data.FeatureNames, data.StratifiedKFold(2)[0].Train.FeatureNames);
        Assert.Null(Csv.Load(new StringReader("1,2,0\n"), new CsvOptions { Header = false }).FeatureNames);
    }

    [Fact]
    public void Descriptions_HaveThem()
    {
        DatasetDescription description = Table().Describe();
        Assert.Equal(["size", "colour", "[2]"], description.Columns.Select(c => c.Name));
        string text = description.ToString();
        Assert.Contains("\n   size         1  ", text);
        Assert.Contains("features that do not vary: [2]\n", text);
        string[] lines = Dataset.Create([1f, 2, 3, 4], 2, [0, 1]).WithFeatureNames(["a name that is longer than seven", "b"]).Describe().ToString().Split('\n');
        Assert.Equal(lines[1].IndexOf("missing", StringComparison.Ordinal) + "missing".Length - 1, lines[3].IndexOf(" 0 ", StringComparison.Ordinal) + 1);
    }

    [Fact]
    public void Transforms_HandThemOn()
    {
        Dataset data = Table();
        Pipeline pipeline = Pipeline.Fit(data, d => Imputer.Mean(d, indicator: true), d => OneHotEncoder.Fit(d, [1]), d => Scaler.Standard(d, columns: [0]));
        string[] names = ["size", "colour=blue", "colour=red", "[2]", "size=missing"];
        Assert.Equal(names, pipeline.Apply(data).FeatureNames);
        Assert.Equal(names, pipeline.Names(data.FeatureNames!, data.CategoryNames));
        Assert.Equal(["size", "colour=0", "colour=1", "[2]", "size=missing"], pipeline.Names(data.FeatureNames!));
        Assert.Equal(["size=1", "size=3", "size=4", "size=missing", "colour", "[2]"], OneHotEncoder.Fit(data, [0]).Apply(data).FeatureNames);
        Assert.Equal(["size", "[2]"], FeatureSelector.Of(data, [0, 2]).Apply(data).FeatureNames);
        Assert.Equal(["size", "[2]", "#0", "#1"], HashingEncoder.Fit(data, buckets: 2, [1]).Apply(data).FeatureNames);
        Assert.Equal(["fourier0", "fourier1"], RandomFourierFeatures.Draw(data, features: 2).Names(data.FeatureNames!));
        Assert.Throws<ArgumentException>("features", () => pipeline.Names(["size"]));
        Assert.Throws<InvalidOperationException>(() => new Pipeline(Scaler.Standard(data, columns: [2]), new Scaler("targets", 1, [0], [0], [1])).Names(data.FeatureNames!));
    }

    [Fact]
    public void ThereIsOneForEach()
    {
        Dataset data = Dataset.Create([1f, 2], 2, [0]);
        Assert.Contains("3 names for the 2 values", Assert.Throws<ArgumentException>("names", () => data.WithFeatureNames(["a", "b", "c"])).Message, StringComparison.Ordinal);
        Assert.Contains("names[1] is empty", Assert.Throws<ArgumentException>("names", () => data.WithFeatureNames(["a", ""])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_ShowThem_UnlessOthersAreGiven()
    {
        FeatureImportance[] importances = [new(0, 0.2, 0.1, [0.1, 0.3]) { Name = "age" }, new(1, 0.1, 0.1, [0, 0.2]) { Name = "port" }];
        Assert.Contains(">age<", Figure.Importance(importances).Html, StringComparison.Ordinal);
        Assert.DoesNotContain(">age<", Figure.Importance(importances, ["a", "b"]).Html, StringComparison.Ordinal);
        Assert.Contains("Partial dependence on port", Figure.Dependence([new PartialDependence(1, [0, 1], [0, 1]) { Name = "port" }]).Html, StringComparison.Ordinal);
        Assert.Contains(">age<", Figure.Waterfall("w", new Attribution<double>([1, 2], 3, 0) { Names = ["age", "port"] }).Html, StringComparison.Ordinal);
    }
}
