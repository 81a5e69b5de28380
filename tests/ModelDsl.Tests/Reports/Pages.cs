using System.Text.RegularExpressions;
using System.Xml.Linq;
using ModelDsl.Reports;

namespace ModelDsl.Tests.Reports;

/// <summary>Pages that tests look at.</summary>
internal static partial class Pages
{
    /// <summary>One of each kind of picture, with long names, numbers of either sign and of many sizes.</summary>
    public static string Full()
    {
        string[] names = [.. Enumerable.Range(0, 25).Select(i => i == 3 ? "a name that is far too long to stand beside a bar of any picture" : $"feature <{i}>")];
        FeatureImportance[] importances = [.. names.Select((_, i) => new FeatureImportance(i, (12 - i) / 40.0, 0.03, [0, 1]))];
        double[] values = [.. names.Select((_, i) => Math.Sin(i) * 1e3 / (i + 1))];
        var attribution = new Attribution<double>(values, values.Sum() + 5, 0);
        float[] picture = [.. Enumerable.Range(0, 28 * 28).Select(i => i % 28 / 28f)], heat = [.. picture.Select((p, i) => p - i / 784f)];
        int[] labels = [.. Enumerable.Range(0, 200).Select(i => i % 2)], taken = [.. labels.Select((l, i) => i % 7 == 0 ? 1 - l : l)];
        ScoreCurve curve = ScoreCurve.Of<double>([.. labels.Select((l, i) => l + Math.Cos(i))], labels);
        PartialDependence[] dependences = [.. from feature in (int[])[0, 3] from output in (int[])[0, 1] select new PartialDependence(feature, [0.001, 20, 3000], [0.1 * output, 0.5, 0.9])];
        double[] falling = [.. Enumerable.Range(0, 80).Select(i => 3 * Math.Exp(-i / 8.0))];
        return Page.Html("Training of <Everything>", "summary", [("optimizer", "Adam")], Histories.Of(4, falling, [.. falling.Select(l => l + 0.01)], [.. falling.Select(l => 1 - l / 4)]),
            new Evaluation(200, 0.5, Accuracy: 0.857) { Confusion = ConfusionMatrix.Of(labels, taken), Curve = curve },
            [
                Figure.Importance(importances, names, "accuracy"), Figure.Importance(importances[..1]), Figure.Waterfall("Waterfall", attribution, names, values), Figure.Values<double>("Gradient", values, names),
                Figure.Dependence(dependences, names, ["cats", "dogs & others"]), Figure.HeatMap<float>("Pixels", heat, 28, 28, picture), Figure.HeatMap<float>("Large", new float[200 * 150], 200, 150),
                Figure.Scores(("cats", curve), ("dogs", curve)), Figure.Confusion(ConfusionMatrix.Of(labels, taken), ["cats", "dogs"]),
            ], ["no", "yes"]);
    }

    /// <summary>That a browser has nothing to fetch: no element or attribute that loads, no address in the style; and a policy that forbids it.</summary>
    public static void RequireNoRequest(string html)
    {
        XElement page = XDocument.Parse(html).Root!;
        string[] loading = ["script", "link", "img", "image", "iframe", "object", "embed", "audio", "video", "source", "use", "base", "form"];
        Assert.DoesNotContain(page.Descendants(), e => loading.Contains(e.Name.LocalName));
        string[] addresses = ["src", "srcset", "href", "data", "action", "formaction", "poster", "background", "ping", "cite"];
        Assert.DoesNotContain(page.Descendants().Attributes(), a => addresses.Contains(a.Name.LocalName) || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotMatch(Address(), string.Concat(page.Descendants("style").Select(s => s.Value)) + string.Concat(page.Descendants().Attributes("style").Select(a => a.Value)));
        Assert.Equal(Page.Policy, page.Descendants("meta").Single(m => m.Attribute("http-equiv") is not null).Attribute("content")!.Value);
    }

    [GeneratedRegex(@"url\s*\(|@import|//", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
