namespace ModelDsl;

/// <summary>Whether a score is to be high or low.</summary>
public enum Direction
{
    /// <summary>Accuracy, R², F1.</summary>
    Maximize,

    /// <summary>A loss, an error.</summary>
    Minimize,
}

/// <summary>How a search goes about.</summary>
public sealed record SearchOptions
{
    /// <summary>What is better.</summary>
    public Direction Direction { get; init; } = Direction.Maximize;

    /// <summary>Trials at once, at least 1. Grid and random search try the same settings for any number; TPE learns from what has ended, so that more at once learn later.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Decides what is drawn.</summary>
    public ulong Seed { get; init; }

    /// <summary>A file that trials are written to as they end; a search that finds its own there goes on after them. Null: none.</summary>
    public string? Journal { get; init; }

    /// <summary>Told of each trial that ended, one at a time.</summary>
    public IProgress<TrialRecord>? Progress { get; init; }

    /// <summary>Ends the search; trials that ended are kept.</summary>
    public CancellationToken Cancellation { get; init; }
}
