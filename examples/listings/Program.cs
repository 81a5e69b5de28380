using Listings;

// Each listing, and the numbers that scikit-learn 1.2 and PyTorch 1.13 give for it.
bool passed = true;
Check("1 Keras: a line by gradient descent", ("mean squared error on 5, 6, 7", Keras.Loss(), 0.2367883296, 1e-8));
var logistic = Regression.Fit();
Check("2 scikit-learn: logistic regression", ("w₁", logistic.Weights[0], 0.5714302, 1e-4), ("w₂", logistic.Weights[1], 0.57146154, 1e-4), ("b", logistic.Bias, -2.77787538, 1e-4), ("score", logistic.Score, 0.5, 0));
var line = PyTorch.Fit();
Check("3 PyTorch: the same line, step by step", ("w", line.Weight, 1.8463473673, 1e-9), ("b", line.Bias, 0.4517574093, 1e-9));
var diabetes = Diabetes.Fit();
Check("4 scikit-learn: least squares", ("R²", diabetes.R2, 0.5177484222, 1e-9), ("mean squared error", diabetes.Mse, 2859.6963475868, 1e-6));
Check("5 Keras: digits", ("accuracy (0.94 to 0.98 there)", Mnist.Accuracy(), 0.96, 0.02));
var split = Split.Fit();
Check("6 scikit-learn: least squares of rank 1", ("w₁", split.Weights[0], 0.5, 1e-9), ("w₂", split.Weights[1], 0.5, 1e-9), ("rank", split.Rank, 1, 0), ("mean squared error", split.Mse, 0, 1e-20));
return passed ? 0 : 1;

void Check(string name, params (string What, double Found, double Expected, double Within)[] numbers)
{
    Console.WriteLine(name);
    foreach ((string what, double found, double expected, double within) in numbers)
    {
        bool right = Math.Abs(found - expected) <= within;
        passed &= right;
        Console.WriteLine(FormattableString.Invariant($"   {what}: {found:G10}{(right ? "" : $", expected {expected:G10}")}"));
    }
}
