using ModelDsl.Randomness;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    /// <summary>Gradients of the trainer's model, whose parameters are moved, against differences.</summary>
    internal GradientCheckResult CheckGradients(Dataset batch, GradientCheckOptions options, CancellationToken cancellation)
    {
        DatasetColumns columns = RequireFit(batch, nameof(batch));
        _shape.Resize(columns.Symbols);
        Reserve(batch.Count);
        Take(batch, columns, [.. Enumerable.Range(0, batch.Count)]);
        double loss = double.CreateTruncating(ForwardCore(batch.Count));
        BackwardCore(add: false, weight: 1);
        double[] gradients = Doubles(_gradients.Span);
        double tolerance = options.Tolerance ?? (typeof(T) == typeof(double) ? 1e-6 : 1e-2), epsilon = double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        ParameterInfo[] trained = Array.FindAll(Info.Parameters, p => p.Trainable);
        try
        {
            return new(Info.Name, loss, tolerance, [.. trained.Select((p, i) => CheckTensor(p, (uint)i))]);
        }
        finally
        {
            _workspace.End();
        }

        TensorGradientCheck CheckTensor(ParameterInfo p, uint stream)
        {
            int[] order = new int[p.Length];
            Permutation.Fill(order, options.Seed, stream);
            TensorGradientCheck? worst = null;
            foreach (int index in order.Take(options.ElementsPerTensor))
            {
                cancellation.ThrowIfCancellationRequested();
                (double difference, double error) = CheckElement(p.Offset + index);
                if (!(worst?.Error >= error)) worst = new(p.Name, p.Shape, Math.Min(p.Length, options.ElementsPerTensor), index, gradients[p.Offset + index], difference, error);
            }
            return worst!;
        }

        (double Difference, double Error) CheckElement(int i)
        {
            (double Difference, double Error) best = (double.NaN, double.PositiveInfinity);
            foreach (double part in (ReadOnlySpan<double>)[1, 0.1, 0.01])
            {
                double h = part * Math.Pow(epsilon, 0.2) * Math.Max(1, Math.Abs(double.CreateTruncating(Model.Parameters.Span[i])));
                double noise = 16 * epsilon * Math.Max(1, Math.Abs(loss)) / h;
                double difference = (8 * (LossAt(i, h) - LossAt(i, -h)) - (LossAt(i, 2 * h) - LossAt(i, -2 * h))) / (12 * h);
                double error = Math.Abs(gradients[i] - difference) / Math.Max(Math.Max(Math.Abs(gradients[i]), Math.Abs(difference)), noise / tolerance);
                if (error < best.Error) best = (difference, error);
                if (best.Error <= tolerance) break;
            }
            return best;
        }

        // Not finite where the loss is not: outside of a function's domain, for example.
        double LossAt(int i, double step)
        {
            Span<T> w = Model.Parameters.Span;
            T kept = w[i];
            w[i] = T.CreateTruncating(double.CreateTruncating(kept) + step);
            try
            {
                return double.CreateTruncating(ForwardCore(batch.Count));
            }
            catch (DivergedException)
            {
                return double.NaN;
            }
            finally
            {
                w[i] = kept;
            }
        }
    }
}
