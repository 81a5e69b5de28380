using System.Globalization;

namespace ModelDsl;

/// <summary>
/// The settings that a search tries, each declared once and read, typed, from a trial: <c>var rate = space.Real("rate", 1e-4, 1e-1, log: true);</c> then <c>new Adam(rate[trial])</c>. Fixed once a search
/// has begun. <see cref="HyperparametersAttribute"/> declares one by attributes.
/// </summary>
public sealed class SearchSpace
{
    private readonly List<SearchAxis> _axes = [];

    /// <summary>The settings, in the order of their declaration.</summary>
    public IReadOnlyList<SearchAxis> Axes => _axes;

    /// <summary>A real number.</summary>
    /// <param name="name">In tables and files; each name once.</param>
    /// <param name="low">The least value; positive where <paramref name="log"/>.</param>
    /// <param name="high">The greatest, above it.</param>
    /// <param name="log">Whether its logarithm is evenly drawn, as for learning rates and penalties.</param>
    /// <param name="steps">How many values a grid takes, at least 2; 0: as many as the search says.</param>
    public SearchAxis<double> Real(string name, double low, double high, bool log = false, int steps = 0)
    {
        if (!(double.IsFinite(low) && double.IsFinite(high))) throw new ArgumentException(Wrong(name, low, high, log), nameof(low));
        return Range(name, AxisKind.Real, low, high, log, steps, v => v);
    }

    /// <summary>A whole number.</summary>
    /// <inheritdoc cref="Real"/>
    public SearchAxis<int> Integer(string name, int low, int high, bool log = false, int steps = 0) => Range(name, AxisKind.Integer, low, high, log, steps, v => (int)v);

    /// <summary>One of some values: numbers, options, factories of models.</summary>
    /// <param name="name">In tables and files; each name once.</param>
    /// <param name="values">At least one. A grid takes them in this order.</param>
    public SearchAxis<T> Choice<T>(string name, params T[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0) throw new ArgumentException($"{name} has nothing to choose from.", nameof(values));
        return Add(new SearchAxis<T>(name, AxisKind.Choice, 0, values.Length - 1, false, Array.ConvertAll(values, v => Convert.ToString(v, CultureInfo.InvariantCulture) ?? ""), v => values[(int)v]));
    }

    /// <summary>Says what the space is: a file of another space's trials is refused by it.</summary>
    internal string Description => string.Join("; ", _axes.Select(a => a.Description));

    private SearchAxis<T> Range<T>(string name, AxisKind kind, double low, double high, bool log, int steps, Func<double, T> decode)
    {
        if (!(low < high && (!log || low > 0))) throw new ArgumentException(Wrong(name, low, high, log), nameof(low));
        if (steps is < 0 or 1) throw new ArgumentOutOfRangeException(nameof(steps), steps, $"A grid takes at least 2 values of {name}; 0 leaves it to the search.");
        return Add(new SearchAxis<T>(name, kind, low, high, log, [], decode) { Steps = steps });
    }

    private static string Wrong(string name, double low, double high, bool log) => $"{name} cannot go from {low} to {high}{(log ? " on a logarithmic scale, which begins above 0" : "")}.";

    private TAxis Add<TAxis>(TAxis axis) where TAxis : SearchAxis
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(axis.Name);
        if (_axes.Any(a => a.Name == axis.Name)) throw new ArgumentException($"The search space has a '{axis.Name}' already.", nameof(axis));
        axis.Index = _axes.Count;
        _axes.Add(axis);
        return axis;
    }
}

internal enum AxisKind { Real, Integer, Choice }

/// <summary>A setting of a <see cref="SearchSpace"/>.</summary>
public abstract class SearchAxis
{
    private protected SearchAxis(string name, AxisKind kind, double low, double high, bool log, string[] labels) =>
        (Name, Kind, Low, High, Log, Labels) = (name, kind, low, high, log, labels);

    /// <summary>As declared.</summary>
    public string Name { get; }

    internal AxisKind Kind { get; }

    /// <summary>Of a choice: the number of its first value, 0, and of its last.</summary>
    internal double Low { get; }

    internal double High { get; }

    internal bool Log { get; }

    internal string[] Labels { get; }

    /// <summary>Of a grid; 0: as the search says.</summary>
    internal int Steps { get; init; }

    internal int Index { get; set; }

    internal string Description => string.Create(CultureInfo.InvariantCulture, $"{Name} {Kind} {Low:R} {High:R} {Log} {Steps} {string.Join('|', Labels)}");

    /// <summary>A value as text.</summary>
    internal string Text(double value) => Kind == AxisKind.Choice ? Labels[(int)value] : value.ToString(Kind == AxisKind.Real ? "G6" : "F0", CultureInfo.InvariantCulture);

    /// <summary>The value at u of [0, 1).</summary>
    internal double At(double u) => Kind switch
    {
        AxisKind.Real => Value(Scaled(Low) + u * (Scaled(High) - Scaled(Low))),
        AxisKind.Integer => Math.Clamp(Math.Floor(Unscaled(Scaled(Low) + u * (Scaled(High + 1) - Scaled(Low)))), Low, High),
        _ => Math.Min(Math.Floor(u * (High + 1)), High),
    };

    /// <summary>On the scale on which values are spread.</summary>
    internal double Scaled(double value) => Log ? Math.Log(value) : value;

    /// <summary>The nearest value that the setting may have.</summary>
    internal double Value(double scaled) => Math.Clamp(Kind == AxisKind.Integer ? Math.Round(Unscaled(scaled)) : Unscaled(scaled), Low, High);

    private double Unscaled(double scaled) => Log ? Math.Exp(scaled) : scaled;
}

/// <summary>A setting whose values are of a type.</summary>
/// <typeparam name="T">double, int, or that of the choices.</typeparam>
public sealed class SearchAxis<T> : SearchAxis
{
    private readonly Func<double, T> _decode;

    internal SearchAxis(string name, AxisKind kind, double low, double high, bool log, string[] labels, Func<double, T> decode) : base(name, kind, low, high, log, labels) => _decode = decode;

    /// <summary>What a trial is to use.</summary>
    public T this[Trial trial] => _decode(trial.Values[Index]);

    /// <summary>What a recorded trial used.</summary>
    public T this[TrialRecord trial] => _decode(trial.Values[Index]);
}
