namespace ModelDsl;

/// <summary>How the scores of several classes become one.</summary>
public enum Average
{
    /// <summary>The scores of class 1 alone, the positive one of two.</summary>
    Binary,

    /// <summary>Over all samples of all classes together: with one label and one prediction a sample, precision = recall = accuracy.</summary>
    Micro,

    /// <summary>The plain mean over classes.</summary>
    Macro,

    /// <summary>The mean over classes, each weighted by its number of samples.</summary>
    Weighted,
}

/// <summary>Scores of a class, or of several averaged.</summary>
/// <param name="Precision">TP/(TP + FP): of what is called so, how much is.</param>
/// <param name="Recall">TP/(TP + FN): of what is so, how much is found.</param>
/// <param name="F1">2PR/(P + R); 0 where both are 0.</param>
/// <param name="Support">Samples of the class; all samples of an average.</param>
public readonly record struct ClassScores(double Precision, double Recall, double F1, long Support);
