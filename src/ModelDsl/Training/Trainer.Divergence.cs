using System.Globalization;
using ModelDsl.Kernels;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    private DivergedException Diverged(string what, AlignedMemory<T> block, string kind)
    {
        ParameterInfo? first = Array.Find(
            Info.Parameters, p => p.Offset + p.Length <= block.Length && Field.FirstNotFinite<T>(block.Span.Slice(p.Offset, p.Length)) >= 0);
        string where = first is null ? $"every {kind} is finite" : $"the first {kind} with a value that is not finite is {first.Name}";
        DivergenceEvidence evidence = Evidence();
        return new DivergedException(State.Step + 1, first?.Name, evidence, $"""
            {what} at step {State.Step + 1} of {Info.Name}, though the batch is finite; {where}. Parameters are as they were before the step. Check, in this order:
            {evidence}
            """);
    }

    /// <summary>The smoothed loss of a finite run has grown too much. The batch is still in the trainer's memory.</summary>
    private DivergedException Grown(double loss, double first)
    {
        Locate();
        _workspace.Begin(Model.Parameters, _workspace.Batch, _addresses, _shape.Sizes);
        Run();
        ParameterInfo? largest = Info.Parameters.Where(p => p.Trainable).MaxBy(p => Share(p));
        DivergenceEvidence evidence = Evidence();
        return new DivergedException(State.Step, largest?.Name, evidence, string.Create(CultureInfo.InvariantCulture, $"""
            The loss has grown from {first:G4} to {loss:G4} by step {State.Step} of {Info.Name}; beside its values, the gradient of {largest?.Name} is largest. Check, in this order:
            {evidence}
            """));

        double Share(ParameterInfo p) => Norm(_gradients.Span.Slice(p.Offset, p.Length)) / (Norm(Model.Parameters.Span.Slice(p.Offset, p.Length)) + 1e-12);
    }

    /// <summary>Measures on the batch that the workspace holds; changes gradients only.</summary>
    private DivergenceEvidence Evidence()
    {
        T[] kept = Model.Parameters.Span.ToArray();
        double? curvature = Curvature();
        bool fresh = curvature is null;
        if (fresh)
        {
            TModel.Create().Parameters.Span.CopyTo(Model.Parameters.Span);
            curvature = Curvature();
        }
        Run();
        (string? dead, double fraction) = DeadUnits();
        kept.CopyTo(Model.Parameters.Span);
        (int bad, double input, double target) = Data();
        return new(LearningRate, curvature, fresh && curvature is not null, dead, fraction, _workspace.Batch, bad, input, target);
    }

    private void Run()
    {
        _ = Model.Parameters.Span;          // a device gets what was written through an older span
        Programs<TModel, T>.Forward(_workspace);
        Programs<TModel, T>.Backward(_workspace);
    }

    /// <summary>Power iteration with H·v ≈ (g(w + εv) − g(w − εv))/2ε. Null where a gradient is not finite.</summary>
    private double? Curvature()
    {
        const int iterations = 12;
        Span<T> w = Model.Parameters.Span[..Info.TrainableLength];
        T[] middle = w.ToArray();
        Run();
        double[] v = Doubles(_gradients.Span);
        double[] above = new double[v.Length];
        double size = 1 + Norm<T>(middle), curvature = 0;
        for (int i = 0; i < iterations && Unit(v); i++)
        {
            double step = 1e-3 * size;
            Gradient(w, middle, v, step);
            Doubles(_gradients.Span).CopyTo(above, 0);
            Gradient(w, middle, v, -step);
            curvature = 0;
            for (int j = 0; j < v.Length; j++)
            {
                double product = (above[j] - double.CreateTruncating(_gradients.Span[j])) / (2 * step);
                curvature += v[j] * product;
                v[j] = product;
            }
        }
        middle.CopyTo(w);
        return double.IsFinite(curvature) && Array.TrueForAll(v, double.IsFinite) ? curvature : null;
    }

    /// <summary>The gradient at w + step·v.</summary>
    private void Gradient(Span<T> w, T[] middle, double[] v, double step)
    {
        for (int i = 0; i < w.Length; i++) w[i] = middle[i] + T.CreateTruncating(step * v[i]);
        Run();
    }

    private static double[] Doubles(ReadOnlySpan<T> x)
    {
        var values = new double[x.Length];
        for (int i = 0; i < x.Length; i++) values[i] = double.CreateTruncating(x[i]);
        return values;
    }

    /// <summary>Divides by the norm; false where that is 0 or not finite.</summary>
    private static bool Unit(double[] v)
    {
        double norm = Norm<double>(v);
        if (!(norm > 0) || !double.IsFinite(norm)) return false;
        for (int i = 0; i < v.Length; i++) v[i] /= norm;
        return true;
    }

    private static double Norm<TElement>(ReadOnlySpan<TElement> x) where TElement : System.Numerics.INumberBase<TElement>
    {
        double sum = 0;
        foreach (TElement value in x) sum += Math.Pow(double.CreateTruncating(value), 2);
        return Math.Sqrt(sum);
    }

    /// <summary>Weights are (…, in, out): the column of a unit that is never active gets no gradient.</summary>
    private (string? Name, double Fraction) DeadUnits()
    {
        (string? name, double most) = (null, 0);
        foreach (ParameterInfo p in Info.Parameters)
        {
            if (!p.Trainable || p.Shape.Length < 2) continue;
            ReadOnlySpan<T> g = _gradients.Span.Slice(p.Offset, p.Length);
            int columns = p.Shape[^1], dead = columns;
            for (int j = 0; j < columns; j++)
                for (int i = j; i < g.Length; i += columns)
                {
                    if (T.IsZero(g[i])) continue;
                    dead--;
                    break;
                }
            if ((double)dead / columns > most) (name, most) = (p.Name, (double)dead / columns);
        }
        return (name, most);
    }

    private (int Bad, double Input, double Target) Data()
    {
        var bad = new bool[_workspace.Batch];
        double input = 0, target = 0;
        for (int i = 0; i < _shape.Inputs.Length; i++)
            if (_shape.Inputs[i] is { IsClass: false } field) input = Math.Max(input, Largest(_workspace.Input<T>(field.Size, i), field.Size, bad));
        for (int i = 0; i < _shape.Targets.Length; i++)
            if (_shape.Targets[i] is { IsClass: false } field) target = Math.Max(target, Largest(_workspace.Target<T>(field.Size, i), field.Size, bad));
        return (bad.Count(b => b), input, target);
    }

    private static double Largest(ReadOnlySpan<T> x, int width, bool[] bad)
    {
        double largest = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (T.IsFinite(x[i])) largest = Math.Max(largest, Math.Abs(double.CreateTruncating(x[i])));
            else bad[i / width] = true;
        }
        return largest;
    }
}
