namespace ModelDsl;

/// <summary>Follows the losses of steps, smoothed so that no single batch counts as divergence.</summary>
internal sealed class LossGrowth(double most)
{
    private const double Keep = 0.9;

    /// <summary>The first loss.</summary>
    public double First { get; set; } = double.NaN;

    /// <summary>The exponential mean, from the first loss on.</summary>
    public double Smoothed { get; set; }

    /// <summary>Whether any loss was below 0: then it has no natural zero, and its growth means nothing.</summary>
    public bool IsSigned { get; set; }

    public bool IsTooMuch => !IsSigned && Smoothed > most * Math.Max(First, 1e-3);

    public void Observe(double loss)
    {
        IsSigned |= loss < 0;
        if (double.IsNaN(First)) (First, Smoothed) = (loss, loss);
        else Smoothed = Keep * Smoothed + (1 - Keep) * loss;
    }
}
