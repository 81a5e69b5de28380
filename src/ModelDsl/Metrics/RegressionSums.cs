using System.Numerics;

namespace ModelDsl;

/// <summary>Errors of predicted values. Of several columns: means over the columns.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="Rmse">Its root, of each column.</param>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="Mape">Mean absolute error relative to |target|, 2⁻⁵² at least: 0.05 is five percent, and a target of 0 makes it huge.</param>
/// <param name="R2">Coefficient of determination, 1 − Σ(t − z)²/Σ(t − t̄)². Of constant targets: 1 if all predictions are exact, else 0. NaN of fewer than two rows.</param>
/// <param name="ExplainedVariance">1 − Var(t − z)/Var(t): as R², but an error that is the same everywhere does not count.</param>
public sealed record RegressionScores(long Count, double Mse, double Rmse, double Mae, double Mape, double R2, double ExplainedVariance)
{
    /// <summary>The errors of predictions.</summary>
    /// <param name="predictions">(rows, columns)</param>
    /// <param name="targets">(rows, columns)</param>
    /// <param name="columns">Values in a row.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no whole number of rows.</exception>
    public static RegressionScores Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int columns = 1) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sums = new RegressionSums(columns);
        sums.Add(predictions, targets);
        return sums.Result;
    }
}

/// <summary>
/// Gathers <see cref="RegressionScores"/> batch by batch, in memory that does not grow. Variances by Welford's update, which does not cancel as Σt² − (Σt)²/n does.
/// </summary>
public sealed class RegressionSums
{
    private readonly double[] _squared, _mean, _spread, _errorMean, _errorSpread;
    private const double MachineEpsilon = 1.0 / (1L << 52);
    private double _absolute, _relative;
    private long _rows;

    /// <summary>No rows yet.</summary>
    /// <param name="columns">Values in a row.</param>
    public RegressionSums(int columns = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        (_squared, _mean, _spread, _errorMean, _errorSpread) = (new double[columns], new double[columns], new double[columns], new double[columns], new double[columns]);
    }

    /// <summary>All rows so far; errors of no rows are NaN.</summary>
    public RegressionScores Result
    {
        get
        {
            double n = (double)_rows * _squared.Length;
            return new(_rows, _squared.Sum() / n, _squared.Average(s => Math.Sqrt(s / _rows)), _absolute / n, _relative / n,
                _rows < 2 ? double.NaN : Explained(_squared), _rows < 1 ? double.NaN : Explained(_errorSpread));
        }
    }

    /// <summary>Adds rows.</summary>
    /// <param name="predictions">(rows, columns)</param>
    /// <param name="targets">(rows, columns)</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no whole number of rows.</exception>
    public void Add<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (predictions.Length != targets.Length || targets.Length % _squared.Length != 0)
            throw new ArgumentException($"There are {predictions.Length} predictions and {targets.Length} targets; give as many of both, in rows of {_squared.Length}.", nameof(predictions));
        for (; targets.Length > 0; predictions = predictions[_squared.Length..], targets = targets[_squared.Length..]) AddRow(predictions, targets);
    }

    private void AddRow<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _rows++;
        for (int i = 0; i < _squared.Length; i++)
        {
            double target = double.CreateTruncating(t[i]), error = double.CreateTruncating(z[i]) - target;
            _squared[i] += error * error;
            _absolute += Math.Abs(error);
            _relative += Math.Abs(error) / Math.Max(Math.Abs(target), MachineEpsilon);
            Welford(target, ref _mean[i], ref _spread[i]);
            Welford(error, ref _errorMean[i], ref _errorSpread[i]);
        }
    }

    private void Welford(double value, ref double mean, ref double spread)
    {
        double delta = value - mean;
        mean += delta / _rows;
        spread += delta * (value - mean);
    }

    /// <summary>The mean over columns of 1 − unexplained/spread, with scikit-learn's rule for constant targets.</summary>
    private double Explained(double[] unexplained) => unexplained.Zip(_spread).Average(c => c switch
    {
        (0, 0) => 1,
        ( > 0, 0) => 0,
        var (rest, spread) => 1 - rest / spread,
    });
}
