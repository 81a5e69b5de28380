namespace ModelDsl;

/// <summary>How gradients are checked; see <see cref="GradientCheck"/>.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The greatest relative error that passes, above 0; null for 1e-6 in double and 1e-2 in float, which holds no more of a difference.</summary>
    public double? Tolerance { get; init; }

    /// <summary>The most elements of each tensor that are checked, drawn where it has more; at least 1. Each takes four forward passes.</summary>
    public int ElementsPerTensor { get; init; } = 100;

    /// <summary>Decides which elements are drawn, and what dropout drops: the same in every pass.</summary>
    public ulong Seed { get; init; }
}

/// <summary>
/// Whether a model's gradients are those of its loss: the compiled backward pass against central differences of the compiled forward pass. It finds a <see cref="DerivativeAttribute"/> that is not its
/// function's derivative wherever trained parameters come before the function.
/// </summary>
/// <remarks>
/// Differences are of fourth order, (8(L(w + h) − L(w − h)) − (L(w + 2h) − L(w − 2h)))/12h with h = ⁵√ε·max(1, |w|), ε the scalar's rounding error. Where they and the gradient
/// disagree, h/10 and h/100 are tried, which are less likely to reach across a kink (of ReLU, of absolute values). On a kink itself there is no derivative, and the check fails: draw other parameters
/// or data. A derivative that is meant to be another one, as of a straight-through estimator, fails too.
/// </remarks>
public static class GradientCheck
{
    /// <summary>Checks the gradient of the loss of a batch for each trained tensor, in training mode and in the model's own scalar type: declare it with <see cref="Scalar.Double"/> for a check that is worth much.</summary>
    /// <typeparam name="TModel">The model's class.</typeparam>
    /// <param name="model">With the parameters to check at; it is not changed.</param>
    /// <param name="batch">Few samples, all of which are taken as one batch.</param>
    /// <param name="options">Tolerance and extent; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The batch does not fit the model, the model has nothing to train, or an option is out of range.</exception>
    /// <exception cref="DivergedException">The loss is not finite.</exception>
    public static GradientCheckResult Of<TModel>(TModel model, Dataset batch, GradientCheckOptions? options = null, CancellationToken cancellation = default) where TModel : class, IModel<TModel>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        options ??= new GradientCheckOptions();
        Hyperparameter.Positive(options.ElementsPerTensor);
        if (options.Tolerance is { } tolerance) Hyperparameter.Positive(tolerance, "options.Tolerance");
        if (TModel.Info.ParameterCount == 0) throw new ArgumentException($"{TModel.Info.Name} has no trained parameters, so there are no gradients to check.", nameof(model));
        return model.CheckGradients(batch, options, cancellation);
    }
}
