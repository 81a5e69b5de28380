// scikit-learn: train_test_split, LinearRegression().fit, predict, mean_squared_error. 12 lines there.
// Corrected: the four points lie on a line, so only the solution of least norm is told apart from others; and what it calls validation is a test.
using ModelDsl;
namespace Listings;

[Model(Scalar = Scalar.Double), Input(2), Dense(1), Target(Loss.Mse)]
public sealed partial class Plane;

internal static class Split
{
    public static (double[] Weights, int Rank, double Mse) Fit()
    {
        Plane model = Plane.Create();
        LeastSquaresResult result = LeastSquares.Fit(model, Dataset.Create([1.0, 2, 3, 4, 4, 5], 2, [2.0, 4, 5], 1));
        double mse = model.Evaluate(Dataset.Create([2.0, 3], 2, [3.0], 1)).Loss;
        return (model.Parameters.Span[..2].ToArray(), result.Rank, mse);
    }
}
