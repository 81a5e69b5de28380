namespace ModelDsl.EndToEnd.Tests;

/// <summary>Gradients of whole models, as generated, against differences.</summary>
internal static class Differences
{
    /// <summary>Fourth-order differences in every trained parameter.</summary>
    /// <param name="trainer">Whose gradients are checked.</param>
    /// <param name="forward">The trainer's Forward on one batch.</param>
    public static void Check<TModel>(Trainer<TModel, double> trainer, Func<double> forward) where TModel : class, IModel<TModel, double>
    {
        forward();
        trainer.Backward();
        double[] gradients = [.. trainer.Gradients];
        foreach (ParameterInfo p in TModel.Info.Parameters.Where(p => p.Trainable))
        {
            for (int i = p.Offset; i < p.Offset + p.Length; i++)
            {
                double At(double step)
                {
                    double kept = trainer.Model.Parameters.Span[i];
                    trainer.Model.Parameters.Span[i] = kept + step;
                    double loss = forward();
                    trainer.Model.Parameters.Span[i] = kept;
                    return loss;
                }

                const double h = 1e-4;
                double difference = (8 * (At(h) - At(-h)) - (At(2 * h) - At(-2 * h))) / (12 * h);
                Assert.Equal(difference, gradients[i], 1e-9);
            }
        }
    }
}
