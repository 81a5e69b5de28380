namespace ModelDsl.Generator.Tests.Support;

/// <summary>Named results of a model, and how far two of them are apart.</summary>
internal sealed class Outcome
{
    private readonly Dictionary<string, double[]> _values = [];

    public IEnumerable<string> Names => _values.Keys;

    public double[] this[string name] => _values[name];

    public void Add(string name, double[] values) => _values.Add(name, values);

    /// <summary>The largest |a − b| / max(1, |b|), and where. NaN counts as infinitely far.</summary>
    public (double Error, string Where) Distance(Outcome other)
    {
        (double Error, string Where) worst = (0, "nowhere");
        foreach ((string name, double[] values) in _values)
        {
            double[] expected = other[name];
            if (values.Length != expected.Length) return (double.PositiveInfinity, $"{name} has {values.Length} elements, not {expected.Length}");
            for (int i = 0; i < values.Length; i++)
            {
                double error = Math.Abs(values[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
                if (double.IsNaN(error)) error = double.PositiveInfinity;
                if (error > worst.Error) worst = (error, $"{name}[{i}] is {values[i]:R}, not {expected[i]:R}");
            }
        }

        return worst;
    }
}
