using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    // Of the batch that is being added.
    private int _added, _rows;

    // Of the update to come: whether there are gradients, and how many parts of its batch have been added.
    private bool _holdsGradients;
    private int _parts;

    /// <summary>The second third of a step: fills <see cref="Gradients"/> for the batch of the last <c>Forward</c>.</summary>
    /// <exception cref="InvalidOperationException">No <c>Forward</c> came before, or another thread is using the trainer.</exception>
    public void Backward() => Backward(add: false);

    /// <summary>
    /// As <see cref="Backward()"/>; or adds to <see cref="Gradients"/> what batches since the last <see cref="Apply"/> have left there: a large batch in parts, whose
    /// weights are their shares of its samples.
    /// </summary>
    /// <param name="add">Whether to add. After <see cref="Apply"/> or <c>Step</c> there is nothing to add to.</param>
    /// <param name="weight">What the batch's gradients are multiplied by.</param>
    /// <exception cref="InvalidOperationException">No <c>Forward</c> came before, or another thread is using the trainer.</exception>
    public void Backward(bool add, double weight = 1)
    {
        if (!double.IsFinite(weight)) throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is a finite number.");
        Enter();
        try
        {
            if (_phase != Phase.Forward) throw new InvalidOperationException("Backward needs a Forward directly before it.");
            BackwardCore(add, weight);
            _phase = Phase.Backward;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>The last third of a step: clips <see cref="Gradients"/> and updates the parameters.</summary>
    /// <exception cref="InvalidOperationException">No <see cref="Backward()"/> came before, or another thread is using the trainer.</exception>
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

    /// <summary>Takes the trainer for one batch. Generated: each input is added, then each target, then the weights of each target that has some, in the order of <see cref="ModelInfo"/>; then the batch is stepped over.</summary>
    /// <param name="symbols">The batch's values of the model's symbols.</param>
    /// <exception cref="ArgumentException">A symbol's value is out of range.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected TrainingBatch Batch(params ReadOnlySpan<int> symbols)
    {
        Enter();
        (_added, _rows, _phase) = (0, 0, Phase.Idle);
        try
        {
            _shape.Resize(symbols);
        }
        catch
        {
            Exit();
            throw;
        }

        return new TrainingBatch(this);
    }

    /// <summary>A batch in the trainer's own memory.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected readonly ref struct TrainingBatch(Trainer<TModel, T> trainer)
    {
        /// <summary>Copies the next input, target or weights.</summary>
        /// <exception cref="ArgumentException">The length does not fit the model, or the first input; or a class or a weight is out of range.</exception>
        public void Add<TElement>(ReadOnlySpan<TElement> values) where TElement : unmanaged => trainer.Add(values);

        /// <summary>One update: loss, gradients, clipping, optimizer. Returns the loss before the update.</summary>
        public T Step()
        {
            trainer.Locate();
            return trainer.StepCore(trainer._rows);
        }

        /// <summary>The first third of a step: the batch's loss, and what <see cref="Backward()"/> needs.</summary>
        public T Forward() => trainer.ForwardPhase(trainer._rows);

        /// <summary>Lets other threads use the trainer.</summary>
        public void Dispose() => trainer.Exit();
    }

    /// <summary>A step over a batch of one input of values and one target, read where it lies.</summary>
    private protected unsafe T StepPair<TTarget>(ReadOnlySpan<T> x, ReadOnlySpan<TTarget> y) where TTarget : unmanaged
    {
        Enter();
        try
        {
            int rows = _shape.TrainingRows(x.Length);
            _shape.Targets[0].RequireRows(y.Length, rows, "targets");
            if (typeof(TTarget) == typeof(int)) _shape.Targets[0].RequireClasses(MemoryMarshal.Cast<TTarget, int>(y));
            fixed (T* px = x)
            fixed (TTarget* py = y)
            {
                (_addresses.Inputs[0], _addresses.Targets[0]) = ((nint)px, (nint)py);
                return StepCore(rows);
            }
        }
        finally
        {
            Exit();
        }
    }

    private void Add<TElement>(ReadOnlySpan<TElement> values) where TElement : unmanaged
    {
        int target = _added - _shape.Inputs.Length;
        if (_added == 0)
        {
            _rows = _shape.TrainingRows(values.Length);
            Reserve(_rows);
        }
        else if (target < 0) _shape.Inputs[_added].RequireRows(values.Length, _rows, "inputs");
        else _shape.TargetsAndWeights[target].RequireRows(values.Length, _rows, target < _shape.Targets.Length ? "targets" : "weights");
        if (target < 0) _inputs.Set(_added, values, _rows);
        else _targets.Set(target, values, _rows);
        _added++;
    }

    /// <summary>Room for a batch in the trainer's own memory.</summary>
    private void Reserve(int rows)
    {
        _inputs.Reserve(rows);
        _targets.Reserve(rows);
    }

    /// <summary>The batch is what lies in the trainer's own memory.</summary>
    private void Locate()
    {
        _inputs.Locate(_addresses.Inputs);
        _targets.Locate(_addresses.Targets);
    }

    private T ForwardPhase(int rows)
    {
        Locate();
        T loss = ForwardCore(rows);
        _phase = Phase.Forward;
        return loss;
    }

    private T StepCore(int rows)
    {
        ForgetGradients();
        int size = rows;
        foreach (int symbol in _shape.Sizes) size = 31 * size + symbol;
        if (_threads.For(size) is var count && count != _tried.Count) _tried = Workers.For(count);
        _workspace.Workers = _tried;
        long start = _threads.IsTiming ? Stopwatch.GetTimestamp() : 0;
        try
        {
            T loss = ForwardCore(rows);
            Touch(add: false);
            Programs<TModel, T>.Backward(_workspace);
            UpdateParameters();
            if (_threads.IsOpen) _threads.Ended(size, start == 0 ? long.MaxValue : Stopwatch.GetTimestamp() - start);
            return loss;
        }
        finally
        {
            _workspace.End();

            // Forward, Backward and Apply, and parts of a batch, are not tried.
            _workspace.Workers = _workers;
        }
    }

    private T ForwardCore(int rows)
    {
        _phase = Phase.Idle;
        if (_parts == 0) Model.Parameters.Raw.Slice(Info.TrainableLength, _modelState.Length).CopyTo(_modelState);
        // The parts of a batch drop different units.
        _workspace.Step = (ulong)State.Step + ((ulong)_parts << 40);
        _workspace.Begin(Model.Parameters, rows, _addresses, _shape.Sizes);
        Programs<TModel, T>.Forward(_workspace);
        T loss = _workspace.Loss;
        if (T.IsFinite(loss)) return loss;
        // Running statistics have seen the batch: forget it.
        _modelState.CopyTo(Model.Parameters.Span[Info.TrainableLength..]);
        for (int i = 0; i < _shape.Inputs.Length; i++)
            if (_shape.Inputs[i] is { IsClass: false } input) input.RequireFinite(_workspace.Input<T>(input.Size, i));
        for (int i = 0; i < _shape.Targets.Length; i++)
            if (_shape.Targets[i] is { IsClass: false } target) target.RequireFinite(_workspace.Target<T>(target.Size, i));
        throw Diverged($"The loss is {loss}", Model.Parameters, "parameter");
    }

    /// <summary>The backward pass; its gradients replace those that there are, or are added to them.</summary>
    private void BackwardCore(bool add, double weight)
    {
        bool adds = add && _holdsGradients;
        if (adds || weight != 1) _sum ??= new GradientSum<T>(_gradients);
        if (adds) _sum!.Keep();
        Touch(adds);
        Programs<TModel, T>.Backward(_workspace);
        if (adds) _sum!.Add(weight);
        else if (weight != 1) _sum!.Scale(weight);
        (_holdsGradients, _parts) = (true, add ? _parts + 1 : 0);
    }

    /// <summary>Of tables with sparse gradients, rows that earlier batches left become 0, and those of this batch are noted.</summary>
    private void Touch(bool add)
    {
        foreach (TouchedRows touched in _plan.Ranges.Touched)
        {
            foreach (int row in touched.Rows)
            {
                (int start, int end) = touched.Range(row);
                _gradients.Span[start..end].Clear();
            }

            if (!add) touched.Forget();
            int input = touched.Table.RowsOf;
            touched.Add(_workspace.Input<int>(_shape.Inputs[input].Size, input));
        }
    }

    private void ForgetGradients() => (_holdsGradients, _parts) = (false, 0);

    private void UpdateParameters()
    {
        ForgetGradients();
        _plan.Freeze(_gradients);
        if (Options.Stop.GradientNorm is not null) _norm = GradientClipping.Norm(_gradients, _plan.Ranges);
        if (Options.ClipValue is { } value) GradientClipping.ByValue(_gradients, _plan.Ranges, value);
        if (Options.ClipNorm is { } norm && !double.IsFinite(GradientClipping.ByNorm(_gradients, _plan.Ranges, norm)))
            throw Diverged("The norm of the gradients is not finite", _gradients, "gradient");
        _factor = Factor;
        // An update of a parameter takes as long as 40 operations of a product: it waits for memory (Adam moves 28 bytes).
        if (_workspace.Device?.Update(_plan, State, _factor) != true) _workspace.Run(_update, 40L * _plan.Ranges.Count);
        State.Step++;
        if (_mean is not null) _workspace.Run(_average, 40L * Info.TrainableLength);
    }

    private void UpdateShare(Workspace<T> s, Part part) => _plan.Update(Model.Parameters, _gradients, State, _factor, part);

    private void AverageShare(Workspace<T> s, Part part) => _mean!.Update(State.Step, part);
}
