namespace ModelDsl;

/// <summary>
/// Ends <c>Fit</c> when a number no longer improves, and takes the best parameters back. As scikit-learn's n_iter_no_change: an epoch improves if it is better than the best
/// by <see cref="MinDelta"/>; after <see cref="Patience"/> epochs in a row that do not, the next such epoch is the last.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>What is watched.</summary>
    public Watch Watch { get; init; } = Watch.Loss;

    /// <summary>Epochs without improvement that are borne, at least 0.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>How much better is an improvement, at least 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>Epochs of this call before it may end, at least 0.</summary>
    public int MinEpochs { get; init; }

    /// <summary>Whether the model ends with the parameters of its best epoch, whatever ends <c>Fit</c> (but a cancellation); else with the last.</summary>
    public bool RestoreBest { get; init; } = true;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Watch);
        Hyperparameter.NotNegative(Patience);
        Hyperparameter.NotNegative(MinDelta);
        Hyperparameter.NotNegative(MinEpochs);
    }
}

/// <summary>Where early stopping stands.</summary>
internal sealed class EarlyStopper(EarlyStopping settings)
{
    /// <summary>The best number so far, less is better.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    /// <summary>The epoch that had it; 0 for none.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Epochs in a row without improvement.</summary>
    public int Bad { get; set; }

    /// <summary>Epochs seen.</summary>
    public int Epochs { get; set; }

    /// <summary>Takes an epoch in; true if it is the last.</summary>
    public bool Observe(EpochRecord epoch)
    {
        double cost = settings.Watch.Cost(epoch);
        Epochs++;
        Bad = cost <= Best - settings.MinDelta && cost < Best ? 0 : Bad + 1;
        if (cost < Best) (Best, BestEpoch) = (cost, epoch.Epoch);
        return Bad > settings.Patience && Epochs >= settings.MinEpochs;
    }
}
