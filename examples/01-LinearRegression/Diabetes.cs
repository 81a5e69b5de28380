using ModelDsl;

namespace LinearRegression;

/// <summary>A linear regression on ten features.</summary>
[Model(Scalar = Scalar.Double)]
[Input(10)]
[Dense(1)]
[Target(Loss.Mse)]
public sealed partial class Progression;

/// <summary>
/// Real data: how far diabetes progressed within a year, from ten measurements of 442 patients. Gradient descent ends where the closed
/// form of least squares begins, which shows that it has converged; a part held out tells how good such a model is on new patients.
/// </summary>
internal static class Diabetes
{
    private const double ClosedFormR2 = 0.5177484222, ClosedFormMse = 2859.6963475868;
    private static readonly string[] Features = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];

    public static bool Run()
    {
        Dataset patients = Load();

        Dataset all = Scaler.Standard(patients).Apply(patients);
        var trainer = Descend(all);
        Evaluation fit = trainer.Evaluate(all);

        // A test must not leak into training, not even through a mean: both parts are scaled by the training part.
        var (train, _, test) = patients.Split(train: 0.75, validation: 0, test: 0.25, seed: 1);
        Scaler scaler = Scaler.Standard(train);
        Evaluation unseen = Descend(scaler.Apply(train)).Evaluate(scaler.Apply(test));

        Console.WriteLine($"""
            3. Diabetes: {patients.Count} patients, {patients.FeatureSize} features, full-batch gradient descent
               weights {string.Join(", ", Features.Zip(trainer.Parameter("dense1.weight").ToArray(), (name, w) => $"{name} {w:F2}"))}
               bias {trainer.Parameter("dense1.bias")[0]:F2}
               all patients:       R² {fit.R2:F10}, mean squared error {fit.Loss:F4}
               closed form:        R² {ClosedFormR2:F10}, mean squared error {ClosedFormMse:F4}
               {test.Count} unseen patients: R² {unseen.R2:F4}, mean squared error {unseen.Loss:F1}
            """);
        return Math.Abs(fit.R2!.Value - ClosedFormR2) < 1e-8 && Math.Abs(fit.Loss - ClosedFormMse) < 1e-4 && unseen.R2 > 0.4;
    }

    private static Trainer<Progression, double, double> Descend(Dataset train)
    {
        var trainer = Progression.CreateTrainer(new GradientDescent(0.2), new TrainerOptions { Epochs = 5000, BatchSize = TrainerOptions.All });
        trainer.Fit(train);
        return trainer;
    }

    private static Dataset Load()
    {
        using var text = new StreamReader(typeof(Diabetes).Assembly.GetManifestResourceStream("diabetes.csv")!);
        return Csv.Load(text, new CsvOptions { Targets = ["progression"], Scalar = Scalar.Double }, "diabetes.csv");
    }
}
