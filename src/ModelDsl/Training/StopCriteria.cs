namespace ModelDsl;

/// <summary>Why <c>Fit</c> ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Epochs,

    /// <summary><see cref="StopCriteria.Steps"/> are done.</summary>
    Steps,

    /// <summary>The time is up.</summary>
    Time,

    /// <summary>The loss is as low as asked for.</summary>
    Loss,

    /// <summary>The loss no longer changes.</summary>
    LossChange,

    /// <summary>The gradient has vanished.</summary>
    GradientNorm,

    /// <summary>The watched number no longer improves.</summary>
    EarlyStopping,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>What ends <c>Fit</c> before its epochs are done: whichever comes first. Null is never.</summary>
public sealed record StopCriteria
{
    /// <summary>Updates in this call, at least 1.</summary>
    public long? Steps { get; init; }

    /// <summary>For this call, validation included; looked at before each step.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>An epoch's training loss at or below this.</summary>
    public double? Loss { get; init; }

    /// <summary>A training loss that differs from the last epoch's by less than this.</summary>
    public double? LossChange { get; init; }

    /// <summary>A step whose gradients of all parameters together have a norm below this, before clipping.</summary>
    public double? GradientNorm { get; init; }

    internal void Validate()
    {
        if (Steps is < 1) throw new ArgumentOutOfRangeException(nameof(Steps), Steps, "Steps must be at least 1.");
        if (Time is { } time && time <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(Time), time, "Time must be positive.");
        if (Loss is { } loss && !double.IsFinite(loss)) throw new ArgumentOutOfRangeException(nameof(Loss), loss, "Loss must be finite.");
        if (LossChange is { } change) Hyperparameter.Positive(change, nameof(LossChange));
        if (GradientNorm is { } norm) Hyperparameter.Positive(norm, nameof(GradientNorm));
    }

    internal StopReason? BeforeStep(long steps, TimeSpan elapsed) => steps >= Steps ? StopReason.Steps : elapsed >= Time ? StopReason.Time : null;

    internal StopReason? AfterStep(double gradientNorm) => gradientNorm < GradientNorm ? StopReason.GradientNorm : null;

    internal StopReason? AfterEpoch(EpochRecord epoch, EpochRecord? before) =>
        epoch.TrainLoss <= Loss ? StopReason.Loss
        : before is not null && Math.Abs(epoch.TrainLoss - before.TrainLoss) < LossChange ? StopReason.LossChange
        : null;
}
