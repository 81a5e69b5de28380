namespace ModelDsl.Tests.Data;

/// <summary>Weights stay with their samples, and classes are found in binary values.</summary>
public class WeightTests
{
    private const int N = 60;

    /// <summary>Sample i has the feature i, the target 2i and the weight i.</summary>
    private static readonly Dataset Numbered = Dataset.Create(
        [.. Enumerable.Range(0, N).Select(i => (double)i)], 1, Array.ConvertAll([.. Enumerable.Range(0, N)], i => 2.0 * i), 1).WithWeights([.. Enumerable.Range(0, N).Select(i => (double)i)]);

    private static readonly int[] Classes = [.. Enumerable.Range(0, N).Select(i => i % 5 == 0 ? 1 : 0)];

    private static readonly Dataset Labels = Dataset.Create(new float[N], 1, Classes);

    [Fact]
    public void RowsAndWeights_StayTogether()
    {
        int[] groups = [.. Enumerable.Range(0, N).Select(i => i / 4)];
        DatasetSplit split = Numbered.Split(0.5, 0.3, 0.2, 3), byGroup = Numbered.SplitByGroup(0.5, 0.3, 0.2, 3, groups), inOrder = Numbered.SplitInOrder(0.5, 0.3, 0.2);
        Dataset[] parts =
        [
            Numbered, Numbered.Shuffle(1), Numbered.Take(7), Numbered.Select([5, 5, 3]), Numbered.Shuffle(2).Select([1, 2]).WithoutWeights().WithWeights([58, 14]), Numbered.Sample(30, [.. Enumerable.Repeat(1.0, N)], 4),
            split.Train, split.Validation, split.Test, byGroup.Train, byGroup.Test, inOrder.Train, inOrder.Test,
            .. Numbered.KFold(3, 2).Select(f => f.Train), .. Numbered.KFold(3, 2).Select(f => f.Validation), .. Numbered.GroupKFold(3, groups).Select(f => f.Validation), .. Numbered.TimeFolds(3).Select(f => f.Train),
            .. DataSource.From(_ => Numbered.KFold(4).Select(f => f.Validation)).Shuffle(13, 5).Batches(9).Prefetch().Read(1),
            Scaler.Standard(Numbered, on: "targets").Apply(Numbered),
        ];
        foreach (Dataset part in parts.Where(p => p != parts[4]))
        {
            Assert.True(part.Count > 0);
            Assert.Equal(Features(part), Weights(part));
        }
        Assert.Equal([58, 14], Weights(parts[4]));
    }

    [Fact]
    public void Weights_AreReplaced_Copied_AndTakenAway()
    {
        double[] given = [.. Enumerable.Repeat(2.0, N)];
        Dataset twice = Numbered.WithWeights(given);
        given[0] = 7;
        Assert.Equal(Enumerable.Repeat(2.0, N), Weights(twice));
        Assert.Contains("has no weights of this target", Assert.Throws<InvalidOperationException>(() => Weights(twice.WithoutWeights())).Message);
    }

    [Fact]
    public void OfSeveralTargets_EachHasItsOwn()
    {
        Dataset data = Dataset.Create([DataColumn.Of("x", new float[3])], [DataColumn.Of("a", new float[3]), DataColumn.Of("b", [0, 1, 1])])
            .WithWeights([1, 2, 3], "a").WithClassWeights("b").Select([2, 0]);
        double[] a = new double[2], b = new double[2];
        data.CopyWeights([0, 1], a, "a");
        data.CopyWeights([0, 1], b, "b");
        Assert.Equal([3, 1, 0.75, 1.5], a.Concat(b));
        Assert.Contains("There are the targets 'a', 'b': name one", Assert.Throws<ArgumentException>(() => data.WithWeights([1, 2])).Message);
        Assert.Contains("There is no target 'c'", Assert.Throws<ArgumentException>(() => data.WithClassWeights("c")).Message);
    }

