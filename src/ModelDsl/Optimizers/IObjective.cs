namespace ModelDsl;

/// <summary>A smooth function to be minimised.</summary>
internal interface IObjective
{
    /// <summary>Variables.</summary>
    int Length { get; }

    /// <summary>The relative rounding error of values: differences below it mean nothing. 0: values are compared as they are.</summary>
    double Noise { get; }

    /// <summary>The value and the gradient at x.</summary>
    double Evaluate(ReadOnlySpan<double> x, Span<double> gradient);
}
