using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ModelDsl.Tests.Reference;

/// <summary>Numbers that the Python scripts beside this file made: a case is a line of JSON.</summary>
internal static class ReferenceFile
{
    /// <summary>The cases of a kind. There must be some.</summary>
    public static JsonElement[] Cases(string file, string kind)
    {
        JsonElement[] cases = [.. File.ReadLines(Path.Combine(Folder(), file)).Select(line => JsonDocument.Parse(line).RootElement).Where(c => c.GetProperty("kind").GetString() == kind)];
        Assert.NotEmpty(cases);
        return cases;
    }

    public static int Int(this JsonElement c, string name) => c.GetProperty(name).GetInt32();

    public static bool Has(this JsonElement c, string name) => c.TryGetProperty(name, out _);

    /// <summary>null is NaN.</summary>
    public static double Number(this JsonElement c, string name) => Number(c.GetProperty(name));

    public static int[] Ints(this JsonElement c, string name) => [.. c.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>All numbers of nested arrays, row-major.</summary>
    public static double[] Numbers(this JsonElement c, string name) => [.. Flat(c.GetProperty(name))];

    /// <summary>Relative where numbers are large, absolute where they are small; NaN equals NaN.</summary>
    public static void Close(double expected, double actual, double tolerance, string what)
    {
        if (double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected))) return;
        Assert.Fail($"{what}: expected {expected:R}, found {actual:R}.");
    }

    public static void Close(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Close(expected[i], actual[i], tolerance, $"{what} [{i}]");
    }

    private static IEnumerable<double> Flat(JsonElement e) => e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [Number(e)];

    private static double Number(JsonElement e) => e.ValueKind == JsonValueKind.Null ? double.NaN : e.GetDouble();

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
