using ModelDsl.Metrics;
using System.Numerics;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>Runs a model without training it, at most 256 samples at a time: more make nothing faster, and need more memory. One thread at a time.</summary>
internal sealed unsafe class Evaluator<TModel, T>
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 256;
    private static readonly Action<Workspace<T>> PredictProgram = Programs<TModel, T>.Predict, LogitsProgram = Programs<TModel, T>.Logits;

    [ThreadStatic]
    private static Evaluator<TModel, T>? t_current;

    private readonly Workers _workers;
    private readonly Gpu.DeviceRun<T>? _device;
    private readonly BatchShape _shape = new(TModel.Info);
    private readonly BatchMemory<T> _inputs, _targets, _outputs;
    private readonly Addresses _addresses;
    private Workspace<T>? _prediction;
    private Workspace<T>? _logits;
    private Workspace<T>? _gradient;
    private Addresses? _gradientAddresses;
    private Workspace<T>? _evaluation;

    /// <param name="workers">Share the work.</param>
    /// <param name="device">Does it instead; null for none.</param>
    public Evaluator(Workers workers, Gpu.DeviceRun<T>? device = null)
    {
        (_workers, _device) = (workers, device);
        (_inputs, _targets, _outputs) = (new(_shape.Inputs), new(_shape.TargetsAndWeights), new(_shape.Outputs));
        _addresses = new Addresses(_shape.Inputs.Length, _shape.TargetsAndWeights.Length, _shape.Outputs.Length);
    }

    /// <summary>This thread's.</summary>
    public static Evaluator<TModel, T> Current => t_current ??= new(Workers.Single);

    public BatchShape Shape => _shape;

    /// <summary>Where the program reads the inputs of a chunk.</summary>
    public BatchMemory<T> Inputs => _inputs;

    /// <summary>Where the program leaves the outputs of a chunk.</summary>
    public BatchMemory<T> Outputs => _outputs;

    /// <summary>The one input → the one output, where they lie. x: (rows, input), y: (rows, output)</summary>
    public void Run(TModel model, bool logits, ReadOnlySpan<T> x, Span<T> y)
    {
        (Field input, Field output) = (_shape.Inputs[0], _shape.Outputs[0]);
        int rows = input.Rows(x.Length);
        output.RequireRows(y.Length, rows, "outputs");
        (Workspace<T> s, Action<Workspace<T>> program) = Program(model, logits);
        fixed (T* px = x)
        fixed (T* py = y)
        {
            for (int start = 0; start < rows; start += Chunk)
            {
                _addresses.Inputs[0] = (nint)(px + (long)start * input.Size);
                _addresses.Outputs[0] = (nint)(py + (long)start * output.Size);
                s.Begin(model.Parameters, Math.Min(Chunk, rows - start), _addresses, _shape.Sizes);
                program(s);
            }
        }
        s.End();
    }

    /// <summary>x: (rows, input), dy: (rows, output) → dx: (rows, input)</summary>
    public void InputGradient(TModel model, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx)
    {
        ArenaPlan plan = _shape.Info.InputGradient ?? throw new NotSupportedException($"{_shape.Info.Name} has no gradient of its input: declare it as [Model(InputGradient = true)].");
        (Field input, Field output) = (_shape.Inputs[0], _shape.Outputs[0]);
        int rows = input.Rows(x.Length);
        output.RequireRows(dy.Length, rows, "weights of outputs");
        input.RequireRows(dx.Length, rows, "gradients");
        Workspace<T> s = _gradient ??= new Workspace<T>(plan, model.Parameters, null, _workers);
        Addresses addresses = _gradientAddresses ??= new Addresses(2, 0, 1);
        fixed (T* px = x)
        fixed (T* py = dy)
        fixed (T* pd = dx)
        {
            for (int start = 0; start < rows; start += Chunk)
            {
                (addresses.Inputs[0], addresses.Inputs[1]) = ((nint)(px + (long)start * input.Size), (nint)(py + (long)start * output.Size));
                addresses.Outputs[0] = (nint)(pd + (long)start * input.Size);
                s.Begin(model.Parameters, Math.Min(Chunk, rows - start), addresses, _shape.Sizes);
                Programs<TModel, T>.InputGradient(s);
            }
        }

        s.End();
    }

    /// <summary>The next chunk of <paramref name="rows"/> samples, with room for its inputs and outputs.</summary>
    public int Reserve(int start, int rows)
    {
        int count = Math.Min(Chunk, rows - start);
        _inputs.Reserve(count);
        _outputs.Reserve(count);
        return count;
    }

    /// <summary><see cref="Inputs"/> → <see cref="Outputs"/>.</summary>
    public void Run(TModel model, bool logits, int count)
    {
        (Workspace<T> s, Action<Workspace<T>> program) = Program(model, logits);
        _inputs.Locate(_addresses.Inputs);
        _outputs.Locate(_addresses.Outputs);
        s.Begin(model.Parameters, count, _addresses, _shape.Sizes);
        program(s);
        s.End();
    }

    /// <summary>The loss of each sample of a data set.</summary>
    public double[] Losses(TModel model, Dataset data)
    {
        DatasetColumns columns = _shape.Require(data, nameof(data));
        double[] losses = new double[data.Count];
        for (int row = 0; row < losses.Length; row++) losses[row] = Loss(model, data, columns, [row]);
        _evaluation!.End();
        return losses;
    }

    /// <summary>The mean loss of some samples, whose targets and outputs stay where they are until the next.</summary>
    private double Loss(TModel model, Dataset data, DatasetColumns columns, ReadOnlySpan<int> rows)
    {
        Workspace<T> s = _evaluation ??= new Workspace<T>(_shape.Info.Evaluation, model.Parameters, null, _workers) { Device = _device };
        _inputs.Reserve(rows.Length);
        _targets.Reserve(rows.Length);
        _outputs.Reserve(rows.Length);
        _inputs.Set(data, columns.Inputs, rows);
        _targets.Set(data, columns.TargetsAndWeights, rows);
        _inputs.Locate(_addresses.Inputs);
        _targets.Locate(_addresses.Targets);
        _outputs.Locate(_addresses.Outputs);
        s.Begin(model.Parameters, rows.Length, _addresses, _shape.Sizes);
        Programs<TModel, T>.Evaluate(s);
        return double.CreateTruncating(s.Loss);
    }

    /// <summary>Loss and metrics over a data set.</summary>
    public Evaluation Evaluate(TModel model, Dataset data)
    {
        DatasetColumns columns = _shape.Require(data, nameof(data));
        OutputInfo[] judged = [.. _shape.Info.Outputs.Where(o => o.Loss is not null)];
        int[] places = [.. judged.Select(o => Array.IndexOf(_shape.Info.Outputs, o))];
        MetricAccumulator[] metrics = [.. judged.Select((o, i) => new MetricAccumulator(_shape.Resolved(o)) { ClassNames = columns.Targets[i] == data.Targets[0] ? data.ClassNames : null })];
        Span<int> indices = stackalloc int[Chunk];
        double loss = 0;
        for (int start = 0; start < data.Count; start += Chunk)
        {
            Span<int> rows = indices[..Math.Min(Chunk, data.Count - start)];
            for (int i = 0; i < rows.Length; i++) rows[i] = start + i;
            loss += rows.Length * Loss(model, data, columns, rows);
            for (int i = 0; i < judged.Length; i++)
            {
                ReadOnlySpan<T> z = _outputs.Values(places[i], rows.Length);
                if (judged[i].TargetIsClass) metrics[i].Add(z, _targets.Classes(i, rows.Length), rows.Length);
                else metrics[i].Add(z, _targets.Values(i, rows.Length), rows.Length);
            }
        }
        _evaluation!.End();
        double mean = loss / data.Count;
        return judged.Length == 1
            ? metrics[0].Finish(mean)
            : new Evaluation(data.Count, mean) { Outputs = judged.Select((o, i) => (o.Name, Metrics: metrics[i].Finish(mean))).ToDictionary(o => o.Name, o => o.Metrics) };
    }

    private (Workspace<T> Space, Action<Workspace<T>> Program) Program(TModel model, bool logits) => logits
        ? (_logits ??= new Workspace<T>(_shape.Info.Logits, model.Parameters, null, _workers) { Device = _device }, LogitsProgram)
        : (_prediction ??= new Workspace<T>(_shape.Info.Prediction, model.Parameters, null, _workers) { Device = _device }, PredictProgram);
}
