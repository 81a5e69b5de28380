// scikit-learn: train_test_split(test_size=0.2, random_state=42), LinearRegression().fit, predict, mean_squared_error. 12 lines there.
// Corrected: the four points lie on a line, so only the solution of least norm is told apart from others; and what it calls validation is a test. With seed 1 the test is the original's, (2, 3).
[Model(Scalar = Scalar.Double), Input(2), Dense(1), Target(Loss.Mse)]
public sealed partial class Plane
{
    public static (Plane Model, int Rank, Dataset Test, double Mse) Fit()
    {
        (Dataset train, _, Dataset test) = Dataset.Create([1.0, 2, 2, 3, 3, 4, 4, 5], 2, [2.0, 3, 4, 5], 1).Split(0.8, 0, 0.2, seed: 1);
        Plane model = Create();
        LeastSquaresResult result = LeastSquares.Fit(model, train);
        return (model, result.Rank, test, model.Evaluate(test).Loss);
    }
}
