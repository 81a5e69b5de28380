using Microsoft.Extensions.Logging;

namespace ModelDsl.Logging;

/// <summary>
/// Writes training progress to a logger: each epoch's end and the reason of the last as information, what is reported between as debug output, with a field for each number.
/// <c>trainer.Fit(train, validation, new LoggerProgress(logger))</c>
/// </summary>
/// <param name="logger">Receives the entries.</param>
public sealed partial class LoggerProgress(ILogger logger) : IProgress<TrainProgress>
{
    private readonly ILogger _logger = logger ?? throw new ArgumentNullException(nameof(logger));

    /// <inheritdoc/>
    public void Report(TrainProgress value)
    {
        if (value.Reason is { } reason) Ended(value.Epoch, value.Epochs, reason);
        else if (!value.EpochEnded) Step(value.Epoch, value.Epochs, value.Step, value.StepsPerEpoch, value.Loss, value.LearningRate, value.SamplesPerSecond);
        else if (value.Validation is { } v) Judged(value.Epoch, value.Epochs, value.Loss, v.Loss, v.Accuracy, value.LearningRate, value.SamplesPerSecond);
        else Epoch(value.Epoch, value.Epochs, value.Loss, value.LearningRate, value.SamplesPerSecond);
    }

    [LoggerMessage(1, LogLevel.Debug, "Epoch {Epoch} of {Epochs}, step {Step} of {Steps}: loss {Loss}, learning rate {LearningRate}, {SamplesPerSecond} samples/s")]
    private partial void Step(int epoch, int epochs, int step, int steps, double loss, double learningRate, double samplesPerSecond);

    [LoggerMessage(2, LogLevel.Information, "Epoch {Epoch} of {Epochs}: loss {Loss}, learning rate {LearningRate}, {SamplesPerSecond} samples/s")]
    private partial void Epoch(int epoch, int epochs, double loss, double learningRate, double samplesPerSecond);

    [LoggerMessage(3, LogLevel.Information, "Epoch {Epoch} of {Epochs}: loss {Loss}, validation loss {ValidationLoss}, accuracy {Accuracy}, learning rate {LearningRate}, {SamplesPerSecond} samples/s")]
    private partial void Judged(int epoch, int epochs, double loss, double validationLoss, double? accuracy, double learningRate, double samplesPerSecond);

    [LoggerMessage(4, LogLevel.Information, "Training ended in epoch {Epoch} of {Epochs} by {Reason}")]
    private partial void Ended(int epoch, int epochs, StopReason reason);
}
