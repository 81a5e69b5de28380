namespace ModelDsl;

/// <summary>
/// Lowers the learning rate when a number has stopped improving, as PyTorch's ReduceLROnPlateau: after <see cref="Patience"/> epochs in a row that were no better, the
/// next such epoch multiplies it by <see cref="Factor"/>. Works beside a <see cref="LearningRateSchedule"/>: both factors count.
/// </summary>
public sealed record ReduceOnPlateau
{
    /// <summary>What is watched.</summary>
    public Watch Watch { get; init; } = Watch.Loss;

    /// <summary>In [0, 1).</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Epochs without improvement that are borne, at least 0.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>How much better is better, at least 0.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>Whether <see cref="Threshold"/> is a difference; else it is a fraction of the best number.</summary>
    public bool Absolute { get; init; }

    /// <summary>Epochs after a reduction that do not count, at least 0.</summary>
    public int Cooldown { get; init; }

    /// <summary>The factor is never below this, at least 0.</summary>
    public double Lowest { get; init; }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Watch);
        Hyperparameter.Fraction(Factor);
        Hyperparameter.NotNegative(Patience);
        Hyperparameter.NotNegative(Threshold);
        Hyperparameter.NotNegative(Cooldown);
        Hyperparameter.NotNegative(Lowest);
    }
}

/// <summary>Where a plateau stands.</summary>
internal sealed class Plateau(ReduceOnPlateau settings)
{
    /// <summary>What learning rates are multiplied by.</summary>
    public double Factor { get; set; } = 1;

    /// <summary>The best number so far, less is better.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    /// <summary>Epochs in a row that were no better.</summary>
    public int Bad { get; set; }

    /// <summary>Epochs to come that do not count.</summary>
    public int Resting { get; set; }

    public void Observe(EpochRecord epoch)
    {
        double cost = settings.Watch.Cost(epoch);
        if (cost < Threshold())
        {
            Best = cost;
            Bad = 0;
        }
        else Bad++;
        if (Resting > 0)
        {
            Resting--;
            Bad = 0;
        }
        if (Bad <= settings.Patience) return;
        Factor = Math.Max(Factor * settings.Factor, Math.Min(Factor, settings.Lowest));
        (Resting, Bad) = (settings.Cooldown, 0);
    }

    /// <summary>best·(1 − ε) where less is better; −(|best|·(1 + ε)) for what is maximised and positive, as in PyTorch.</summary>
    private double Threshold() => double.IsPositiveInfinity(Best) ? Best : settings.Absolute ? Best - settings.Threshold
        : settings.Watch.Maximize ? Best * (1 + settings.Threshold) : Best * (1 - settings.Threshold);
}
