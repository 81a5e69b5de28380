using ModelDsl;

namespace LinearRegression;

/// <summary>y = w·x + b. One input, one output, the mean squared error; double, so that a check can be sharp.</summary>
[Model(Scalar = Scalar.Double)]
[Input(1)]
[Dense(1, Weights = Initializer.Zeros)]
[Target(Loss.Mse)]
public sealed partial class Line;

/// <summary>The shortest way: data, model, loss, optimizer, train. 100 epochs of gradient descent learn y = 2x from four points.</summary>
internal static class FitALine
{
    public static bool Run()
    {
        Dataset train = Dataset.Create(new double[,] { { 1 }, { 2 }, { 3 }, { 4 } }, [2.0, 4, 6, 8]);
        Dataset test = Dataset.Create(new double[,] { { 5 }, { 6 }, { 7 } }, [10.0, 12, 14]);

        var trainer = Line.CreateTrainer(new Sgd(0.01), new TrainerOptions { Epochs = 100, BatchSize = TrainerOptions.All });
        trainer.Fit(train);

        double w = trainer.Parameter("dense1.weight")[0], b = trainer.Parameter("dense1.bias")[0];
        double mse = trainer.Evaluate(test).Loss;
        double[] y = new double[3];
        trainer.Model.Predict([5, 6, 7], y);

        Console.WriteLine($"""
            1. Fit: y = 2x from four points, 100 epochs
               y = {w:F6}·x + {b:F6}
               x = 5, 6, 7: {y[0]:F3}, {y[1]:F3}, {y[2]:F3}; mean squared error {mse:F6}

            """);
        // PyTorch in double arrives at the same numbers.
        return Math.Abs(w - 1.8463473673) < 1e-6 && Math.Abs(b - 0.4517574093) < 1e-6 && Math.Abs(mse - 0.2367883296) < 1e-6;
    }
}
