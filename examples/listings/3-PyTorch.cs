// PyTorch: nn.Linear, MSELoss, SGD(0.01); for each epoch forward, loss, zero_grad, backward, step. 20 lines there.
[Model(Scalar = Scalar.Double), Input(1), Dense(1, Weights = Initializer.Zeros), Target(Loss.Mse)]
public sealed partial class SteppedLine
{
    public static (double Weight, double Bias) Fit()
    {
        double[] x = [1, 2, 3, 4], y = [2, 4, 6, 8];
        var trainer = CreateTrainer(new Sgd(0.01));
        for (int epoch = 1; epoch <= 100; epoch++)
        {
            double loss = trainer.Forward(x, y);
            trainer.Backward();
            trainer.Apply();
            if (epoch % 20 == 0) Console.WriteLine($"   epoch {epoch}: loss {loss:F4}");
        }

        return (trainer.Parameter("dense1.weight")[0], trainer.Parameter("dense1.bias")[0]);
    }
}
