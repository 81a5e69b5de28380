namespace ModelDsl;

/// <summary>A number of each epoch that decides something: whether to stop, to lower the learning rate, or which parameters were best.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Value">The number; NaN where an epoch has none, which is never better.</param>
/// <param name="Maximize">Whether more is better.</param>
public sealed record Watch(string Name, Func<EpochRecord, double> Value, bool Maximize = false)
{
    /// <summary>The validation loss where there is a validation set, else the training loss.</summary>
    public static Watch Loss { get; } = new("loss", e => e.Validation?.Loss ?? e.TrainLoss);

    /// <summary>The training loss.</summary>
    public static Watch TrainLoss { get; } = new("training loss", e => e.TrainLoss);

    /// <summary>The accuracy on the validation set.</summary>
    public static Watch Accuracy { get; } = new("validation accuracy", e => e.Validation?.Accuracy ?? double.NaN, Maximize: true);

    /// <summary>The number, so that less is better.</summary>
    internal double Cost(EpochRecord epoch) => Maximize ? -Value(epoch) : Value(epoch);
}
