#pragma warning disable xUnit1051 // These fits take milliseconds; those that are cancelled have tokens of their own.
using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.LinearModels;

/// <summary>Support vector machines, against liblinear in scikit-learn 1.2.</summary>
public class MarginTests
{
    private readonly struct Hinge : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.Hinge; public static bool Bias => true; }
    private readonly struct HingePlain : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.Hinge; public static bool Bias => false; }
    private readonly struct Squared : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => true; }
    private readonly struct SquaredPlain : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => false; }
    private readonly struct IrisHinge : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.Hinge; public static bool Bias => true; }
    private readonly struct IrisHingePlain : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.Hinge; public static bool Bias => false; }
    private readonly struct Iris : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => true; }
    private readonly struct IrisPlain : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => false; }
    private readonly struct Mae : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.Mae; public static bool Bias => true; }
    private readonly struct Mse : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }
    private readonly struct IrisKernel : IDense { public static int Inputs => 1000; public static int Outputs => 3; public static Loss Loss => Loss.Hinge; public static bool Bias => true; }
    private readonly struct Kernel : IDense { public static int Inputs => 300; public static int Outputs => 1; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => true; }

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (string kind in new[] { "svc", "svr" })
            for (int i = 0; i < ReferenceFile.Cases(LinearData.File, kind).Length; i++) cases.Add(kind, i);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Objectives_are_liblinears(string kind, int index)
    {
        JsonElement c = ReferenceFile.Cases(LinearData.File, kind)[index];
        switch (c.Text("data"), c.Text("loss"), !c.Has("intercept") || c.Flag("intercept"))
        {
            case ("signs", "hinge", true): Check<Hinge>(c); break;
            case ("signs", "hinge", false): Check<HingePlain>(c); break;
            case ("signs", "squared_hinge", true): Check<Squared>(c); break;
            case ("signs", "squared_hinge", false): Check<SquaredPlain>(c); break;
            case ("species", "hinge", true): Check<IrisHinge>(c); break;
            case ("species", "hinge", false): Check<IrisHingePlain>(c); break;
            case ("species", "squared_hinge", true): Check<Iris>(c); break;
            case ("species", "squared_hinge", false): Check<IrisPlain>(c); break;
            case (_, "epsilon_insensitive", _): Check<Mae>(c); break;
            default: Check<Mse>(c); break;
        }
    }

    /// <summary>The objective at the model's own parameters, so that what is reported is proved too.</summary>
    private static void Check<TDense>(JsonElement c) where TDense : IDense
    {
        string set = c.Text("data");
        (double[] x, double[] y, double cost) = (LinearData.X(set), LinearData.Y(set), c.Number("C"));
        var model = new DenseModel<double, TDense>();
        bool smooth = TDense.Loss is Loss.SquaredHinge or Loss.Mse;
        var options = new LinearFitOptions { Tolerance = smooth ? 1e-8 : 5e-5, MaxIterations = 300_000, MaxThreads = 2 };
        MinimizationResult result = c.Has("epsilon")
            ? LinearSvr.Fit(model, LinearData.Values(set), cost, c.Number("epsilon"), options)
            : LinearSvc.Fit(model, LinearData.Values(set), cost, options);
        Assert.True(result.Converged);
        double[] z = model.Scores(x);
        double penalty = 0.5 * (model.Weight.Sum(w => w * w) + (TDense.Bias ? model.Bias.Sum(b => b * b) : 0));
        double objective = penalty + cost * z.Zip(y, (score, t) => LossOf(TDense.Loss, score, t, c.Has("epsilon") ? c.Number("epsilon") : 0)).Sum();
        ReferenceFile.Close(objective, result.Objective, 1e-9, "the objective reported");
        ReferenceFile.Close(c.Number("objective"), objective, smooth ? 1e-8 : 1e-4, "objective");
        if (smooth) ReferenceFile.Close(c.Numbers("weight"), model.Weight, 1e-4, "weight");
    }

    private static double LossOf(Loss loss, double z, double t, double epsilon) => loss switch
    {
        Loss.Hinge => Math.Max(0, 1 - t * z),
        Loss.SquaredHinge => Math.Pow(Math.Max(0, 1 - t * z), 2),
        Loss.Mae => Math.Max(0, Math.Abs(z - t) - epsilon),
        _ => Math.Pow(Math.Max(0, Math.Abs(z - t) - epsilon), 2),
    };

    /// <summary>The folds of StratifiedKFold(5) of 50 samples a class in order, each scaled by its training part: accuracies as scikit-learn's pipeline of StandardScaler and LinearSVC.</summary>
    [Fact]
    public void Iris_in_five_folds()
    {
        double[] accuracies = IrisFolds<Iris>(_ => null);
        ReferenceFile.Close(Assert.Single(ReferenceFile.Cases(LinearData.File, "folds")).Numbers("accuracy"), accuracies, 1e-12, "accuracy");
        Assert.Equal(0.9333, accuracies.Average(), 1e-4);
    }

    /// <summary>The same folds: the linear machine of 1,000 Fourier features is within a standard error of SVC's Gaussian kernel, for whatever features are drawn.</summary>
    [Theory, InlineData(0ul), InlineData(1ul), InlineData(2ul)]
    public void Iris_in_five_folds_by_a_Gaussian_kernel(ulong seed)
    {
        double[] exact = Assert.Single(ReferenceFile.Cases(LinearData.File, "folds")).Numbers("kernel");
        double mean = exact.Average(), standardError = Math.Sqrt(exact.Sum(a => (a - mean) * (a - mean)) / 4 / 5);
        Assert.Equal(0.9533, mean, 1e-4);
        Assert.Equal(mean, IrisFolds<IrisKernel>(train => RandomFourierFeatures.Draw(train, 1000, 0.25, seed)).Average(), standardError);
    }

    /// <summary>The accuracy of each fold's machine, of scaled inputs and what is made of them.</summary>
    private static double[] IrisFolds<TDense>(Func<Dataset, Transform?> then) where TDense : IDense
    {
        double[] x = LinearData.X("iris"), y = LinearData.Y("species");
        int[] fold = Assert.Single(ReferenceFile.Cases(LinearData.File, "folds")).Ints("fold");
        double[] accuracies = new double[5];
        for (int k = 0; k < 5; k++)
        {
            int[] train = [.. Enumerable.Range(0, 150).Where(i => fold[i] != k)], test = [.. Enumerable.Range(0, 150).Where(i => fold[i] == k)];
            Dataset all = Dataset.Create(x, 4, y, 3);
            Scaler scaler = Scaler.Standard(all.Select(train));
            Transform? features = then(scaler.Apply(all.Select(train)));
            Dataset Map(Dataset data) => features is null ? scaler.Apply(data) : features.Apply(scaler.Apply(data));
            var model = new DenseModel<double, TDense>();
            LinearSvc.Fit(model, Map(all.Select(train)));
            double[] mapped = new double[150 * TDense.Inputs];
            Map(all).CopyFeatures([.. Enumerable.Range(0, 150)], mapped.AsSpan());
            double[] z = model.Scores(mapped);
            accuracies[k] = test.Average(i => Enumerable.Range(0, 3).MaxBy(o => z[i * 3 + o]) == Enumerable.Range(0, 3).MaxBy(o => y[i * 3 + o]) ? 1.0 : 0);
        }
        return accuracies;
    }

    [Fact]
    public void Weights_of_samples_are_repetitions()
    {
        double[] x = LinearData.X("signs"), y = LinearData.Y("signs");
        int n = y.Length;
        int[] twice = [.. Enumerable.Range(0, n), .. Enumerable.Range(0, n).Where(i => i % 3 == 0)];
        double[] weights = [.. Enumerable.Range(0, n).Select(i => i % 3 == 0 ? 2.0 : 1)];
        Dataset data = LinearData.Values("signs");
        double Objective<TDense>(Dataset d, double[]? w) where TDense : IDense => LinearSvc.Fit(new DenseModel<double, TDense>(), d, 1, new() { SampleWeights = w, Tolerance = 1e-7, MaxIterations = 20_000 }).Objective;
        ReferenceFile.Close(Objective<Hinge>(data.Select(twice), null), Objective<Hinge>(data, weights), 1e-6, "hinge");
        ReferenceFile.Close(Objective<Squared>(data.Select(twice), null), Objective<Squared>(data, weights), 1e-10, "squared");
    }

    [Fact]
    public void Targets_must_be_signs()
    {
        Assert.Contains("-1 and 1", Assert.Throws<ArgumentException>(() => LinearSvc.Fit(new DenseModel<double, Hinge>(), LinearData.Values("values"))).Message, StringComparison.Ordinal);
        Assert.Contains("Loss.Hinge", Assert.Throws<ArgumentException>(() => LinearSvc.Fit(new DenseModel<double, Mse>(), LinearData.Values("values"))).Message, StringComparison.Ordinal);
    }

    /// <summary>Of D = 20,000 features products are within 4/√D of the kernel.</summary>
    [Fact]
    public void Fourier_features_approximate_the_Gaussian_kernel()
    {
        double[] x = [.. LinearData.X("signs").Take(40)];
        RandomFourierFeatures features = RandomFourierFeatures.Draw(Dataset.Create(x, 5, new int[8]), 20_000, 0.3, seed: 9);
        double[] y = new double[8 * 20_000];
        features.Apply(x, y);
        for (int a = 0; a < 8; a++)
            for (int b = 0; b < 8; b++)
            {
                double distance = Enumerable.Range(0, 5).Sum(j => Math.Pow(x[a * 5 + j] - x[b * 5 + j], 2));
                Assert.Equal(Math.Exp(-0.3 * distance), Enumerable.Range(0, 20_000).Sum(j => y[a * 20_000 + j] * y[b * 20_000 + j]), 4 / Math.Sqrt(20_000));
            }
        double[] again = new double[y.Length];
        Transform.FromJson(features.ToJson()).Apply(x, again);
        Assert.Equal(y, again);
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomFourierFeatures.Draw(LinearData.Values("signs"), 10, 0));
        Assert.Throws<ModelFormatException>(() => Transform.FromJson(features.ToJson().Replace("0.3", "-0.3", StringComparison.Ordinal)));
    }

    /// <summary>A ring around a disc: no line parts them, a line in Fourier features does.</summary>
    [Fact]
    public void A_linear_machine_of_Fourier_features_parts_a_ring_from_a_disc()
    {
        var random = new Random(6);
        const int n = 600;
        double[] x = new double[n * 2], y = new double[n];
        for (int i = 0; i < n; i++)
        {
            (double radius, double angle) = (random.NextDouble() + (i % 2 == 0 ? 0 : 1.5), 2 * Math.PI * random.NextDouble());
            (x[2 * i], x[2 * i + 1], y[i]) = (radius * Math.Cos(angle), radius * Math.Sin(angle), i % 2 == 0 ? -1 : 1);
        }
        Dataset data = Dataset.Create(x, 2, y, 1);
        RandomFourierFeatures features = RandomFourierFeatures.Draw(data, 300, 0.5, seed: 1);
        var model = new DenseModel<double, Kernel>();
        LinearSvc.Fit(model, features.Apply(data.Take(400)));
        double[] mapped = new double[n * 300];
        features.Apply(x, mapped);
        double[] z = model.Scores(mapped);
        Assert.True(Enumerable.Range(400, 200).Average(i => Math.Sign(z[i]) == y[i] ? 1.0 : 0) >= 0.99);
    }
}
