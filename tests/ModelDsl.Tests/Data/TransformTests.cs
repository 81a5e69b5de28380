using System.Text.Json;
using ModelDsl.Tests.Reference;
using static ModelDsl.Tests.Reference.ReferenceFile;

namespace ModelDsl.Tests.Data;

/// <summary>Against scikit-learn 1.2.1 on the cases of Reference/transforms.py; each result also after a round trip through JSON.</summary>
public sealed class TransformTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scalers_EqualScikitLearn() => ForEach("scalers", c =>
    {
        int width = c.Int("columns");
        Dataset x = Rows(c.Numbers("x"), width), clean = Rows(c.Numbers("clean"), width);
        double[] other = c.Numbers("other");
        Same(c, "standard", Scaler.Standard(x), other, 1e-9);
        Same(c, "minmax", Scaler.MinMax(x, c.Number("low"), c.Number("high")), other, 1e-9);
        Same(c, "robust", Scaler.Robust(x), other, 1e-9);
        Same(c, "wide", Scaler.Robust(x, 0.1, 0.9), other, 1e-9);
        Same(c, "maxabs", Scaler.MaxAbs(x), other, 1e-12);
        Same(c, "clip", Clipper.Fit(x, 0.1, 0.8), other, 1e-12);
        Same(c, "l2", Normalizer.L2(clean), c.Numbers("clean"), 1e-12);
    });

    [Fact]
    public void Imputers_EqualScikitLearn() => ForEach("imputers", c =>
    {
        Dataset x = Rows(c.Numbers("x"), c.Int("columns"));
        double[] other = c.Numbers("other");
        foreach (bool flags in (bool[])[false, true])
        {
            string end = flags ? "_flags" : "";
            Same(c, "mean" + end, Imputer.Mean(x, flags), other, 1e-12);
            Same(c, "median" + end, Imputer.Median(x, flags), other, 1e-12);
            Same(c, "mostfrequent" + end, Imputer.MostFrequent(x, flags), other, 0);
            Same(c, "constant" + end, Imputer.Constant(x, -7.5, flags), other, 0);
        }
    });

    [Fact]
    public void Encoders_EqualScikitLearn() => ForEach("encoders", c =>
    {
        int width = c.Int("columns");
        Dataset x = Rows(c.Numbers("x"), width);
        OneHotEncoder hot = OneHotEncoder.Fit(x, unknown: UnknownCategory.Ignore);
        Same(c, "onehot", hot, c.Numbers("other"), 0);
        Same(c, "onehot_own", hot, c.Numbers("x"), 0);
        Close(c.Numbers("x"), Inverse(hot, c.Numbers("onehot_own")), 0, "inverse of one-hot");
        if (c.Has("ordinal")) Same(c, "ordinal", OrdinalEncoder.Fit(Rows(c.Numbers("known"), width), unknown: UnknownCategory.Ignore), c.Numbers("seen"), 0);
        if (c.Has("hashed")) Same(c, "hashed", HashingEncoder.Fit(x, c.Int("buckets")), c.Numbers("other"), 0);
    });

    /// <summary>The published vectors of MurmurHash3_x86_32 with seed 0.</summary>
    [Theory]
    [InlineData("", 0u), InlineData("test", 0xba6bd213), InlineData("Hello, world!", 0xc0363e43), InlineData("The quick brown fox jumps over the lazy dog", 0x2e4ff723)]
    public void Hash_IsMurmur3(string text, uint hash) => Assert.Equal(hash, (uint)HashingEncoder.Murmur3(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Scaling_IsUndone()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble() * 100 - 20)];
        Dataset data = Rows(x, 3);
        foreach (Transform t in (Transform[])[Scaler.Standard(data), Scaler.MinMax(data, -1, 1), Scaler.Robust(data), Scaler.MaxAbs(data), Pipeline.Fit(data, d => Scaler.MaxAbs(d), d => Scaler.Standard(d))])
        {
            Assert.True(t.CanInvert);
            Close(x, Inverse(t, Values(t.Apply(data))), 1e-12, t.GetType().Name);
        }
        Assert.Contains("cannot be undone", Assert.Throws<InvalidOperationException>(() => Imputer.Mean(data).Invert<double>(x, x)).Message);
        OrdinalEncoder ordinal = OrdinalEncoder.Fit(data);
        Close(x, Inverse(ordinal, Values(ordinal.Apply(data))), 0, "ordinal");
    }

    /// <summary>scikit-learn's scales: a spread within the rounding of the mean is none, a small one is.</summary>
    [Fact]
    public void ASpreadWithinRounding_IsNone()
    {
        Assert.Equal([1], Scaler.Standard(Rows([1e8, 1e8 + 1.5e-8], 1)).Scale);
        Assert.Equal(5e-8, Scaler.Standard(Rows([1, 1 + 1e-7], 1)).Scale[0], 1e-15);
    }

    [Fact]
    public void SomeColumns_LeaveTheOthers()
    {
        Dataset data = Rows([1, 7, 10, 3, 8, 30], 3);
        Assert.Equal([-1, 7, 10, 1, 8, 30], Values(Scaler.Standard(data, columns: [0]).Apply(data)));
        Assert.Equal([1, 0, 7, 10, 0, 1, 8, 30], Values(OneHotEncoder.Fit(data, [0]).Apply(data)));
        Assert.Equal([1, 1, 0, 10, 3, 0, 1, 30], Values(OneHotEncoder.Fit(data, [1]).Apply(data)));
        Assert.Equal([1, 0, 10, 3, 1, 30], Values(OrdinalEncoder.Fit(data, [1]).Apply(data)));
        double[] hashed = Values(HashingEncoder.Fit(data, 4, [1]).Apply(data));
        Assert.Equal((12, 1.0, 10.0, 1.0), (hashed.Length, hashed[0], hashed[1], hashed[2..6].Sum(Math.Abs)));
        Assert.Contains("columns are 0 to 2", Assert.Throws<ArgumentException>(() => Scaler.Standard(data, columns: [3])).Message);
        Assert.Contains("named twice", Assert.Throws<ArgumentException>(() => Scaler.Standard(data, columns: [1, 1])).Message);
    }

    [Fact]
    public void Targets_AreScaledByName_AndPredictionsBack()
    {
        Dataset data = Dataset.Create([1.0, 2, 3], 1, [10.0, 20, 30], 1);
        Scaler scaler = Scaler.MinMax(data, on: "targets");
        Dataset scaled = scaler.Apply(data);
        double[] y = new double[3];
        scaled.CopyTargets([0, 1, 2], y.AsSpan());
        Assert.Equal([0, 0.5, 1], y);
        Assert.Equal([1, 2, 3], Values(scaled));
        float[] back = new float[2];
        scaler.Invert([0.25f, 2], back);
        Assert.Equal([15, 50], back);
        Assert.Contains("has no column 'y'; it has 'features', 'targets'", Assert.Throws<ArgumentException>(() => Scaler.Standard(data, "y")).Message);
        Assert.Contains("are class indices", Assert.Throws<ArgumentException>(() => Scaler.Standard(Dataset.Create([1f], 1, [0]), "labels")).Message);
    }

    [Fact]
    public void Views_AreFittedAndAppliedAlone()
    {
        Dataset all = Dataset.Create([1f, 2, 3, 100], 1, [5, 6, 7, 8]).WithClassNames(["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
        Dataset train = all.Select([2, 0]), test = all.Select([3]);
        Scaler scaler = Scaler.MinMax(train);
        Dataset scaled = scaler.Apply(train);
        Assert.Equal([1, 0], Values(scaled));
        Assert.Equal([49.5], Values(scaler.Apply(test)));
        int[] labels = new int[2];
        scaled.CopyTargets([0, 1], labels.AsSpan());
        Assert.Equal([7, 5], labels);
        Assert.Equal(9, scaled.ClassNames!.Count);
    }

    [Fact]
    public void ClassInputs_BecomeOneHot()
    {
        Dataset data = Dataset.Create([DataColumn.Of("word", [2, 0, 2], 1), DataColumn.Of("x", [1.5, 2, 3])], [DataColumn.Of("y", [1.0, 2, 3])]);
        Dataset hot = OneHotEncoder.Fit(data, on: "word").Apply(data);
        Assert.Equal((2, false), (hot.Inputs[0].Width, hot.Inputs[0].IsClass));
        Assert.Equal([0, 1, 1, 0, 0, 1], Values(hot));
        Assert.Same(data.Inputs[1], hot.Inputs[1]);
    }

    [Fact]
    public void Pipelines_FitEachStepOnWhatTheOnesBeforeMake()
    {
        Dataset data = Rows([1, double.NaN, 3, double.NaN, 5, 4], 2);
        Pipeline pipeline = Pipeline.Fit(data, d => Imputer.Mean(d, indicator: true), d => Scaler.MinMax(d, columns: [0, 1]), d => OneHotEncoder.Fit(d, [2]));
        Assert.Equal([0, 0, 0, 1, 0.5, 0, 0, 1, 1, 0, 1, 0], Values(pipeline.Apply(data)));
        double[] row = new double[4];
        pipeline.Apply<double>([9, double.NaN], row);
        Assert.Equal([2, 0, 0, 1], row);
        Assert.False(pipeline.CanInvert);
        Assert.Contains("Step 1 takes rows of 2; step 0 gives rows of 3", Assert.Throws<ArgumentException>(() => new Pipeline(Imputer.Mean(data, true), Scaler.MinMax(data))).Message);
        Assert.Contains("needs a step", Assert.Throws<ArgumentException>(() => new Pipeline()).Message);
    }

    [Fact]
    public void PipelinesOfSeveralColumns_ApplyToDataSets()
    {
        Dataset data = Dataset.Create([1.0, 2, 3], 1, [10.0, 20, 30], 1);
        Pipeline both = Pipeline.Fit(data, d => Scaler.MinMax(d), d => Scaler.MinMax(d, on: "targets"));
        double[] y = new double[3];
        both.Apply(data).CopyTargets([0, 1, 2], y.AsSpan());
        Assert.Equal([0, 0.5, 1], y);
        Assert.Contains("different columns", Assert.Throws<InvalidOperationException>(() => both.Apply<double>([1], new double[1])).Message);
    }

    [Fact]
    public void UnknownCategories_AreNamed()
    {
        Dataset train = Rows([1, 2, 3], 1);
        Assert.Contains("Column 0 holds 2.5, which is none of the 3 categories", Assert.Throws<ArgumentException>(() => OneHotEncoder.Fit(train).Apply(Rows([2.5], 1))).Message);
        Assert.Contains("Column 0 holds 4", Assert.Throws<ArgumentException>(() => OrdinalEncoder.Fit(train).Apply(Rows([4], 1))).Message);
        Assert.Equal([double.NaN], Values(OrdinalEncoder.Fit(train).Apply(Rows([double.NaN], 1))));
        double[] unknown = new double[1];
        OneHotEncoder.Fit(train, unknown: UnknownCategory.Ignore).Invert<double>([0, 0, 0], unknown);
        Assert.True(double.IsNaN(unknown[0]));
    }

    [Fact]
    public void Fitting_NamesWhatItCannotUse()
    {
        Assert.Contains("features[1, 0] is ∞", Message(() => Scaler.Standard(Rows([1, double.PositiveInfinity], 1))).Replace("Infinity", "∞"));
        Assert.Contains("missing in every sample", Message(() => Imputer.Mean(Rows([double.NaN], 1))));
        Assert.Contains("missing in every sample", Message(() => OrdinalEncoder.Fit(Rows([double.NaN], 1))));
        Assert.Contains("empty", Message(() => Scaler.Standard(Rows([], 1))));
        Assert.Contains("A range from 1 to 1", Message(() => Scaler.MinMax(Rows([1], 1), 1, 1)));
        Assert.Contains("Quantiles 0.75 and 0.25", Message(() => Scaler.Robust(Rows([1], 1), 0.75, 0.25)));
        Assert.Contains("fitted on rows of 1 features; these have 2", Message(() => Scaler.Standard(Rows([1], 1)).Apply(Rows([1, 2], 2))));
        Assert.Contains("makes rows of 1 from rows of 1", Message(() => Scaler.Standard(Rows([1], 1)).Apply<double>([1, 2], new double[1])));
    }

    [Fact]
    public void Rows_AllocateNothing()
    {
        Dataset data = Rows([1, 2, 3, 4], 2);
        Pipeline pipeline = Pipeline.Fit(data, d => Imputer.Mean(d), d => Scaler.Standard(d), d => OneHotEncoder.Fit(d, [1], UnknownCategory.Ignore), d => HashingEncoder.Fit(d, 4, [0]));
        float[] x = [1, 2, 3, 4], y = new float[2 * pipeline.OutputWidth];
        pipeline.Apply<float>(x, y);
        Assert.Equal(0, Allocations.Of(() => pipeline.Apply<float>(x, y)));
    }

    [Fact]
    public void Files_HoldTheTransform()
    {
        Dataset data = Rows([1, 2.5, 3, -4], 2);
        Pipeline pipeline = Pipeline.Fit(data, d => Scaler.Standard(d), d => OneHotEncoder.Fit(d, [0], UnknownCategory.Ignore));
        pipeline.Save(_folder["prepare.json"]);
        Transform read = Transform.Load(_folder["prepare.json"]);
        Assert.Equal(Values(pipeline.Apply(data)), Values(read.Apply(data)));
        Assert.Equal(pipeline.ToJson(), read.ToJson());
        Assert.StartsWith(_folder["x.json"], Assert.Throws<ModelFormatException>(() => Transform.Load(_folder.Write("x.json", "{}"u8.ToArray()))).Message);
    }

    [Theory]
    [InlineData(""), InlineData("null"), InlineData("{}"), InlineData("[]"), InlineData("1"), InlineData("{\"kind\":\"file\"}"), InlineData("{\"kind\":\"scaler\"}"), InlineData("{\"kind\":1}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":0,\"columns\":[],\"center\":[],\"scale\":[]}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"center\":[1],\"scale\":[]}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":[1],\"center\":[1],\"scale\":[1]}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":[-1],\"center\":[1],\"scale\":[1]}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"center\":[1],\"scale\":[0]}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"center\":[\"NaN\"],\"scale\":[1]}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":null,\"center\":[1],\"scale\":[1]}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"center\":[1],\"scale\":[1],\"more\":1}")]
    [InlineData("{\"kind\":\"scaler\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"center\":[1],\"scale\":[1]} x")]
    [InlineData("{\"kind\":\"imputer\",\"on\":null,\"inputWidth\":2147483647,\"columns\":[],\"fill\":[],\"indicators\":[0]}")]
    [InlineData("{\"kind\":\"onehot\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"categories\":[null],\"unknown\":\"Error\"}")]
    [InlineData("{\"kind\":\"onehot\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"categories\":[[2,1]],\"unknown\":\"Error\"}")]
    [InlineData("{\"kind\":\"onehot\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"categories\":[[]],\"unknown\":\"Error\"}")]
    [InlineData("{\"kind\":\"onehot\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"categories\":[[1]],\"unknown\":\"Perhaps\"}")]
    [InlineData("{\"kind\":\"hashing\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"buckets\":0}")]
    [InlineData("{\"kind\":\"clipper\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"low\":[2],\"high\":[1]}")]
    [InlineData("{\"kind\":\"clipper\",\"on\":null,\"inputWidth\":1,\"columns\":[0],\"low\":[\"NaN\"],\"high\":[1]}")]
    [InlineData("{\"kind\":\"pipeline\",\"on\":null,\"inputWidth\":1,\"steps\":[]}"), InlineData("{\"kind\":\"pipeline\",\"on\":null,\"inputWidth\":1,\"steps\":[null]}")]
    public void DamagedTexts_AreRefused(string json) => Assert.Throws<ModelFormatException>(() => Transform.FromJson(json));

    private static void Same(JsonElement c, string name, Transform transform, double[] x, double tolerance)
    {
        Dataset data = Rows(x, transform.InputWidth);
        Transform read = Transform.FromJson(transform.ToJson());
        Close(c.Numbers(name), Values(transform.Apply(data)), tolerance, name);
        Close(c.Numbers(name), Values(read.Apply(data)), tolerance, name + " read from JSON");
        Assert.Equal((transform.InputWidth, transform.OutputWidth, transform.CanInvert, transform.On), (read.InputWidth, read.OutputWidth, read.CanInvert, read.On));
    }

    private static void ForEach(string kind, Action<JsonElement> check)
    {
        foreach (JsonElement c in Cases("transforms.json", kind)) check(c);
    }

    private static double[] Inverse(Transform t, double[] y)
    {
        double[] x = new double[y.Length / t.OutputWidth * t.InputWidth];
        t.Invert<double>(y, x);
        return x;
    }

    private static Dataset Rows(double[] x, int width) => Dataset.Create(x, width, new int[x.Length / width]);

    private static double[] Values(Dataset data)
    {
        double[] values = new double[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], values.AsSpan());
        return values;
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
}
