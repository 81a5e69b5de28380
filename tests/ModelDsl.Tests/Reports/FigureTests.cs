using System.Globalization;
using System.Xml.Linq;
using ModelDsl.Reports;

namespace ModelDsl.Tests.Reports;

public sealed class FigureTests
{
    private static XElement Root(Figure figure) => XElement.Parse($"<div>{figure.Html}</div>");

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    /// <summary>The texts of a picture of bars: a name and a number for each.</summary>
    private static (string Name, string Number)[] Rows(XElement root) =>
        [.. root.Descendants("text").Where(t => t.Attribute("class")!.Value == "name end").Select(t => (t.Nodes().OfType<XText>().First().Value, t.ElementsAfterSelf("text").First().Value))];

    [Fact]
    public void Importance_IsSorted_AndItsWhiskersAreOneDeviation()
    {
        XElement root = Root(Figure.Importance([new(0, 0.1, 0.05, [0, 1]), new(1, 0.4, 0.1, [0, 1]), new(2, -0.02, 0, [0, 1])], ["a", "b", "c"], "accuracy"));
        Assert.Equal([("b", "0.4000 ± 0.1000"), ("a", "0.1000 ± 0.0500"), ("c", "−0.0200 ± 0.0000")], Rows(root));
        XElement[] bars = [.. root.Descendants("rect")];
        Assert.Equal(["plus", "plus", "minus"], bars.Select(b => b.Attribute("class")!.Value));
        // In pixels of the bar of 0.4: the whisker goes from 0.3 to 0.5.
        double unit = Number(bars[0], "width") / 0.4, zero = Number(bars[0], "x");
        string[] moves = root.Descendants("path").First().Attribute("d")!.Value.Split('M', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(zero + 0.3 * unit, double.Parse(moves[0].Split(' ')[0], CultureInfo.InvariantCulture), 0.2);
        Assert.Equal(zero + 0.5 * unit, double.Parse(moves[2].Split(' ')[0], CultureInfo.InvariantCulture), 0.2);
        Assert.Equal(4 * Number(bars[1], "width"), Number(bars[0], "width"), 0.5);
    }

    [Fact]
    public void Waterfall_GoesFromReferenceToOutput_AndHidesNoRemainder()
    {
        double[] values = [1, -2, 0.5, .. Enumerable.Repeat(0.1, 30)];
        XElement root = Root(Figure.Waterfall("w", new Attribution<double>(values, 10 + values.Sum() + 1, 10), null, values));
        (string Name, string Number)[] rows = Rows(root);
        Assert.Equal([("reference", "10.00"), ("1 = -2", "−2.00"), ("0 = 1", "+1.00"), ("2 = 0.5", "+0.50")], rows[..4]);
        Assert.Equal([("13 other features", "+1.30"), ("not attributed", "+1.00"), ("output", "13.50")], rows[^3..]);
        XElement[] bars = [.. root.Descendants("rect")];
        // Each begins where the one before ends: down by 2, then up by 1.
        Assert.Equal(Number(bars[1], "x"), Number(bars[2], "x"), 0.2);
        Assert.Equal(Number(bars[1], "width"), 2 * Number(bars[2], "width"), 0.3);
    }

    [Fact]
    public void HeatMap_AddsChannelsAndBlocks()
    {
        float[] values = new float[2 * 2 * 3];
        (values[0], values[1], values[9]) = (1, 1, -1);
        XElement[] paths = [.. Root(Figure.HeatMap<float>("h", values, 2, 2)).Descendants("path")];
        Assert.Equal([("minus", "0.5", "M1 1h1v1h-1z"), ("plus", "1", "M0 0h1v1h-1z")], paths.Select(p => (p.Attribute("class")!.Value, p.Attribute("fill-opacity")!.Value, p.Attribute("d")!.Value)));
        double[] large = new double[192 * 100];
        (large[0], large[101], large[191 * 100 + 99]) = (2, 2, 4);
        XElement root = Root(Figure.HeatMap<double>("h", large, 192, 100));
        Assert.Equal("0 0 50 96", root.Descendants("svg").Single().Attribute("viewBox")!.Value);
        Assert.Equal("M0 0h1v1h-1zM49 95h1v1h-1z", root.Descendants("path").Single().Attribute("d")!.Value);
    }

    [Fact]
    public void Curves_AreThoseOfTheScores()
    {
        XElement root = Root(Figure.Scores(("model", ScoreCurve.Of<double>([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0]))));
        Assert.Equal(["model, area 0.750", "chance", "model, average precision 0.833"], root.Descendants("span").Select(s => s.Value));
        // (0, 0), (0, ½), (½, ½), (½, 1), (1, 1), x from 64 to 456, y from 226 to 14.
        Assert.Equal("64,226 64,120 260,120 260,14 456,14", root.Descendants("polyline").First().Attribute("points")!.Value);
        Assert.Equal("", Root(Figure.Scores(("one class", ScoreCurve.Of<double>([0.9], [1])))).Value);
    }

    [Fact]
    public void WrongLengths_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Figure.Importance([]));
        Assert.StartsWith("There are 1 names for 2", Assert.Throws<ArgumentException>(() => Figure.Importance([new(1, 0, 0, [0])], ["a"])).Message);
        Assert.Throws<ArgumentException>(() => Figure.Waterfall("w", new Attribution<double>([1, 2], 3, 0), null, [1]));
        Assert.Throws<ArgumentException>(() => Figure.Values<double>("v", []));
        Assert.Throws<ArgumentException>(() => Figure.Dependence([new(0, [0, 1], [0, 1])], null, []));
        Assert.Throws<ArgumentException>(() => Figure.HeatMap<float>("h", new float[5], 2, 2));
        Assert.Throws<ArgumentException>(() => Figure.HeatMap<float>("h", new float[4], 2, 2, new float[3]));
        Assert.Throws<ArgumentException>(() => Figure.Scores());
        Assert.Throws<ArgumentException>(() => Figure.Confusion(ConfusionMatrix.Of([0, 1], [0, 1]), ["a"]));
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.9 }, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(new[] { -3.0, 1200 }, "-500 0 500 1,000 1,500")]
    [InlineData(new[] { 7.0 }, "2 4 6 8 10 12")]
    [InlineData(new[] { 1e-9, 2e-9 }, "1e-9 1.2e-9 1.4e-9 1.6e-9 1.8e-9 2e-9")]
    public void Ticks_AreRound(double[] values, string expected)
    {
        Axis axis = Axis.Linear(values);
        Assert.Equal(expected, string.Join(" ", axis.Ticks.Select(axis.Label)));
        Assert.Equal((0, 1), (axis.Place(axis.Ticks[0]), axis.Place(axis.Ticks[^1])));
    }

    [Theory]
    [InlineData(new[] { 0.016, 0.87 }, "0.01 0.02 0.05 0.1 0.2 0.5 1")]
    [InlineData(new[] { 0.0001, 3.0 }, "0.0001 0.001 0.01 0.1 1 10")]
    [InlineData(new[] { 0.5, 3.0 }, "0.5 1.0 1.5 2.0 2.5 3.0")]
    public void Ratios_HaveTicksOfPowers(double[] values, string expected)
    {
        Axis axis = Axis.Fitting(values);
        Assert.Equal(expected, string.Join(" ", axis.Ticks.Select(axis.Label)));
        Assert.All(values, v => Assert.InRange(axis.Place(v), 0, 1));
    }
}
