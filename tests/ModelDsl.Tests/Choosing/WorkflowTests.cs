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
