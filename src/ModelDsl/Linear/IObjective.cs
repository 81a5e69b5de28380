namespace ModelDsl.LinearModels;

/// <summary>A smooth function to be minimised.</summary>
internal interface IObjective
{
    /// <summary>Variables.</summary>
    int Length { get; }

    /// <summary>The relative rounding error of values: differences below it mean nothing.</summary>
    double Noise { get; }

    /// <summary>The value and the gradient at x.</summary>
    double Evaluate(ReadOnlySpan<double> x, Span<double> gradient);
}

/// <summary>One with second derivatives.</summary>
internal interface ICurvedObjective : IObjective
{
    /// <summary>Symmetric. (Length, Length)</summary>
    double[] Hessian(ReadOnlySpan<double> x);
}
