using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelDsl.Tests.LinearModels;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.Choosing;

/// <summary>Folds, scaling fitted on each training part, logistic regression, cross-validation and grid search together, against scikit-learn's pipeline on the same data.</summary>
public class WorkflowTests
{
    private static readonly JsonElement Expected = ReferenceFile.Cases("choosing.json", "choosing")[0];

    [Fact]
    public void CrossValidation_OfAPipeline_IsScikitLearns()
    {
        CrossValidation result = CrossValidation.Run(Cancer().StratifiedKFold(5), (train, test) => Accuracy(train, test, c: 1), parallelism: 2, TestContext.Current.CancellationToken);
        double[] scores = Expected.Numbers("scores");
        Assert.Equal(scores.Length, result.Scores.Count);
        for (int i = 0; i < scores.Length; i++) Assert.Equal(scores[i], result.Scores[i], 1e-12);

        // the checklist's
        Assert.Equal([0.98246, 0.98246, 0.97368, 0.97368, 0.99115], result.Scores.Select(s => Math.Round(s, 5)));
    }

    [Fact]
    public void GridSearch_ChoosesWhatScikitLearnChooses()
    {
        Dataset cancer = Cancer();
        var space = new SearchSpace();
        SearchAxis<double> c = space.Choice("C", Expected.Numbers("grid"));
        SearchResult result = Search.Grid(space, trial => CrossValidation.Run(cancer.StratifiedKFold(5), (train, test) => Accuracy(train, test, c[trial])).Mean, new SearchOptions { Parallelism = 2 });
        Assert.Equal(Expected.Number("best"), c[result.Best]);
        double[] means = Expected.Numbers("means");
        for (int i = 0; i < means.Length; i++) Assert.Equal(means[i], result.Trials[i].Score, 1e-12);
    }

    /// <summary>Malignant tumours are the class that counts; the threshold is moved between all and none.</summary>
    [Fact]
    public void Search_MaximisesF1_WhereTheMeanOfTheMetricIsGreatest()
    {
        (Dataset train, _, Dataset test) = Cancer().Split(0.7, 0, 0.3, seed: 4, stratify: true);
        Scaler scaler = Scaler.Standard(train);
        var model = new DenseModel<double, Benign>();
        (double[] known, double[] labels) = Values(scaler.Apply(train));
        LogisticRegression.Fit(model, Dataset.Create(known, train.FeatureSize, labels, 1), cancellation: TestContext.Current.CancellationToken);
        (double[] x, double[] benign) = Values(scaler.Apply(test));
        double[] malignant = Array.ConvertAll(model.Scores(x), z => -z);
        int[] truth = Array.ConvertAll(benign, b => 1 - (int)b);
        double F1(double threshold) => ConfusionMatrix.Of(truth, Array.ConvertAll(malignant, z => z > threshold ? 1 : 0), 2).Scores(Average.Binary).F1;

        var space = new SearchSpace();
        SearchAxis<double> threshold = space.Real("threshold", -8, 8);
        SearchResult best = Search.Grid(space, trial => F1(threshold[trial]), new SearchOptions { Direction = Direction.Maximize }, steps: 33);
        SearchResult worst = Search.Grid(space, trial => F1(threshold[trial]), new SearchOptions { Direction = Direction.Minimize }, steps: 33);
        Assert.Equal(Enumerable.Range(0, 33).Max(i => F1(-8 + i / 2.0)), best.Best.Score);
        Assert.Equal(Enumerable.Range(0, 33).Min(i => F1(-8 + i / 2.0)), worst.Best.Score);
        Assert.True(best.Best.Score > 0.95 && worst.Best.Score < 0.7, $"{best.Best.Score}, {worst.Best.Score}");
    }

    private static double Accuracy(Dataset train, Dataset test, double c)
    {
        Scaler scaler = Scaler.Standard(train);
        var model = new DenseModel<double, Benign>();
        (double[] x, double[] y) = Values(scaler.Apply(train));
        LogisticRegression.Fit(model, Dataset.Create(x, train.FeatureSize, y, 1), c, options: new LinearFitOptions { MaxIterations = 1000 });
        (double[] unseen, double[] benign) = Values(scaler.Apply(test));
        return model.Scores(unseen).Zip(benign, (z, label) => z > 0 == label > 0 ? 1.0 : 0).Average();
    }

    /// <summary>Labels as the targets 0 and 1 of a binary loss.</summary>
    private static (double[] X, double[] Y) Values(Dataset data)
    {
        int[] rows = [.. Enumerable.Range(0, data.Count)], labels = new int[data.Count];
        double[] x = new double[data.Count * data.FeatureSize];
        data.CopyFeatures<double>(rows, x);
        data.CopyTargets<int>(rows, labels);
        return (x, Array.ConvertAll(labels, label => (double)label));
    }

    private static Dataset Cancer([CallerFilePath] string file = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(file)!, "..", "Reference", "breast_cancer.csv.gz");
        return Csv.Load(path, new CsvOptions { Header = false, Scalar = Scalar.Double });
    }

    private readonly struct Benign : IDense
    {
        public static int Inputs => 30;
        public static int Outputs => 1;
        public static Loss Loss => Loss.BinaryCrossEntropy;
        public static bool Bias => true;
    }
}
