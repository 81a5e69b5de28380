using System.IO.Enumeration;

namespace ModelDsl;

/// <summary>What a parameter is.</summary>
public enum ParameterKind
{
    /// <summary>Any.</summary>
    Any,

    /// <summary>Weights, which decay unless a group says otherwise.</summary>
    Weight,

    /// <summary>Biases, and the scales and shifts of norms.</summary>
    BiasOrNorm,
}

/// <summary>
/// Parameters that are trained with settings of their own: <c>Groups = [new("encoder.*") { LearningRateFactor = 0.1 }, new("head.*") { WeightDecay = 0 }]</c>.
/// A parameter belongs to the first group that names it, or to none.
/// </summary>
/// <param name="pattern">The names of parameters (<c>dense1.weight</c>), in which * stands for any characters and ? for one.</param>
public sealed record ParameterGroup(string pattern = "*")
{
    /// <summary>The names.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>Which of the parameters so named.</summary>
    public ParameterKind Kind { get; init; }

    /// <summary>Multiplies the learning rate; positive.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>λ for each parameter of the group, biases too; null for the optimizer's, which is for weights only.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Whether these parameters stay as they are. Their gradients are 0 once applied, and count in no norm.</summary>
    public bool Frozen { get; init; }

    /// <summary>What updates them; null for the trainer's optimizer.</summary>
    public IOptimizer? Optimizer { get; init; }

    internal bool Contains(ParameterInfo p) =>
        (Kind == ParameterKind.Any || Kind == ParameterKind.Weight == p.Decay) && FileSystemName.MatchesSimpleExpression(Pattern, p.Name, ignoreCase: false);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Pattern);
        Hyperparameter.Positive(LearningRateFactor);
        if (WeightDecay is { } decay) Hyperparameter.NotNegative(decay, nameof(WeightDecay));
        if (Optimizer is { } optimizer) Hyperparameter.Positive(optimizer.LearningRate, "Optimizer.LearningRate");
    }
}
