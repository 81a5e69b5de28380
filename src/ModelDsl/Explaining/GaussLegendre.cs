namespace ModelDsl;

/// <summary>The rule of n points that integrates polynomials up to degree 2n − 1 exactly: its points are the zeros of the Legendre polynomial Pₙ.</summary>
internal static class GaussLegendre
{
    /// <summary>Points and weights on [0, 1].</summary>
    public static (double[] Points, double[] Weights) Rule(int n)
    {
        double[] points = new double[n], weights = new double[n];
        for (int i = 0; i < n; i++)
        {
            // Newton's method from Tricomi's approximation; it doubles the digits each time
            double x = Math.Cos(Math.PI * (i + 0.75) / (n + 0.5)), slope = 0;
            for (int round = 0; round < 10; round++)
            {
                (double p, slope) = Legendre(n, x);
                x -= p / slope;
            }

            slope = Legendre(n, x).Slope;
            (points[n - 1 - i], weights[n - 1 - i]) = ((1 + x) / 2, 1 / ((1 - x * x) * slope * slope));
        }

        return (points, weights);
    }

    /// <summary>Pₙ(x) and its derivative, by Bonnet's recursion (k + 1)Pₖ₊₁ = (2k + 1)x·Pₖ − k·Pₖ₋₁.</summary>
    private static (double Value, double Slope) Legendre(int n, double x)
    {
        (double before, double p) = (1, x);
        for (int k = 1; k < n; k++) (before, p) = (p, ((2 * k + 1) * x * p - k * before) / (k + 1));
        return (p, n * (x * p - before) / (x * x - 1));
    }
}
