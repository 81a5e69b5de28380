using System.Globalization;

namespace ModelDsl.Generator.Support;

/// <summary>Numbers as C# text: the shortest digits that give the value back, whatever the culture.</summary>
internal static class Literals
{
    /// <summary>
    /// A real constant of scalar type <paramref name="scalar"/>. Both types get the same digits, so that the float and double
    /// emissions of a model differ in their scalar tokens only.
    /// </summary>
    public static string Real(double value, ScalarToken scalar)
    {
        if (double.IsNaN(value)) return scalar.Name + ".NaN";
        if (double.IsInfinity(value)) return scalar.Name + (value > 0 ? ".PositiveInfinity" : ".NegativeInfinity");
        string digits = Digits(value);
        return scalar.Suffix.Length == 0 && digits.IndexOfAny(['.', 'E']) < 0 ? digits + ".0" : digits + scalar.Suffix;
    }

    /// <summary>The shortest digits that parse to <paramref name="value"/>.</summary>
    public static string Digits(double value)
    {
        // netstandard2.0 may run on .NET Framework, whose "R" is not always the shortest.
        string digits = value.ToString("G15", CultureInfo.InvariantCulture);
        return double.Parse(digits, CultureInfo.InvariantCulture) == value ? digits : value.ToString("G17", CultureInfo.InvariantCulture);
    }

    /// <summary>A float attribute argument as the decimal the user wrote: 0.2f is 0.2, not 0.20000000298.</summary>
    public static double FromFloat(float value) =>
        float.IsNaN(value) || float.IsInfinity(value) ? value : double.Parse(Shortest(value), CultureInfo.InvariantCulture);

    /// <summary>An integer with digit groups: 50,176 is 50_176.</summary>
    public static string Integer(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '_');

    /// <summary>A number for people: 50,176.</summary>
    public static string Grouped(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Shortest(float value)
    {
        for (int digits = 1; digits < 9; digits++)
        {
            string text = value.ToString("G" + digits, CultureInfo.InvariantCulture);
            if (float.Parse(text, CultureInfo.InvariantCulture) == value) return text;
        }

        return value.ToString("G9", CultureInfo.InvariantCulture);
    }
}

/// <summary>The one token in which the float and double emissions differ: the type's name and its literals' suffix.</summary>
internal sealed record ScalarToken(string Name, string Suffix, int Bytes)
{
    public static ScalarToken Single { get; } = new("float", "f", 4);

    public static ScalarToken Double { get; } = new("double", "", 8);
}
