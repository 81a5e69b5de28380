namespace ModelDsl;

/// <summary>One completed epoch.</summary>
/// <param name="Epoch">1 for a trainer's first.</param>
/// <param name="TrainLoss">The mean loss of the samples, each measured in training mode before the step that used it.</param>
/// <param name="Train">How the model did on the training set after the epoch, in prediction mode, with <see cref="TrainerOptions.EvaluateTrain"/>.</param>
/// <param name="Validation">How the model did on the validation set after the epoch, if there was one.</param>
/// <param name="LearningRate">Of the epoch's last step.</param>
/// <param name="Seconds">For training, validation not included.</param>
/// <param name="SamplesPerSecond">In training.</param>
public sealed record EpochRecord(int Epoch, double TrainLoss, Evaluation? Train, Evaluation? Validation, double LearningRate, double Seconds, double SamplesPerSecond);

/// <summary>What a call of <c>Fit</c> did. The trained parameters are in the model.</summary>
/// <param name="History">
/// The epochs it completed, in order. Of those before a checkpoint that <c>Resume</c> went on from only the numbers of evaluations remain (<see cref="Evaluation.Loss"/>, <see cref="Evaluation.Accuracy"/>,
/// <see cref="Evaluation.Mse"/>, <see cref="Evaluation.Mae"/>, <see cref="Evaluation.R2"/>, also by output): confusion matrix, probabilities, curve and errors are null.
/// </param>
/// <param name="Reason">Why it ended. Steps of an epoch under way stay applied.</param>
/// <param name="Steps">The updates it applied.</param>
/// <param name="Elapsed">Its duration.</param>
public sealed partial record TrainResult(IReadOnlyList<EpochRecord> History, StopReason Reason, long Steps, TimeSpan Elapsed)
{
    /// <summary>Whether a cancellation ended it early.</summary>
    public bool Cancelled => Reason == StopReason.Cancelled;

    /// <summary>Whether it ended because there was nothing more to gain by the criteria given.</summary>
    public bool Converged => Reason is StopReason.Loss or StopReason.LossChange or StopReason.GradientNorm or StopReason.EarlyStopping;

    /// <summary>The epoch that was best by <see cref="EarlyStopping.Watch"/>, whose parameters the model has with <see cref="EarlyStopping.RestoreBest"/>; null without early stopping.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>The last completed epoch's training loss; NaN if none was completed.</summary>
    public double TrainLoss => History.Count > 0 ? History[^1].TrainLoss : double.NaN;

    /// <summary>The last completed epoch's validation, if any.</summary>
    public Evaluation? Validation => History.Count > 0 ? History[^1].Validation : null;
}

/// <summary>Where a run of <c>Fit</c> stands. Reported on the training thread, about ten times a second, at the end of each epoch, and once more when it ends.</summary>
/// <param name="Epoch">The current epoch; 1 is a trainer's first.</param>
/// <param name="Epochs">The epoch this run ends with.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="StepsPerEpoch">Steps in an epoch; where an epoch ends equal to <paramref name="Step"/>. 0 before that where a stream does not say how long it is.</param>
/// <param name="Loss">The mean loss of this epoch's samples so far; NaN of none.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="SamplesPerSecond">In this epoch so far.</param>
/// <param name="Validation">In an epoch's last report, if there is a validation set.</param>
public readonly record struct TrainProgress(
    int Epoch, int Epochs, int Step, int StepsPerEpoch, double Loss, double LearningRate, double SamplesPerSecond, Evaluation? Validation)
{
    /// <summary>True in exactly one report of each epoch that is completed.</summary>
    public bool EpochEnded => Reason is null && Step == StepsPerEpoch;

    /// <summary>Why the run ends; null in all reports but its last, which has the numbers of the one before, or of where an epoch was broken off. No report follows an exception.</summary>
    public StopReason? Reason { get; init; }

    /// <summary>The best epoch so far by <see cref="EarlyStopping.Watch"/>; null without early stopping.</summary>
    public int? BestEpoch { get; init; }
}