    [Theory]
    [InlineData(-1.0), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void WeightsThatAreNone_AreRefused(double weight)
    {
        Assert.Contains("weights[1] is", Assert.Throws<ArgumentException>(() => Labels.Take(2).WithWeights([1, weight])).Message);
        Assert.Contains("weights[1] is", Assert.Throws<ArgumentException>(() => Labels.WithClassWeights([1, weight])).Message);
    }

    [Fact]
    public void Errors_NameWhatIsWrong()
    {
        Assert.Contains("There are 2 weights for 60 samples", Assert.Throws<ArgumentException>(() => Labels.WithWeights([1, 2])).Message);
        Assert.Contains("Sample 0 is of class 1; there are weights for the classes 0 to 0", Assert.Throws<ArgumentException>(() => Labels.WithClassWeights([1])).Message);
        Assert.Contains("The targets are values, such as 2", Assert.Throws<InvalidOperationException>(() => Numbered.WithClassWeights()).Message);
        Assert.Contains("other columns than those before", Assert.Throws<InvalidOperationException>(() => DataSource.From(_ => [Labels, Labels.WithClassWeights()]).Batches(50).Read(0).Count()).Message);
        Assert.Contains("Weighted samples cannot be mixed", Assert.Throws<ArgumentException>(() =>
            new ImageAugmentation(new ImageSize(1, 1)) { Mixup = 0.5 }.Apply(Labels.WithClassWeights().OneHotTargets(2)).Read(0).Count()).Message);
    }

    /// <summary>Balanced weights, scikit-learn's compute_class_weight: n/(k·nₖ); those of a training part serve others.</summary>
    [Fact]
    public void ClassWeights_AreThoseOfEachSamplesClass()
    {
        Assert.Equal([60 / (2 * 48.0), 60 / (2 * 12.0)], Labels.ClassWeights());
        Assert.Equal(Classes.Select(c => c == 1 ? 2.5 : 0.625), Weights(Labels.WithClassWeights()));
        Assert.Equal([4, 3, 3], Weights(Labels.Take(3).WithClassWeights([3, 4])));
    }

    /// <summary>0 and 1, −1 and 1, in either type: all that looks at classes does as with labels.</summary>
    [Theory]
    [InlineData(0f), InlineData(-1f)]
    public void BinaryValues_AreClasses(float low)
    {
        Dataset singles = Dataset.Create(new float[N], 1, Array.ConvertAll(Classes, c => c == 1 ? 1 : low), 1), doubles = Dataset.Create(new double[N], 1, Array.ConvertAll(Classes, c => c == 1 ? 1.0 : low), 1);
        foreach (Dataset values in (Dataset[])[singles, doubles])
        {
            Assert.Equal(Labels.ClassCounts(), values.ClassCounts());
            Assert.Equal(Labels.ClassWeights(), values.ClassWeights());
            Assert.Equal(Weights(Labels.WithClassWeights()), Weights(values.WithClassWeights()));
            Assert.Equal(Labels.Describe().Classes, values.Describe().Classes);
            Assert.Equal(Positives(Labels.SampleBalanced(500, 3)), Positives(values.SampleBalanced(500, 3)));
            Assert.Equal(Labels.StratifiedKFold(4, 7).Select(f => Positives(f.Validation)), values.StratifiedKFold(4, 7).Select(f => Positives(f.Validation)));
            Assert.Equal([12 * 7 / 10, 12 * 3 / 10 + 1], new[] { values.Shuffle(9).Split(0.7, 0.3, 0, 5, stratify: true) }.SelectMany(s => new[] { Positives(s.Train), Positives(s.Validation) }));
            double[] hot = new double[2 * N];
            values.OneHotTargets(2).CopyTargets<double>([.. Enumerable.Range(0, N)], hot);
            Assert.Equal(Classes.SelectMany(c => c == 1 ? new[] { 0.0, 1 } : [1, 0]), hot);
        }
    }

    [Fact]
    public void OtherValues_HaveNoClasses()
    {
        foreach (double[] values in (double[][])[[0, 1, 0.5], [-1, 0, 1], [1, double.NaN, 0]])
        {
            Dataset data = Dataset.Create(new double[3], 1, values, 1);
            Assert.Contains("values of two classes, 0 and 1 or −1 and 1", Assert.Throws<InvalidOperationException>(data.ClassCounts).Message);
            Assert.Throws<InvalidOperationException>(() => data.StratifiedKFold(2));
            Assert.Null(data.Describe().Classes);
        }
        Assert.Contains("a stratified split needs one label a sample", Assert.Throws<InvalidOperationException>(() => Dataset.Create(new double[2], 1, [0.0, 1, 1, 0], 2).Split(0.5, 0.5, 0, 1, stratify: true)).Message);
    }

    [Fact]
    public void AsynchronousChunks_AreASource()
    {
        IDataSource source = DataSource.From(Chunks, 2 * N).Batches(50).Prefetch();
        Assert.Equal(2 * N, source.Count);
        Assert.Equal([50, 50, 20], source.Read(3).Select(c => c.Count));

        static async IAsyncEnumerable<Dataset> Chunks(int epoch)
        {
            for (int i = 0; i < 2; i++)
            {
                await Task.Yield();
                yield return Numbered;
            }
        }
    }

    private static double[] Features(Dataset data)
    {
        double[] values = new double[data.Count];
        data.CopyFeatures<double>([.. Enumerable.Range(0, data.Count)], values);
        return values;
    }

    private static double[] Weights(Dataset data)
    {
        double[] values = new double[data.Count];
        data.CopyWeights([.. Enumerable.Range(0, data.Count)], values);
        return values;
    }

    private static int Positives(Dataset data) => data.ClassCounts().ElementAtOrDefault(1);
}
