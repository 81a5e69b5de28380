// scikit-learn: LogisticRegression().fit(X, y), predict, score. 12 lines there.
// Corrected: its two test rows are both predicted 1, of which one is wrong: the score is 0.5.
[Model(Scalar = Scalar.Double), Input(2), Dense(1), Target(Loss.BinaryCrossEntropy)]
public sealed partial class Logistic
{
    public static (Logistic Model, double Score) Fit()
    {
        Logistic model = Create();
        LogisticRegression.Fit(model, Dataset.Create([1.0, 2, 3, 4, 5, 6], 2, [0.0, 1, 1], 1), c: 1);
        return (model, model.Evaluate(Dataset.Create([7.0, 8, 9, 10], 2, [1.0, 0], 1)).Accuracy!.Value);
    }
}
