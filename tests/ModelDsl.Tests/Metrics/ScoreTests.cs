using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Metrics;

public class ScoreTests
{
    /// <summary>The checklist's numbers, scikit-learn's.</summary>
    private static readonly int[] Labels = [0, 0, 1, 1, 1, 0, 1, 0];

    private static readonly double[] Scores = [.1, .4, .35, .8, .65, .5, .9, .2];

    [Fact]
    public void Checklist_F1()
    {
        ConfusionMatrix matrix = ConfusionMatrix.Of(Labels, [0, 0, 0, 1, 1, 1, 1, 0]);
        Assert.Equal(new ClassScores(0.75, 0.75, 0.75, 4), matrix.Scores(Average.Binary));
        Assert.Equal((0.75, 3L, 1L, 1L, 3L), (matrix.Accuracy, matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]));
        ScoreCurve curve = ScoreCurve.Of(Scores, Labels);
        Assert.Equal(0.875, curve.RocAuc, 1e-12);
        Assert.Equal(0.916667, curve.AveragePrecision, 5e-7);
        Assert.Equal(0.417698, ProbabilityScores.Of(Scores, Labels, 2).LogLoss, 5e-7);
    }

    [Fact]
    public void NoSamples_AreNaN()
    {
        Assert.True(double.IsNaN(new ConfusionCounts(2).Result.Accuracy));
        Assert.True(double.IsNaN(new RegressionSums().Result.Mse));
        Assert.True(double.IsNaN(new RegressionSums().Result.ExplainedVariance));
        Assert.True(double.IsNaN(new ProbabilitySums(3).Result.LogLoss));
        ScoreCurve none = new ScoreHistogram().Curve;
        Assert.True(double.IsNaN(none.RocAuc));
        Assert.Equal(0, none.AveragePrecision);
        Assert.Contains("no best point", Assert.Throws<InvalidOperationException>(() => none.BestF1).Message);
    }

    [Fact]
    public void AClassWithoutSamples_HasNoArea()
    {
        ClassCurves curves = ClassCurves.Of([0.7, 0.2, 0.1, 0.1, 0.8, 0.1], [0, 1], 3);
        Assert.Equal(1, curves[0].RocAuc);
        Assert.True(double.IsNaN(curves.RocAuc(MultiClass.OneVsRest).Value) && double.IsNaN(curves.RocAuc(MultiClass.OneVsOne).Value));
        Assert.Equal("0.5000 ± 0.2500", new RocAuc(0.5, 0.25).ToString());
    }

    [Fact]
    public void SamplesWithoutAPrediction_AreWrongAndOfNoClass()
    {
        ConfusionMatrix matrix = ConfusionMatrix.Of([0, 1, 1, -1], [0, 1, -1, -1], 2);
        Assert.Equal(0.5, matrix.Accuracy);
        Assert.Equal(new ClassScores(1, 0.5, 2 / 3.0, 2), matrix.ScoresOf(1));
        Assert.Equal((1L, 1L), (matrix[1, -1], matrix[-1, -1]));
        Assert.Contains("none", matrix.ToString());
    }

    [Fact]
    public void Matrix_PrintsARowForEachClass() =>
        Assert.Equal("actual \\ predicted      0    1\n0                       1    0\n1                       2    1\n", ConfusionMatrix.Of([0, 1, 1, 1], [0, 1, 0, 0]).ToString());

    [Fact]
    public void Matrix_NamesItsClasses()
    {
        ConfusionMatrix matrix = ConfusionMatrix.Of([0, 1, 1, -1], [0, 1, 0, 1]), named = matrix.WithClassNames(["setosa", "iris"]);
        string[] lines = ["actual \\ predicted   " + "setosa   iris   none", "setosa".PadRight(26) + "1      0      0", "iris".PadRight(26) + "1      1      0", "none".PadRight(26) + "0      1      0", ""];
        Assert.Equal(string.Join('\n', lines), named.ToString());
        Assert.Equal(matrix, named);
        Assert.Contains("2 classes and 1 names", Assert.Throws<ArgumentException>(() => matrix.WithClassNames(["a"])).Message);
    }

    [Fact]
    public void Evaluation_HasTheDataSetsClassNames()
    {
        ConfusionMatrix Confusion(string csv) => new Trainer<ClassModel, float, int>(new(), new Sgd()).Evaluate(Csv.Load(new StringReader(csv))).Confusion!;
        Assert.Equal(["a", "b", "c"], Confusion("x,y\n0,b\n0,c\n0,a\n").ClassNames!);
        Assert.Null(Confusion("x,y\n0,2\n0,0\n").ClassNames);
        // The model has a class more than the data have names.
        Assert.Null(Confusion("x,y\n0,b\n0,a\n").ClassNames);
    }

    [Fact]
    public void Errors_NameWhatIsWrong()
    {
        Assert.Contains("2 labels and 1 predictions", Assert.Throws<ArgumentException>(() => ConfusionMatrix.Of([0, 1], [0])).Message);
        Assert.Contains("Classes are 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => ConfusionMatrix.Of([0, 2], [0, 0], 2)).Message);
        Assert.Contains("There are 3 classes", Assert.Throws<InvalidOperationException>(() => ConfusionMatrix.Of([0, 2], [0, 0]).Scores(Average.Binary)).Message);
        Assert.Contains("A score is NaN", Assert.Throws<ArgumentException>(() => ScoreCurve.Of([double.NaN], [1])).Message);
        Assert.Contains("A label is 2", Assert.Throws<ArgumentException>(() => ScoreCurve.Of([0.5f], [2])).Message);
        Assert.Contains("give 3 for each label", Assert.Throws<ArgumentException>(() => ProbabilityScores.Of([0.5f, 0.5f], [0], 3)).Message);
        Assert.Contains("A label is 3; classes are 0 to 2", Assert.Throws<ArgumentException>(() => ProbabilityScores.Of([0.5f, 0.5f, 0], [3], 3)).Message);
        Assert.Contains("in rows of 2", Assert.Throws<ArgumentException>(() => RegressionScores.Of([0.5f], [1f], 2)).Message);
        Assert.Contains("2 labels and 3 scores; give 3 for each", Assert.Throws<ArgumentException>(() => ClassCurves.Of([0.5f, 0.5f, 0], [0, 1], 3)).Message);
        Assert.Contains("A score is NaN", Assert.Throws<ArgumentException>(() => new ClassHistograms(2).Add([double.NaN, 0], [1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassCurves.Of([0.5f, 0.5f], [0], 2).RocAuc(MultiClass.OneVsOne, Average.Micro));
        Assert.Contains("no range", Assert.Throws<ArgumentException>(() => new ScoreHistogram(4, 1, 1)).Message);
    }

    [Fact]
    public void NaNProbabilities_AreNeverFound()
    {
        ProbabilityScores scores = ProbabilityScores.Of([double.NaN, 0.5, 0.5, 0.2, double.NaN, 0.8], [0, 2], 3, 1);
        Assert.Equal(0, scores.TopK);
        Assert.True(double.IsNaN(scores.LogLoss));
    }

    [Fact]
    public void Curves_PrintTheirAreas()
    {
        Assert.Equal("ROC-AUC 0.8750, average precision 0.9167", ScoreCurve.Of(Scores, Labels).ToString());
        var histogram = new ScoreHistogram(2);
        histogram.Add(Scores, Labels);
        Assert.Equal("ROC-AUC 0.7500 ± 0.1875, average precision 0.6875 ± 0.2625", histogram.Curve.ToString());
    }

    [Fact]
    public void ScoresOutsideTheRange_KeepTheErrorHonest()
    {
        double[] scores = [-3, -2, 5, 7, 0.4];
        int[] labels = [1, 0, 0, 1, 1];
        var histogram = new ScoreHistogram(16);
        histogram.Add(scores, labels);
        Assert.InRange(Math.Abs(histogram.Curve.RocAuc - ScoreCurve.Of(scores, labels).RocAuc), 0, histogram.Curve.RocAucError);
    }

    [Fact]
    public void Accumulators_AllocateNothing()
    {
        (var counts, var probabilities, var histogram, var errors) = (new ConfusionCounts(2), new ProbabilitySums(2), new ScoreHistogram(), new RegressionSums());
        Assert.Equal(0, Allocations.Of(() =>
        {
            counts.Add(Labels, Labels);
            probabilities.Add<double>(Scores, Labels);
            histogram.Add<double>(Scores, Labels);
            errors.Add<double>(Scores, Scores);
        }));
    }

    [Fact]
    public void Evaluation_HoldsTheScoresOfItsKind()
    {
        var binary = new ModelDsl.Metrics.MetricAccumulator(Models.Info(Loss.BinaryCrossEntropy).Outputs[0]);
        binary.Add(Scores, Array.ConvertAll(Labels, l => (double)l), 8);
        Evaluation e = binary.Finish(0);
        Assert.Equal(0.75, e.Confusion!.ScoresOf(1).F1);
        Assert.InRange(Math.Abs(e.Curve!.RocAuc - 0.875), 0, e.Curve.RocAucError);
        Assert.Equal(e, binary.Finish(0));

        var classes = new ModelDsl.Metrics.MetricAccumulator(Models.Info(Loss.SparseCrossEntropy, 3).Outputs[0]);
        classes.Add<double>([0.2, 0.5, 0.3, 0.6, 0.2, 0.2], [1, 2], 2);
        e = classes.Finish(0);
        Assert.Equal((-Math.Log(0.5) - Math.Log(0.2)) / 2, e.Probabilities!.LogLoss, 1e-14);
        Assert.Equal((1L, 1L, 0.5), (e.Confusion![1, 1], e.Confusion[2, 0], e.Accuracy));

        var values = new ModelDsl.Metrics.MetricAccumulator(Models.Info().Outputs[0]);
        values.Add<double>([1.0, 2], [1.0, 4], 2);
        e = values.Finish(0);
        Assert.Equal(RegressionScores.Of([1.0, 2], [1, 4]), e.Errors);
        Assert.Equal((2.0, null, null), (e.Mse, e.Confusion, e.Curve));
    }

    [Fact]
    public void ManyClasses_HaveAccuracyWithoutAMatrix()
    {
        var metrics = new ModelDsl.Metrics.MetricAccumulator(Models.Info(Loss.SparseCrossEntropy, 2000).Outputs[0]);
        float[] z = new float[2000];
        z[1999] = 1;
        metrics.Add<float>(z, [1999], 1);
        Assert.Equal((1.0, null), (metrics.Finish(0).Accuracy, metrics.Finish(0).Confusion));
    }
}
