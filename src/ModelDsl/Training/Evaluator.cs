using ModelDsl.Metrics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>Runs a model without training it, at most 256 samples at a time: more make nothing faster, and need more memory. One thread at a time.</summary>
internal sealed unsafe class Evaluator<TModel, T>(Workers workers)
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 256;
    private static readonly Action<Workspace<T>> PredictProgram = Programs<TModel, T>.Predict, LogitsProgram = Programs<TModel, T>.Logits;

    [ThreadStatic]
    private static Evaluator<TModel, T>? t_current;

    private readonly BatchShape _shape = new(TModel.Info);
    private Workspace<T>? _prediction;
    private Workspace<T>? _logits;
    private Workspace<T>? _evaluation;
    private AlignedMemory<T>? _x, _z, _values;
    private AlignedMemory<int>? _classes;

    /// <summary>This thread's.</summary>
    public static Evaluator<TModel, T> Current => t_current ??= new(Workers.Single);

    /// <summary>Input → predictions. x: (rows, input), y: (rows, output)</summary>
    public void Predict(TModel model, ReadOnlySpan<T> x, Span<T> y)
    {
        int rows = _shape.PredictionRows(x.Length, y.Length);
        _prediction ??= new Workspace<T>(_shape.Info.Prediction, model.Parameters, null, workers);
        Run(_prediction, PredictProgram, model, rows, x, y);
    }

    /// <summary>Input → the last layer's output. x: (rows, input), y: (rows, output)</summary>
    public void Logits(TModel model, ReadOnlySpan<T> x, Span<T> y)
    {
        int rows = _shape.PredictionRows(x.Length, y.Length);
        _logits ??= new Workspace<T>(_shape.Info.Logits, model.Parameters, null, workers);
        Run(_logits, LogitsProgram, model, rows, x, y);
    }

    /// <summary>Loss and metrics over a data set.</summary>
    public Evaluation Evaluate(TModel model, Dataset data)
    {
        _shape.Require(data, nameof(data));
        int chunk = Math.Min(Chunk, data.Count);
        _x = Grown(_x, chunk * _shape.InputSize);
        _z = Grown(_z, chunk * _shape.OutputSize);
        return _shape.TargetIsClass
            ? Evaluate(model, data, _classes = Grown(_classes, chunk))
            : Evaluate(model, data, _values = Grown(_values, chunk * _shape.TargetSize));
    }

    private Evaluation Evaluate<TTarget>(TModel model, Dataset data, AlignedMemory<TTarget> targets) where TTarget : unmanaged, INumberBase<TTarget>
    {
        var metrics = new MetricAccumulator(_shape.Info);
        Workspace<T> s = Evaluation(model);
        Span<int> indices = stackalloc int[Chunk];
        double loss = 0;
        for (int start = 0; start < data.Count; start += Chunk)
        {
            Span<int> rows = indices[..Math.Min(Chunk, data.Count - start)];
            for (int i = 0; i < rows.Length; i++) rows[i] = start + i;
            Span<T> x = _x!.Span[..(rows.Length * _shape.InputSize)], z = _z!.Span[..(rows.Length * _shape.OutputSize)];
            Span<TTarget> y = targets.Span[..(rows.Length * _shape.TargetSize)];
            data.CopyFeatures(rows, x);
            data.CopyTargets(rows, y);
            // The three lie in memory that does not move.
            s.Begin(model.Parameters, rows.Length, Address(x), Address(y), Address(z));
            Programs<TModel, T>.Evaluate(s);
            loss += rows.Length * double.CreateTruncating(s.Loss);
            if (_shape.TargetIsClass) metrics.Add<T>(z, MemoryMarshal.Cast<TTarget, int>(y), rows.Length);
            else metrics.Add<T>(z, MemoryMarshal.Cast<TTarget, T>(y), rows.Length);
        }
        s.End();
        return metrics.Finish(loss / data.Count);
    }

    private void Run(Workspace<T> s, Action<Workspace<T>> program, TModel model, int rows, ReadOnlySpan<T> x, Span<T> y)
    {
        fixed (T* px = x)
        fixed (T* py = y)
        {
            for (int start = 0; start < rows; start += Chunk)
            {
                s.Begin(model.Parameters, Math.Min(Chunk, rows - start), px + (long)start * _shape.InputSize, null, py + (long)start * _shape.OutputSize);
                program(s);
            }
        }
        s.End();
    }

    private Workspace<T> Evaluation(TModel model) =>
        _evaluation ??= new Workspace<T>(_shape.Info.Evaluation, model.Parameters, null, workers);

    private static AlignedMemory<TElement> Grown<TElement>(AlignedMemory<TElement>? memory, int length) where TElement : unmanaged =>
        memory?.Length >= length ? memory : new AlignedMemory<TElement>(length);

    private static void* Address<TElement>(Span<TElement> span) where TElement : unmanaged => Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
}
