namespace ModelDsl;

/// <summary>How a model is trained. Values are checked when a trainer is created.</summary>
public sealed record TrainerOptions
{
    /// <summary>As <see cref="BatchSize"/>: the whole data set is one batch (full-batch gradient descent).</summary>
    public const int All = int.MaxValue;

    /// <summary>How often <c>Fit</c> goes through the data; at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Samples in a batch, at least 1, or <see cref="All"/>. The last batch of an epoch holds what is left.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// The most samples that <c>Fit</c> takes through the model at once; null for whole batches. Gradients of the parts of a batch add up to the batch's, in less memory.
    /// (Batch normalisation sees the parts.)
    /// </summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>Decides the order of samples and what dropout drops.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Whether each epoch has an order of its own, decided by the seed and the epoch's number. Means nothing when the batch is all data.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether an epoch's last batch is left out when it is smaller than the others.</summary>
    public bool DropLast { get; init; }

    /// <summary>
    /// Whether each epoch ends with the metrics of the training set, in prediction mode as those of the validation set, so that the two compare.
    /// Costs about a third of an epoch. The loss of training (<see cref="EpochRecord.TrainLoss"/>) is there either way.
    /// </summary>
    public bool EvaluateTrain { get; init; }

    /// <summary>Each gradient is limited to [−value, value]; null for no limit. Happens before <see cref="ClipNorm"/>.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Gradients are scaled down so that the norm of all together is at most this; null for no limit. Pascanu et al. 2013.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Parameters with settings of their own; see <see cref="ParameterGroup"/>.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

    /// <summary>
    /// β in [0, 1) of an exponential mean of the parameters over updates, often 0.999; null for none. The mean is a second model, <c>trainer.Averaged</c>, which often
    /// predicts better than the last one; where there is one, <c>Fit</c> and <c>trainer.Evaluate</c> judge it.
    /// </summary>
    public double? AverageDecay { get; init; }

    /// <summary>Multiplies the optimizer's learning rate over time.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Lowers the learning rate when <c>Fit</c> stops improving; null for never.</summary>
    public ReduceOnPlateau? Plateau { get; init; }

    /// <summary>
    /// <c>Fit</c> throws <see cref="DivergedException"/> once the loss, smoothed over about ten steps, is so many times the first (or 0.001, if that is more); above 1, null for
    /// never. Losses that were ever below 0 are left to grow. A loss that is not finite always ends it.
    /// </summary>
    public double? DivergenceFactor { get; init; } = 1000;

    /// <summary>Ends <c>Fit</c> when it no longer improves; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>What else ends <c>Fit</c>.</summary>
    public StopCriteria Stop { get; init; } = new();

    /// <summary>Where <c>Fit</c> writes checkpoints; null for nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>The most threads that share a step's work, the caller's included; at least 1. Steps of less than 2 ms are tried on fewer, and run on as many as were fastest (not Forward, Backward and Apply, nor parts of a batch). Results do not depend on it.</summary>
    public int MaxThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Where a model with <see cref="Targets.Gpu"/> is trained and evaluated; null for the processor. Its owner disposes of it after the trainer's last use.
    /// </summary>
    public Gpu.ComputeDevice? Device { get; init; }

    internal TrainerOptions Validated()
    {
        Hyperparameter.Positive(Epochs);
        Hyperparameter.Positive(BatchSize);
        Hyperparameter.Positive(MaxThreads);
        if (MicroBatchSize is { } micro) Hyperparameter.Positive(micro, nameof(MicroBatchSize));
        if (AverageDecay is { } decay) Hyperparameter.Fraction(decay, nameof(AverageDecay));
        ArgumentNullException.ThrowIfNull(Groups);
        if (ClipValue is { } value) Hyperparameter.Positive(value, nameof(ClipValue));
        if (ClipNorm is { } norm) Hyperparameter.Positive(norm, nameof(ClipNorm));
        ArgumentNullException.ThrowIfNull(Schedule);
        Plateau?.Validate();
        if (DivergenceFactor is { } factor && !(factor > 1)) throw new ArgumentOutOfRangeException(nameof(DivergenceFactor), factor, "DivergenceFactor must be above 1.");
        EarlyStopping?.Validate();
        Checkpoints?.Validate();
        ArgumentNullException.ThrowIfNull(Stop);
        Stop.Validate();
        return this;
    }
}
