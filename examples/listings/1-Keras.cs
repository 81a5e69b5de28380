// Keras: Sequential([Dense(1, input_shape=[1])]), compile(SGD(0.01), "mean_squared_error"), fit(100 epochs), evaluate. 14 lines there.
// Corrected: evaluate gives one number there, not two, and accuracy means nothing for a regression.
[Model(Scalar = Scalar.Double), Input(1), Dense(1, Weights = Initializer.Zeros), Target(Loss.Mse)]
public sealed partial class Line
{
    public static double LossAfterTraining()
    {
        var trainer = CreateTrainer(new Sgd(0.01), new TrainerOptions { Epochs = 100, BatchSize = TrainerOptions.All });
        trainer.Fit(Dataset.Create([1.0, 2, 3, 4], 1, [2.0, 4, 6, 8], 1));
        return trainer.Evaluate(Dataset.Create([5.0, 6, 7], 1, [10.0, 12, 14], 1)).Loss;
    }
}
