using System.Text.Json;
using ModelDsl.Tests.LinearModels;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.Choosing;

/// <summary>Scores against the number of samples, against scikit-learn's learning_curve of a linear regression.</summary>
public class LearningCurveTests
{
    private static readonly JsonElement Expected = ReferenceFile.Cases("choosing.json", "learning")[0];

    private readonly struct Ten : IDense { public static int Inputs => 10; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    [Fact]
    public void Scores_AreScikitLearns()
    {
        LearningCurve curve = LearningCurve.Run(LinearData.Values("diabetes").KFold(5), Regression, parallelism: 2, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Expected.Ints("sizes"), curve.Points.Select(p => p.Samples));
        ReferenceFile.Close(Expected.Numbers("train"), [.. curve.Points.SelectMany(p => p.Train.Scores)], 1e-9, "train");
        ReferenceFile.Close(Expected.Numbers("test"), [.. curve.Points.SelectMany(p => p.Validation.Scores)], 1e-9, "validation");
    }

    [Fact]
    public void Folds_MayBeRepeated_AndSizesGiven()
    {
        Dataset data = LinearData.Values("diabetes");
        LearningCurve curve = LearningCurve.Run([.. data.KFold(5, seed: 1), .. data.KFold(5, seed: 2)], Regression, [20, 200], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([20, 200], curve.Points.Select(p => p.Samples));
        Assert.All(curve.Points, p => Assert.Equal(10, p.Validation.Scores.Distinct().Count()));
        // More samples are harder to learn by heart, and tell more.
        Assert.True(curve.Points[0].Train.Mean > curve.Points[1].Train.Mean && curve.Points[0].Validation.Mean < curve.Points[1].Validation.Mean, curve.ToString());
    }

    [Fact]
    public void Tables_AndFigures_ShowMeansAndDeviations()
    {
        LearningCurve curve = new([new(10, new([0.9, 1]), new([0.5, 0.7])), new(100, new([0.8, 0.8]), new([0.7, 0.8]))]);
        Assert.Equal("""
            samples  train     ±  validation     ±
                 10   0.95  0.05         0.6   0.1
                100    0.8     0        0.75  0.05

            """.ReplaceLineEndings("\n"), curve.ToString());
        string html = Figure.Learning(curve, "R²").Html;
        Assert.Contains("train: 0.95 at 10<", html, StringComparison.Ordinal);
        Assert.Contains("validation: 0.75 at 100<", html, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("curve", () => Figure.Learning(new([curve.Points[0]])));
    }

    [Fact]
    public void BadInput_IsRefused()
    {
        IReadOnlyList<DatasetFold> folds = Dataset.Create([1.0, 2, 3, 4, 5], 1, [1.0, 2, 3, 4, 5], 1).KFold(5);
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Throws<ArgumentException>("folds", () => LearningCurve.Run([], Regression, cancellation: token));
        foreach (int[] sizes in (int[][])[[], [0], [2, 2], [3, 2], [5]]) Assert.Throws<ArgumentException>("sizes", () => LearningCurve.Run(folds, Regression, sizes, cancellation: token));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningCurve.Run(folds, Regression, parallelism: 0, cancellation: token));
        Assert.Throws<OperationCanceledException>(() => LearningCurve.Run(folds, Regression, cancellation: new CancellationToken(true)));
    }

    private static Func<Dataset, double> Regression(Dataset train)
    {
        var model = new DenseModel<double, Ten>();
        LeastSquares.Fit(model, train);
        return data =>
        {
            int[] rows = [.. Enumerable.Range(0, data.Count)];
            double[] x = new double[data.Count * data.FeatureSize], y = new double[data.Count];
            data.CopyFeatures<double>(rows, x);
            data.CopyTargets<double>(rows, y);
            return LinearData.R2(y, model.Scores(x));
        };
    }
}
