using System.Globalization;
using System.Runtime.CompilerServices;

namespace ModelDsl.Benchmarks;

[Model, Input(64), Dense(64, Activation.Relu), Dense(64, Activation.Relu), Dense(10), Target(Loss.SparseCrossEntropy)]
internal sealed partial class Digits;

[Model, Input(32), Dense(64, Activation.Relu), Dense(64, Activation.Relu), Dense(10), Target(Loss.SparseCrossEntropy)]
internal sealed partial class HalfDigits;

[Model, Input(64), Dense(1024, Activation.Relu), Dense(1024, Activation.Relu), Dense(10), Target(Loss.SparseCrossEntropy)]
internal sealed partial class WideDigits;

/// <summary>What makes training faster, one change at a time: how long real digits take to a training loss, and how many of others are right then.</summary>
internal static class Effects
{
    private const double Loss = 0.1;
    private const int Seeds = 3, MostEpochs = 1000;

    /// <summary>Prints a table for each effect; times are medians of runs with different seeds, on one thread where nothing else is said.</summary>
    public static int Print(TextWriter output)
    {
        (Dataset train, Dataset test) = Samples();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{train.Count} digits, 64-64-64-10, to a training loss of {Loss}; {Seeds} seeds, medians"));
        Table(output, "batch size, Sgd(0.05), of single samples Sgd(0.01)",
            [.. new[] { TrainerOptions.All, 256, 32, 8, 1 }.Select(b => (b == TrainerOptions.All ? "all: gradient descent" : b.ToString(CultureInfo.InvariantCulture), Of<Digits>(train, test, new Sgd(b == 1 ? 0.01 : 0.05), b)))]);
        Table(output, "momentum, batches of 32", [("Sgd(0.01)", Of<Digits>(train, test, new Sgd(0.01))), ("Sgd(0.01, 0.9)", Of<Digits>(train, test, new Sgd(0.01, 0.9))), ("with Nesterov", Of<Digits>(train, test, new Sgd(0.01, 0.9, Nesterov: true)))]);
        Table(output, "optimizer, batches of 32",
            [.. new IOptimizer[] { new Sgd(0.01), new AdaGrad(0.01), new RmsProp(1e-3), new Adam(1e-3), new AdamW(1e-3), new Lion(3e-4), new Muon(0.01) }.Select(o => (o.GetType().Name, Of<Digits>(train, test, o)))]);
        Table(output, "threads, 64-1024-1024-10, batches of 128, AdamW(0.001)", [.. new[] { 1, 2 }.Select(t => (t.ToString(CultureInfo.InvariantCulture), Of<WideDigits>(train, test, new AdamW(), 128, t)))]);
        FeatureSelector most = FeatureSelector.ByImportance(Deviations(train), threshold: 0, most: 32);
        Table(output, "features, batches of 32, AdamW(0.001)", [("64", Of<Digits>(train, test, new AdamW())), ("32, those that vary most", Of<HalfDigits>(most.Apply(train), most.Apply(test), new AdamW()))]);
        return 0;
    }

    private static void Table(TextWriter output, string title, (string Name, Run Run)[] rows)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{title,-55}{"epochs",8}{"steps",8}{"ms",9}{"us/step",9}{"samples/s",12}{"test",8}"));
        foreach ((string name, Run r) in rows)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-55}{r.Epochs,8}{r.Steps,8}{r.Seconds * 1e3,9:F1}{r.Seconds / r.Steps * 1e6,9:F1}{r.Samples / r.Seconds,12:N0}{r.Accuracy,8:F3}"));
    }

    private readonly record struct Run(int Epochs, long Steps, double Seconds, double Samples, double Accuracy);

    /// <summary>The run of median time; one before, of some steps, warms up.</summary>
    private static Run Of<TModel>(Dataset train, Dataset test, IOptimizer optimizer, int batch = 32, int threads = 1) where TModel : class, IModel<TModel, float>
    {
        Run Fit(ulong seed, StopCriteria stop)
        {
            var trainer = new Trainer<TModel, float>(TModel.Create(seed), optimizer, new TrainerOptions { Epochs = MostEpochs, BatchSize = batch, Seed = seed, MaxThreads = threads, Stop = stop });
            TrainResult result = trainer.Fit(train);
            return new(result.History.Count, result.Steps, result.Elapsed.TotalSeconds, (double)train.Count * result.History.Count, trainer.Evaluate(test).Accuracy!.Value);
        }
        Fit(0, new StopCriteria { Steps = 1000 });
        return Enumerable.Range(1, Seeds).Select(seed => Fit((ulong)seed, new StopCriteria { Loss = Loss })).OrderBy(r => r.Seconds).ElementAt(Seeds / 2);
    }

    private static double[] Deviations(Dataset data)
    {
        double[] x = new double[data.Count * data.FeatureSize];
        data.CopyFeatures<double>([.. Enumerable.Range(0, data.Count)], x);
        return [.. Enumerable.Range(0, data.FeatureSize).Select(feature =>
        {
            double[] column = [.. Enumerable.Range(0, data.Count).Select(row => x[row * data.FeatureSize + feature])];
            double mean = column.Average();
            return column.Average(v => (v - mean) * (v - mean));
        })];
    }

    /// <summary>The digits of examples/02-Digits, brightness from 0 to 1.</summary>
    private static (Dataset Train, Dataset Test) Samples([CallerFilePath] string file = "")
    {
        string digits = Path.Combine(Path.GetDirectoryName(file)!, "../../examples/02-Digits/digits.csv.gz");
        (Dataset train, _, Dataset test) = Csv.Load(digits, new CsvOptions { Header = false }).Split(0.75, 0, 0.25, seed: 42, stratify: true);
        Scaler scaler = Scaler.MinMax(train);
        return (scaler.Apply(train), scaler.Apply(test));
    }
}
