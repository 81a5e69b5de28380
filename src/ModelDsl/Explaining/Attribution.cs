namespace ModelDsl;

/// <summary>How much each input of one sample adds to one output, against a reference.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Values">One for each scalar of the input.</param>
/// <param name="Output">f(x): the logit that is explained.</param>
/// <param name="Reference">f of the reference, which the values are counted from.</param>
public sealed record Attribution<T>(T[] Values, double Output, double Reference) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of each scalar, where the explanation was given a data set with names; else null.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The standard error of each value, where values are means of samples; else null.</summary>
    public IReadOnlyList<double>? StandardErrors { get; init; }

    /// <summary>Σ values − (f(x) − f(reference)): what an exact attribution has as 0.</summary>
    public double Gap => Values.Sum(double.CreateTruncating) - (Output - Reference);
}

/// <summary>Features that are one thing to the model's user, such as the values that encode one property of a row.</summary>
/// <param name="Name">For tables and figures.</param>
/// <param name="Columns">Their positions.</param>
public sealed record FeatureGroup(string Name, int[] Columns);

/// <summary>How much a score falls when a feature's values are shuffled among the samples.</summary>
/// <param name="Feature">The feature's position; of groups of features, the group's.</param>
/// <param name="Mean">Of the falls over all repeats.</param>
/// <param name="Deviation">Their standard deviation, divided by n.</param>
/// <param name="Falls">One for each repeat.</param>
public sealed record FeatureImportance(int Feature, double Mean, double Deviation, double[] Falls)
{
    /// <summary>The feature's name, or the group's, where there are names; else null.</summary>
    public string? Name { get; init; }

    /// <summary>The positions that were shuffled together: one, or a group's.</summary>
    public int[] Columns { get; init; } = [Feature];

    /// <summary>For example <c>age: 0.12 ± 0.013</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{ToName()}: {Mean:G4} ± {Deviation:G2}");

    internal string ToName() => Name ?? FormattableString.Invariant($"{Feature}");
}

/// <summary>A model's mean prediction over a data set, with one feature set to each of some values.</summary>
/// <param name="Feature">The feature's position.</param>
/// <param name="Values">What the feature was set to, ascending.</param>
/// <param name="Means">The mean of an output of Predict at each.</param>
public sealed record PartialDependence(int Feature, double[] Values, double[] Means)
{
    /// <summary>The feature's name, where the data set has names; else null.</summary>
    public string? Name { get; init; }

    internal string ToName() => Name ?? FormattableString.Invariant($"{Feature}");
}
