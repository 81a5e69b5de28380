using ModelDsl.Checkpoints;
using ModelDsl.Reports;

namespace ModelDsl;

public partial record TrainResult
{
    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>The loss of the first batch, before anything was learned in this call.</summary>
    public double FirstLoss { get; init; } = double.NaN;

    /// <summary>The training loss of the best prediction that looks at no input: targets' mean, or the classes' frequencies. NaN for losses other than squared errors and cross-entropies.</summary>
    public double BaselineLoss { get; init; } = double.NaN;

    /// <summary>Whether the model over- or underfits, by its curves, and what to try.</summary>
    public Diagnosis Diagnose() => Diagnosis.Of(this);

    /// <summary>Writes the history as CSV: a header, and a line for each epoch. Numbers are as exact as they are.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    public void SaveCsv(string path) => Storage.WriteAtomically(path, stream => HistoryFiles.WriteCsv(stream, HistoryTable.Of(History)));

    /// <summary>Writes the result as JSON: reason, steps, seconds, and an object for each epoch. What is not a number is null.</summary>
    /// <inheritdoc cref="SaveCsv"/>
    public void SaveJson(string path) => Storage.WriteAtomically(path, stream => HistoryFiles.WriteJson(stream, this, HistoryTable.Of(History)));

    /// <summary>Writes the history as an event file for TensorBoard (<c>tensorboard --logdir folder</c>), beside those of other runs.</summary>
    /// <param name="folder">The run's folder, made if there is none.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public string SaveTensorBoard(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"events.out.tfevents.{Started.ToUnixTimeMilliseconds()}.{Environment.ProcessId}.modeldsl");
        Storage.WriteAtomically(path, stream => EventFile.Write(stream, Started, History, HistoryTable.Of(History)));
        return path;
    }
}
