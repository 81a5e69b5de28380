using System.Numerics;

namespace ModelDsl.Metrics;

/// <summary>
/// Per output column: Σ(z − t)², Σ|z − t|, and the targets' Σ(t − t̄)² by Welford's update, which does not cancel as Σt² − (Σt)²/n does.
/// </summary>
internal sealed class RegressionSums(int columns)
{
    private readonly double[] _squared = new double[columns];
    private readonly double[] _mean = new double[columns];
    private readonly double[] _spread = new double[columns];
    private double _absolute;
    private long _rows;

    /// <summary>Mean squared error over rows and columns; null before the first row.</summary>
    public double? Mse => _rows == 0 ? null : _squared.Sum() / ((double)_rows * columns);

    /// <summary>Mean absolute error over rows and columns; null before the first row.</summary>
    public double? Mae => _rows == 0 ? null : _absolute / ((double)_rows * columns);

    /// <summary>The mean of the columns' coefficients of determination; null before the second row, where it is not defined.</summary>
    public double? R2 => _rows < 2 ? null : Enumerable.Range(0, columns).Average(Determination);

    /// <summary>Adds a row. z, t: (columns)</summary>
    public void Add<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _rows++;
        for (int i = 0; i < _squared.Length; i++)
        {
            double target = double.CreateTruncating(t[i]), error = double.CreateTruncating(z[i]) - target;
            _squared[i] += error * error;
            _absolute += Math.Abs(error);
            double delta = target - _mean[i];
            _mean[i] += delta / _rows;
            _spread[i] += delta * (target - _mean[i]);
        }
    }

    /// <summary>1 − Σ(t − z)²/Σ(t − t̄)². Of constant targets: 1 if all predictions are exact, else 0, as scikit-learn has it.</summary>
    private double Determination(int column) => (_squared[column], _spread[column]) switch
    {
        (0, 0) => 1,
        ( > 0, 0) => 0,
        var (squared, spread) => 1 - squared / spread,
    };
}
