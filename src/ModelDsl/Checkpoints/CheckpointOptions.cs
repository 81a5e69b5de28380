namespace ModelDsl;

/// <summary>
/// Where and how often <c>Fit</c> keeps all that it needs to go on: <c>Checkpoints = new("runs/a") { Every = 500 }</c>. After a crash the same program calls
/// <c>trainer.Resume()</c> before <c>Fit</c>, and ends with the bits that it would have had.
/// </summary>
/// <param name="folder">The run's own folder, made if there is none.</param>
public sealed record CheckpointOptions(string folder)
{
    /// <summary>The run's own folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Updates between checkpoints, at least 1. One is also written when <c>Fit</c> ends or is cancelled.</summary>
    public int Every { get; init; } = 1000;

    /// <summary>The newest checkpoints that stay; at least 1, better 2, as the newest may be damaged.</summary>
    public int Keep { get; init; } = 3;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        Hyperparameter.Positive(Every);
        Hyperparameter.Positive(Keep);
    }
}

/// <summary>A checkpoint that a trainer has taken over.</summary>
/// <param name="Path">The file.</param>
/// <param name="Step">Updates applied when it was written.</param>
/// <param name="EpochsCompleted">Epochs completed then.</param>
/// <param name="Rejected">What was wrong with each newer one; these are now named <c>.damaged</c>.</param>
public sealed record Checkpoint(string Path, long Step, int EpochsCompleted, IReadOnlyList<string> Rejected);
