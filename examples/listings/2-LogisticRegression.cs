// scikit-learn: LogisticRegression().fit(X, y), predict, score. 12 lines there.
// Corrected: its two test rows are both predicted 1, of which one is wrong: the score is 0.5.
using ModelDsl;
namespace Listings;

[Model(Scalar = Scalar.Double), Input(2), Dense(1), Target(Loss.BinaryCrossEntropy)]
public sealed partial class Logistic;

internal static class Regression
{
    public static (double[] Weights, double Bias, double Score) Fit()
    {
        Logistic model = Logistic.Create();
        LogisticRegression.Fit(model, Dataset.Create([1.0, 2, 3, 4, 5, 6], 2, [0.0, 1, 1], 1), c: 1);
        double score = model.Evaluate(Dataset.Create([7.0, 8, 9, 10], 2, [1.0, 0], 1)).Accuracy!.Value;
        return (model.Parameters.Span[..2].ToArray(), model.Parameters.Span[16], score);
    }
}
