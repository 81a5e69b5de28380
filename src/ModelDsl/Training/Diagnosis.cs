using System.Globalization;

namespace ModelDsl;

/// <summary>How a model has fitted its data.</summary>
public enum Fitting
{
    /// <summary>There is too little to judge by: fewer than three epochs, or no validation set.</summary>
    Unknown,

    /// <summary>Training and validation loss are low and flat.</summary>
    Good,

    /// <summary>The model has learned the training set rather than what is behind it.</summary>
    Overfitting,

    /// <summary>The model has not even learned the training set.</summary>
    Underfitting,

    /// <summary>Losses still fall.</summary>
    StillLearning,
}

/// <summary>A verdict on a training run.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">The numbers behind it.</param>
/// <param name="Cures">What to try, the simplest first.</param>
public sealed record Diagnosis(Fitting Verdict, string Reason, IReadOnlyList<string> Cures)
{
    private static readonly string[] AgainstOverfitting =
    [
        "more training data, or augmentation of what there is",
        "TrainerOptions.EarlyStopping, which takes the best epoch's parameters back",
        "weight decay (AdamW), or L1 and L2 of layers",
        "dropout",
        "a smaller model, or fewer features",
    ];

    private static readonly string[] AgainstUnderfitting =
    [
        "a higher learning rate (trainer.FindLearningRate), or another optimizer: AdamW",
        "more layers or units, and a non-linearity between them",
        "features that say more, scaled to mean 0 and deviation 1",
        "less weight decay and dropout",
        "a look at the targets: are they right, and do the features decide them?",
    ];

    /// <summary>A line for the verdict and one for each cure.</summary>
    public override string ToString() => string.Concat($"{Verdict}: {Reason}\n", string.Concat(Cures.Select(c => $"- {c}\n")));

    /// <summary>
    /// Over- and underfitting by the two curves. Underfitting: the training loss is flat, and less than 20 % below <see cref="TrainResult.BaselineLoss"/>, or the first batch's loss
    /// where there is none. Overfitting: of what training took off that, the validation loss lacks more than half; or it has risen by 5 % of its least since while the training
    /// loss fell on.
    /// </summary>
    internal static Diagnosis Of(TrainResult result)
    {
        if (result.History.Count < 3) return new(Fitting.Unknown, $"{result.History.Count} epochs are too few to judge by", []);
        double[] train = [.. result.History.Select(e => e.Train?.Loss ?? e.TrainLoss)];
        double[] validation = [.. result.History.Select(e => e.Validation?.Loss ?? double.NaN)];
        bool known = double.IsFinite(result.BaselineLoss);
        double start = known ? result.BaselineLoss : result.FirstLoss, gained = start - train[^1];
        double fall = Fall(train, start);
        if (gained < 0.2 * Math.Abs(start) && fall < 0.01)
            return new(Fitting.Underfitting, Said($"the training loss is flat at {train[^1]:G4}; {(known ? "a prediction that looks at no input has" : "the first batch had")} {start:G4}"), AgainstUnderfitting);
        if (double.IsNaN(validation[^1]))
            return new(Fitting.Unknown, Said($"the training loss is {train[^1]:G4}; without a validation set nobody knows what it is worth"), ["a validation set: data.Split"]);
        int best = Array.IndexOf(validation, validation.Min());
        if (validation[^1] - train[^1] > gained / 2)
            return new(Fitting.Overfitting, Said($"the training loss is {train[^1]:G4}, the validation loss {validation[^1]:G4}"), AgainstOverfitting);
        if (validation[^1] - validation[best] > 0.05 * Math.Abs(validation[best]) && train[^1] < train[best])
            return new(Fitting.Overfitting, Said($"the validation loss was {validation[best]:G4} after epoch {result.History[best].Epoch} and is {validation[^1]:G4}, while the training loss fell on"), AgainstOverfitting);
        return fall >= 0.01 && Fall(validation, start) >= 0.01
            ? new(Fitting.StillLearning, Said($"in the last quarter the training loss fell by another {fall:P0} of {start:G4}"), ["more epochs", "a higher learning rate"])
            : new(Fitting.Good, Said($"the training loss is {train[^1]:G4}, the validation loss {validation[^1]:G4}"), []);

        static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What the last quarter took off a curve, as a part of the first loss.</summary>
    private static double Fall(double[] losses, double first) => (losses[^(losses.Length / 4 + 2)] - losses[^1]) / Math.Abs(first);
}
