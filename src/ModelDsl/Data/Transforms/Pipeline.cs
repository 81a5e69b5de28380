using System.Text.Json.Serialization;

namespace ModelDsl;

/// <summary>Transforms one after the other, each fitted on what those before make of the training part.</summary>
public sealed class Pipeline : Transform
{
    private readonly bool _oneColumn;
    private readonly int _widest;

    /// <summary>Fitted transforms in order.</summary>
    /// <param name="steps">At least one. Steps on the same column take the width that the one before gives.</param>
    /// <exception cref="ArgumentException">There is none, or widths do not fit.</exception>
    [JsonConstructor]
    public Pipeline(params Transform[] steps) : base(First(steps).On, steps[0].InputWidth, steps[^1].OutputWidth)
    {
        for (int i = 1; i < steps.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(steps[i], nameof(steps));
            if (Array.FindLastIndex(steps, i - 1, s => s.On == steps[i].On) is >= 0 and int before && steps[i].InputWidth != steps[before].OutputWidth)
                throw new ArgumentException($"Step {i} takes rows of {steps[i].InputWidth}; step {before} gives rows of {steps[before].OutputWidth}.", nameof(steps));
        }
        Steps = steps;
        _oneColumn = Array.TrueForAll(steps, s => s.On == On);
        _widest = steps.Max(s => Math.Max(s.InputWidth, s.OutputWidth));
    }

    /// <summary>The transforms.</summary>
    public Transform[] Steps { get; }

    /// <inheritdoc/>
    public override bool CanInvert => Array.TrueForAll(Steps, s => s.CanInvert);

    /// <summary>Fits steps on the training part: <c>Pipeline.Fit(train, d => Imputer.Median(d), d => Scaler.Standard(d))</c>.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="steps">Each fits a transform on the data that those before have made.</param>
    /// <exception cref="ArgumentException">There is no step, or one cannot be fitted.</exception>
    public static Pipeline Fit(Dataset train, params Func<Dataset, Transform>[] steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var fitted = new Transform[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            fitted[i] = steps[i](train);
            train = fitted[i].Apply(train);
        }
        return new(fitted);
    }

    /// <inheritdoc/>
    public override Dataset Apply(Dataset data) => Steps.Aggregate(data, (d, step) => step.Apply(d));

    private protected override IEnumerable<string> NamesOf(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories)
    {
        RequireOneColumn();
        return Steps.Aggregate(features, (names, step) => step.Names(names, categories));
    }

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y) => Chain(x, y, inverse: false);

    internal override void InvertRow(ReadOnlySpan<double> y, Span<double> x) => Chain(y, x, inverse: true);

    /// <summary>Rows go from one buffer to the other and back.</summary>
    private void Chain(ReadOnlySpan<double> from, Span<double> to, bool inverse)
    {
        RequireOneColumn();
        double[] buffer = System.Buffers.ArrayPool<double>.Shared.Rent(2 * _widest);
        try
        {
            Span<double> a = buffer.AsSpan(0, _widest), b = buffer.AsSpan(_widest, _widest);
            from.CopyTo(a);
            for (int i = 0; i < Steps.Length; i++)
            {
                Transform step = inverse ? Steps[^(i + 1)] : Steps[i];
                if (inverse) step.InvertRow(a[..step.OutputWidth], b[..step.InputWidth]);
                else step.ApplyRow(a[..step.InputWidth], b[..step.OutputWidth]);
                Span<double> made = b;
                b = a;
                a = made;
            }
            a[..to.Length].CopyTo(to);
        }
        finally
        {
            System.Buffers.ArrayPool<double>.Shared.Return(buffer);
        }
    }

    private void RequireOneColumn()
    {
        if (!_oneColumn) throw new InvalidOperationException("The steps are for different columns of a data set: apply the pipeline to data sets, or each step to its rows.");
    }

    private static Transform First(Transform[] steps) => steps is [{ } first, ..] ? first : throw new ArgumentException("A pipeline needs a step.", nameof(steps));
}
