namespace ModelDsl.LinearModels;

/// <summary>A function with second derivatives.</summary>
internal interface ICurvedObjective : IObjective
{
    /// <summary>Symmetric. (Length, Length)</summary>
    double[] Hessian(ReadOnlySpan<double> x);
}
