using ModelDsl.Data;

namespace ModelDsl.Tests.Data;

/// <summary>A row as the generator would write it: a number that may be missing, with an indicator; a word of a vocabulary of one; a scaled label. Three values.</summary>
internal sealed record FuzzRow(float? A, string? Name, double Y) : IRow<FuzzRow, double>
{
    public const string Text = "a,name,y\n1.5,red,2\nNA,,-3e2\n7, red ,0\n";

    static RowInfo IRow<FuzzRow>.Row { get; } = new("FuzzRow",
    [
        new("A", RowColumnKind.Number) { Missing = Impute.Mean, Indicator = true, Scale = Scaling.Standard },
        new("Name", RowColumnKind.Word) { Capacity = 1 },
    ], new("Y", RowLabelKind.Number) { Scale = Scaling.Standard }, [new("a", [], []), new("name", [], []), new("y", [], [], IsLabel: true)]);

    public static RowEncoder<FuzzRow, double> Encoder() => RowEncoder<FuzzRow, double>.Fit([new(1, "red", 3), new(null, "blue", -1), new(4, "red", 0.5)]);

    static void IRow<FuzzRow>.Write(FuzzRow row, Span<double> values)
    {
        values[0] = (double?)row.A ?? double.NaN;
        values[1] = 0;
    }

    static string? IRow<FuzzRow>.Text(FuzzRow row, int column) => column == 1 ? row.Name ?? "" : null;

    static double IRow<FuzzRow>.Label(FuzzRow row) => row.Y;

    static double IRow<FuzzRow, double>.FromLabel(double label) => label;

    static double IRow<FuzzRow, double>.ToLabel(double number) => number;

    static FuzzRow IRow<FuzzRow>.Parse(RowCells cells) => new(cells.NumberOrNull<float>(0), cells.TextOrNull(1), cells.Number<double>(2));
}
