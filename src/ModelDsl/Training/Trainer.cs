using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// Trains a model, by whole data sets (<see cref="Fit"/>), by steps (<c>Step</c>), or by the parts of a step (<c>Forward</c>, <see cref="Backward()"/>,
/// <see cref="Apply"/>). What takes a batch has a parameter for each input and target of the model, so it is a member of what <c>CreateTrainer</c> gives.
/// One thread at a time; predictions of the model may run meanwhile,
/// with parameters that may be between two steps. After the first step of a batch size nothing is allocated.
/// </summary>
/// <typeparam name="TModel">The model's class.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public partial class Trainer<TModel, T>
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchShape _shape = new(TModel.Info);
    private readonly IOptimizer _optimizer;
    private readonly AlignedMemory<T> _gradients;
    private readonly Workspace<T> _workspace;
    private readonly Workers _workers;
    private readonly ThreadChoice _threads;
    private Workers _tried;
    private readonly UpdatePlan _plan;
    private readonly Kernel<T> _update, _average;
    private readonly WeightAverage<T>? _mean;
    private readonly Plateau? _plateau;
    private GradientSum<T>? _sum;
    private readonly T[] _modelState;
    private readonly BatchMemory<T> _inputs, _targets;
    private readonly Addresses _addresses;
    private Phase _phase;
    private double _epoch, _factor, _norm;
    private int _busy;

    /// <summary>A trainer of <paramref name="model"/>, whose parameters it changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">How parameters are updated; null for <see cref="AdamW"/> with its defaults.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option or hyper-parameter is out of range.</exception>
    public Trainer(TModel model, IOptimizer? optimizer = null, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        optimizer ??= new AdamW();
        (Model, _optimizer, Options) = (model, optimizer, (options ?? new TrainerOptions()).Validated());
        Hyperparameter.Positive(optimizer.LearningRate, "optimizer.LearningRate");
        _workers = _tried = Workers.For(Options.MaxThreads);
        _threads = new ThreadChoice(Options.Device is null ? Options.MaxThreads : 1);
        (_inputs, _targets) = (new(_shape.Inputs), new(_shape.TargetsAndWeights));
        _addresses = new Addresses(_shape.Inputs.Length, _shape.TargetsAndWeights.Length, _shape.Outputs.Length);
        _gradients = new AlignedMemory<T>(Info.TrainableLength);
        _modelState = new T[Info.StateLength];
        _plan = new UpdatePlan(Info, optimizer, Options.Groups);
        State = new OptimizerState<T>(_plan.StateSlots, Info.TrainableLength, _workers.Count);
        Gpu.DeviceRun<T>? device = Options.Device is { } chosen ? new(chosen, TModel.DeviceCode, Info, model.Parameters, _gradients, State, _plan.Segments.Count) : null;
        _workspace = new Workspace<T>(Info.Training, model.Parameters, _gradients, _workers) { Seed = Options.Seed, Device = device };
        if (Options.Plateau is { } plateau) _plateau = new Plateau(plateau);
        (_update, _average) = (UpdateShare, AverageShare);
        if (Options.AverageDecay is not { } decay) return;
        Averaged = TModel.Create();
        model.Parameters.Span.CopyTo(Averaged.Parameters.Span);
        _mean = new WeightAverage<T>(Averaged.Parameters, model.Parameters, Info.TrainableLength, decay);
    }

    private enum Phase { Idle, Forward, Backward }

    /// <summary>The model that is trained.</summary>
    public TModel Model { get; }

    /// <summary>The mean of the model over updates, with <see cref="TrainerOptions.AverageDecay"/>; else null.</summary>
    public TModel? Averaged { get; }

    /// <summary>How it is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The optimizer's memory, and how many updates it has applied.</summary>
    public OptimizerState<T> State { get; }

    /// <summary>Epochs that <see cref="Fit"/> has completed.</summary>
    public int EpochsCompleted
    {
        get;
        internal set => _epoch = field = value;
    }

    /// <summary>The learning rate of the next update.</summary>
    public double LearningRate => _optimizer.LearningRate * Factor;

    private double Factor => _trialFactor ?? Options.Schedule.Factor(new TrainingTime(State.Step, _epoch)) * (_plateau?.Factor ?? 1);

    /// <summary>The gradient of the last <see cref="Backward()"/> or <c>Step</c> for each trained parameter, laid out as the parameter block; clipped once applied.</summary>
    public ReadOnlySpan<T> Gradients => _gradients.Span;

    /// <summary>Evaluates what is trained; made when it is first asked for, which is not by a step.</summary>
    private Evaluator<TModel, T> Evaluator => field ??= new(_workers, _workspace.Device);

    /// <summary>What is judged.</summary>
    private TModel Judged => Averaged ?? Model;

    private protected ModelInfo Info => _shape.Info;

    /// <summary>The gradient of one tensor, row-major.</summary>
    /// <param name="parameterName">For example <c>dense1.weight</c>.</param>
    /// <exception cref="ArgumentException">The model has no such tensor, or it is not trained.</exception>
    public ReadOnlySpan<T> Gradient(string parameterName)
    {
        ParameterInfo p = Find(parameterName);
        if (!p.Trainable) throw new ArgumentException($"{p.Name} of {Info.Name} is not trained by gradients.", nameof(parameterName));
        return _gradients.Span.Slice(p.Offset, p.Length);
    }

    /// <summary>The current values of one tensor, row-major.</summary>
    /// <param name="name">For example <c>dense1.weight</c>.</param>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    public ReadOnlySpan<T> Parameter(string name)
    {
        ParameterInfo p = Find(name);
        return Model.Parameters.Span.Slice(p.Offset, p.Length);
    }

    private ParameterInfo Find(string name, [CallerArgumentExpression(nameof(name))] string argument = "") =>
        Array.Find(Info.Parameters, p => p.Name == name)
        ?? throw new ArgumentException($"{Info.Name} has no parameter '{name}'; it has {string.Join(", ", Info.Parameters.Select(p => p.Name))}.", argument);

    /// <summary>Takes the trainer for this thread, until <see cref="Exit"/>.</summary>
    private void Enter()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException($"This trainer of {Info.Name} is in use: it trains on one thread at a time.");
    }

    private void Exit() => Volatile.Write(ref _busy, 0);
}
