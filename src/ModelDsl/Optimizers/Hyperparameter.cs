using System.Runtime.CompilerServices;

namespace ModelDsl;

/// <summary>Checks that say what was given.</summary>
internal static class Hyperparameter
{
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value > 0 ? value : throw Wrong(value, name, "positive and finite");

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value >= 0 ? value : throw Wrong(value, name, "at least 0 and finite");

    public static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and < 1 ? value : throw Wrong(value, name, "at least 0 and less than 1");

    public static int Positive(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 ? value : throw Wrong(value, name, "at least 1");

    private static ArgumentOutOfRangeException Wrong(object value, string name, string rule) => new(name, value, $"{name} must be {rule}.");
}
