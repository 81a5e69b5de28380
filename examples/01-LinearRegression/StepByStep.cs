using ModelDsl;

namespace LinearRegression;

/// <summary>The same descent by hand: forward, loss, backward, apply. What you would write for a loss to watch, or gradients to look at.</summary>
internal static class StepByStep
{
    public static bool Run()
    {
        double[] x = [1, 2, 3, 4], y = [2, 4, 6, 8];
        var trainer = Line.CreateTrainer(new Sgd(0.01));

        Console.WriteLine("2. Step by step: the same line");
        for (int step = 1; step <= 100; step++)
        {
            double loss = trainer.Forward(x, y);
            trainer.Backward();
            if (step is 1 or 2 or 3 or 10 or 100)
                Console.WriteLine($"   step {step,3}: loss {loss,9:F6}, dloss/dw {trainer.Gradient("dense1.weight")[0],10:F6}");
            trainer.Apply();
        }

        double w = trainer.Parameter("dense1.weight")[0];
        Console.WriteLine($"   w = {w:F6}\n");
        return Math.Abs(w - 1.8463473673) < 1e-6;
    }
}
