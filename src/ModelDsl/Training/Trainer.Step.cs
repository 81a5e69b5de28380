using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl;

public sealed unsafe partial class Trainer<TModel, T, TTarget>
{
    /// <summary>One update: loss, gradients, clipping, optimizer.</summary>
    /// <param name="x">The batch, one sample after the other. (batch, input)</param>
    /// <param name="y">Their targets: class indices or values. (batch) or (batch, output)</param>
    /// <returns>The batch's loss before the update.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit the model, a class is out of range, or a value is NaN or infinite. Nothing was changed.</exception>
    /// <exception cref="DivergedException">The loss is not finite although the batch is. Nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public T Step(ReadOnlySpan<T> x, ReadOnlySpan<TTarget> y)
    {
        Enter();
        try
        {
            int batch = CheckBatch(x, y);
            fixed (T* px = x)
            fixed (TTarget* py = y)
                return StepCore(px, py, batch);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>The first third of a step: the batch's loss, and what <see cref="Backward"/> needs. Copies the batch.</summary>
    /// <inheritdoc cref="Step"/>
    public T Forward(ReadOnlySpan<T> x, ReadOnlySpan<TTarget> y)
    {
        Enter();
        try
        {
            int batch = CheckBatch(x, y);
            Reserve(batch);
            x.CopyTo(_x.Span);
            y.CopyTo(_y.Span);
            T loss = ForwardCore(Pointer(_x), Pointer(_y), batch);
            _phase = Phase.Forward;
            return loss;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>The second third of a step: fills <see cref="Gradients"/> for the batch of the last <see cref="Forward"/>.</summary>
    /// <exception cref="InvalidOperationException">No <see cref="Forward"/> came before, or another thread is using the trainer.</exception>
    public void Backward()
    {
        Enter();
        try
        {
            if (_phase != Phase.Forward) throw new InvalidOperationException("Backward needs a Forward directly before it.");
            Programs<TModel, T>.Backward(_workspace);
            _phase = Phase.Backward;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>The last third of a step: clips <see cref="Gradients"/> and updates the parameters.</summary>
    /// <exception cref="InvalidOperationException">No <see cref="Backward"/> came before, or another thread is using the trainer.</exception>
    /// <exception cref="DivergedException">The norm of the gradients is asked for (<see cref="TrainerOptions.ClipNorm"/>) and not finite. Parameters are unchanged.</exception>
    public void Apply()
    {
        Enter();
        try
        {
            if (_phase != Phase.Backward) throw new InvalidOperationException("Apply needs a Backward directly before it.");
            _phase = Phase.Idle;
            UpdateParameters();
        }
        finally
        {
            Exit();
        }
    }

    private int CheckBatch(ReadOnlySpan<T> x, ReadOnlySpan<TTarget> y)
    {
        int batch = _shape.TrainingRows(x.Length, y.Length);
        if (typeof(TTarget) == typeof(int)) _shape.RequireClasses(MemoryMarshal.Cast<TTarget, int>(y));
        return batch;
    }

    /// <summary>Room for a batch in the trainer's own memory.</summary>
    private void Reserve(int batch)
    {
        long inputs = (long)batch * _shape.InputSize, targets = (long)batch * _shape.TargetSize;
        if (Math.Max(inputs, targets) > Array.MaxLength - 4096)
            throw new ArgumentException($"A batch of {batch} samples of {Info.Name} is {Math.Max(inputs, targets)} values, more than an array holds; choose a smaller BatchSize.");
        if (_x.Length < inputs) _x = new AlignedMemory<T>((int)inputs);
        if (_y.Length < targets) _y = new AlignedMemory<TTarget>((int)targets);
    }

    private T StepCore(T* x, TTarget* y, int batch)
    {
        try
        {
            T loss = ForwardCore(x, y, batch);
            Programs<TModel, T>.Backward(_workspace);
            UpdateParameters();
            return loss;
        }
        finally
        {
            _workspace.End();
        }
    }

    private T ForwardCore(T* x, TTarget* y, int batch)
    {
        _phase = Phase.Idle;
        Span<T> state = Model.Parameters.Span[Info.TrainableLength..];
        state.CopyTo(_modelState);
        _workspace.Step = (ulong)State.Step;
        _workspace.Begin(Model.Parameters, batch, x, y, null);
        Programs<TModel, T>.Forward(_workspace);
        T loss = _workspace.Loss;
        if (T.IsFinite(loss)) return loss;
        // Running statistics have seen the batch: forget it.
        _modelState.CopyTo(state);
        _shape.RequireFinite(_workspace.Input<T>(_shape.InputSize), _workspace.Target<TTarget>(_shape.TargetSize));
        throw Diverged($"The loss is {loss}", Model.Parameters, "parameter");
    }

    private void UpdateParameters()
    {
        if (Options.ClipValue is { } value) GradientClipping.ByValue(_gradients, value);
        if (Options.ClipNorm is { } norm && !double.IsFinite(GradientClipping.ByNorm(_gradients, norm)))
            throw Diverged("The norm of the gradients is not finite", _gradients, "gradient");
        // Adam's square root and division take as long as a dozen other operations; other optimizers wait for memory.
        _workspace.Run(_update, 12L * Info.TrainableLength);
        State.Step++;
    }

    private void UpdateShare(Workspace<T> s, Part part) =>
        _optimizer.Update(new ParameterUpdate<T>(Model.Parameters, _gradients, State, Info, LearningRate, part));

    private DivergedException Diverged(string what, AlignedMemory<T> block, string kind)
    {
        ParameterInfo? first = Array.Find(
            Info.Parameters, p => p.Offset + p.Length <= block.Length && BatchShape.FirstNotFinite<T>(block.Span.Slice(p.Offset, p.Length)) >= 0);
        string where = first is null ? $"every {kind} is finite" : $"the first {kind} with a value that is not finite is {first.Name}";
        return new DivergedException(State.Step + 1, first?.Name, string.Create(CultureInfo.InvariantCulture, $"""
            {what} at step {State.Step + 1} of {Info.Name}, though the batch is finite; {where}. Parameters are as they were before the step.
            Check that the learning rate ({LearningRate:G6}) is not too high: try a tenth of it, LearningRateSchedule.WarmUp or TrainerOptions.ClipNorm.
            Check that features, and targets that are not classes, are scaled, for example to mean 0 and deviation 1.
            """));
    }
}
