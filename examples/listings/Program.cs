// Each listing, and the numbers that scikit-learn 1.2 and PyTorch 1.13 give for it.
bool passed = true;
Check("1 Keras: a line by gradient descent", () => [("mean squared error on 5, 6, 7", Line.LossAfterTraining(), 0.2367883296, 1e-8)]);
Check("2 scikit-learn: logistic regression", () =>
{
    (Logistic model, double score) = Logistic.Fit();
    return [("w₁", model.Parameters.Span[0], 0.5714302, 1e-4), ("w₂", model.Parameters.Span[1], 0.57146154, 1e-4), ("b", model.Parameters.Span[16], -2.77787538, 1e-4), ("score", score, 0.5, 0)];
});
Check("3 PyTorch: the same line, step by step", () =>
{
    (double weight, double bias) = SteppedLine.Fit();
    return [("w", weight, 1.8463473673, 1e-9), ("b", bias, 0.4517574093, 1e-9)];
});
Check("4 scikit-learn: least squares", () =>
{
    (Progression model, Evaluation fit) = Progression.Fit(Resources.Diabetes());
    return [("w₁", model.Parameters.Span[0], -0.03636122422, 1e-6), ("b", model.Parameters.Span[16], -334.5671385188, 1e-6), ("R²", fit.R2!.Value, 0.5177484222, 1e-9), ("mean squared error", fit.Loss, 2859.6963475868, 1e-6)];
});
Check("5 Keras: digits", () => [("accuracy of the test (scikit-learn .9622, PyTorch .9444)", Digits.Accuracy(Resources.Digits()), 0.96, 0.02), ("parameters", Digits.Info.ParameterCount, 8970, 0)]);
Check("6 scikit-learn: least squares of rank 1", () =>
{
    (Plane model, int rank, Dataset test, double mse) = Plane.Fit();
    double[] row = new double[2];
    test.CopyFeatures([0], row.AsSpan());
    return [("test x₁", row[0], 2, 0), ("test x₂", row[1], 3, 0), ("w₁", model.Parameters.Span[0], 0.5, 1e-9), ("w₂", model.Parameters.Span[1], 0.5, 1e-9), ("rank", rank, 1, 0), ("mean squared error", mse, 0, 1e-20)];
});
return passed ? 0 : 1;

void Check(string name, Func<(string What, double Found, double Expected, double Within)[]> listing)
{
    Console.WriteLine(name);
    foreach ((string what, double found, double expected, double within) in listing())
    {
        bool right = Math.Abs(found - expected) <= within;
        passed &= right;
        Console.WriteLine(FormattableString.Invariant($"   {what}: {found:G10}{(right ? "" : $", expected {expected:G10}")}"));
    }
}
