// scikit-learn: load_boston, LinearRegression().fit, coef_, intercept_, score. 10 lines there.
// Corrected: the Boston data were withdrawn, so this is the diabetes set; and least squares is no gradient descent, it is solved.
[Model(Scalar = Scalar.Double), Input(10), Dense(1), Target(Loss.Mse)]
public sealed partial class Progression
{
    public static (Progression Model, Evaluation Fit) Fit(Dataset patients)
    {
        Progression model = Create();
        LeastSquares.Fit(model, patients);
        return (model, model.Evaluate(patients));
    }
}
