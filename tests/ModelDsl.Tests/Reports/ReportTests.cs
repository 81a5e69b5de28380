using System.Xml.Linq;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Reports;

public sealed class ReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private (string Text, XElement Page) Report(Action<string> save)
    {
        save(_folder["report.html"]);
        string text = File.ReadAllText(_folder["report.html"]);
        return (text, XDocument.Parse(text).Root!);
    }

    private static string[] Cells(XElement table) => [.. table.Descendants("tr").Select(r => string.Join(" ", r.Elements().Select(c => c.Value)))];

    [Fact]
    public void Page_HoldsEverythingAndAsksForNothing()
    {
        var trainer = new Trainer<ClassModel, float, int>(new ClassModel(), new Adam(0.1), new()
        {
            Epochs = 4, BatchSize = 2, ClipNorm = 2.5, DivergenceFactor = 50, Schedule = LearningRateSchedule.Cosine(20, 0.25).WarmUp(5),
            Stop = new() { Steps = 900, Time = TimeSpan.FromMinutes(3), Loss = 0.001, LossChange = 1e-7, GradientNorm = 1e-9 },
        });
        Dataset data = Samples.Classes([0, 0, 0, 0, 0], [1, 1, 1, 2, 0]);
        TrainResult result = trainer.Fit(data, data, cancellationToken: TestContext.Current.CancellationToken);
        (string text, XElement page) = Report(path => trainer.SaveReport(path, result, data));
        Pages.RequireNoRequest(text);
        Assert.Contains("prefers-color-scheme: dark", text);
        Assert.Contains("Digits, float", page.Descendants("pre").Single().Value);
        string[] Table(string name) => Cells(page.Descendants("table").Single(t => t.Attribute("class")!.Value == name));
        Assert.Superset(new HashSet<string>
        {
            "clip norm 2.5", "divergence factor 50", "schedule Cosine(total: 20, floor: 0.25, unit: Epoch).WarmUp(steps: 5)", "most steps 900", "most time 00:03:00", "stop at a loss of 0.001",
            "stop at a change of loss below 1E-07", "stop at a gradient norm below 1E-09",
        }, Table("names").ToHashSet());
        Assert.Contains(Table("names"), c => c.StartsWith("optimizer Adam {") && c.Contains("LearningRate = 0.1"));
        Assert.Equal(5, Table("epochs").Length);
        // Every sample is predicted as 1: the model does not look at them.
        Assert.Equal([" predicted", "actual 0 1 2", "0 0 1 0", "1 0 3 0", "2 0 1 0"], Table("confusion"));
        Assert.Equal(["class precision recall F1 samples", "0 0.000 0.000 0.000 1", "1 0.600 1.000 0.750 3", "2 0.000 0.000 0.000 1", "mean 0.200 0.333 0.250 5"], Table("classes"));
    }

    [Fact]
    public void Curves_GoThroughEveryEpoch()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd());
        (_, XElement page) = Report(path => trainer.SaveReport(path, Histories.Three));
        XElement[] charts = [.. page.Descendants("svg")];
        Assert.Equal(["Loss", "Accuracy", "Learning rate"], charts.Select(c => c.Attribute("aria-label")!.Value));
        string[] curves = [.. charts[0].Elements("polyline").Select(p => p.Attribute("points")!.Value)];
        // 0 is at 226, 1 at 14; the epochs are evenly apart; NaN is left out.
        Assert.Equal("64,35.2 260,204.8 456,155.3", curves[0]);
        Assert.Equal("64,56.4 260,141.2", curves[1]);
        Assert.Equal(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "1", "2", "3", "epoch", "loss", "best epoch 2"], charts[0].Elements("text").Select(t => t.Value));
        Assert.Equal(["train loss", "validation loss"], charts[0].Parent!.Descendants("span").Select(s => s.Value));
        Assert.Equal(2, page.Descendants("table").Count());
    }

    [Fact]
    public void NamesOfUsers_AreEscaped()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(), new() { EarlyStopping = new() { Watch = new("<b>&", _ => 1) } });
        (string text, _) = Report(path => trainer.SaveReport(path, Histories.Of(1, [])));
        Assert.Contains("&lt;b&gt;&amp;, patience 10", text);
    }

    [Fact]
    public void DataOfAnotherModel_IsRefused()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd());
        Assert.ThrowsAny<ArgumentException>(() => trainer.SaveReport(_folder["a"], Histories.Three, Samples.Classes([1], [0])));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }
}
