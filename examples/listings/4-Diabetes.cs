// scikit-learn: load_boston, LinearRegression().fit, coef_, intercept_, score. 10 lines there.
// Corrected: the Boston data were withdrawn, so this is the diabetes set; and least squares is no gradient descent, it is solved.
using ModelDsl;
namespace Listings;

[Model(Scalar = Scalar.Double), Input(10), Dense(1), Target(Loss.Mse)]
public sealed partial class Progression;

internal static class Diabetes
{
    public static (double R2, double Mse) Fit()
    {
        Dataset patients = Resources.Diabetes();
        Progression model = Progression.Create();
        LeastSquares.Fit(model, patients);
        Evaluation fit = model.Evaluate(patients);
        return (fit.R2!.Value, fit.Loss);
    }
}
