using System.Text.Json;
using ModelDsl.Tests.Reference;
using static ModelDsl.Tests.Reference.ReferenceFile;

namespace ModelDsl.Tests.Metrics;

/// <summary>Against scikit-learn 1.2.1 on the cases of Reference/metrics.py, 200 of each kind.</summary>
public class SklearnMetricsTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Classification_EqualsScikitLearn() => ForEach("classification", c =>
    {
        int classes = c.Int("classes");
        int[] y = c.Ints("y"), p = c.Ints("p");
        ConfusionMatrix whole = ConfusionMatrix.Of(y, p, classes);
        var counts = new ConfusionCounts(classes);
        for (int i = 0; i < y.Length; i += 3) counts.Add(y.AsSpan(i, Math.Min(3, y.Length - i)), p.AsSpan(i, Math.Min(3, y.Length - i)));
        Assert.Equal(whole, counts.Result);
        Close(c.Numbers("matrix"), [.. Enumerable.Range(0, classes * classes).Select(i => (double)whole[i / classes, i % classes])], 0, "matrix");
        Close(c.Number("accuracy"), whole.Accuracy, Tolerance, "accuracy");
        Close(c.Number("kappa"), whole.Kappa, Tolerance, "kappa");
        Close(c.Number("mcc"), whole.Mcc, Tolerance, "mcc");
        foreach (Average average in Enum.GetValues<Average>())
        {
            if (average == Average.Binary && classes > 2) continue;
            foreach (int zero in (int[])[0, 1])
            {
                ClassScores scores = whole.Scores(average, zero);
                Close(c.Numbers($"{average}{zero}".ToLowerInvariant()), [scores.Precision, scores.Recall, scores.F1], Tolerance, $"{average} {zero}");
            }
        }
    });

    [Fact]
    public void Curves_EqualScikitLearn() => ForEach("curve", c =>
    {
        int[] y = c.Ints("y");
        double[] s = c.Numbers("s");
        ScoreCurve curve = ScoreCurve.Of(s, y);
        Close(c.Number("auc"), curve.RocAuc, Tolerance, "auc");
        Close(c.Number("ap"), curve.AveragePrecision, Tolerance, "ap");
        Assert.Equal((0, 0), (curve.RocAucError, curve.AveragePrecisionError));
        CurvePoint best = curve.BestF1;
        int[] called = Array.ConvertAll(s, score => score >= best.Threshold ? 1 : 0);
        Close(c.Number("f1"), ConfusionMatrix.Of(y, called, 2).ScoresOf(1).F1, Tolerance, "f1");
    });

    [Fact]
    public void BinnedCurves_AreWithinTheErrorThatTheyState()
    {
        double widest = 0;
        ForEach("curve", c =>
        {
            foreach (int bins in (int[])[3, 10, 50, 1024])
            {
                var histogram = new ScoreHistogram(bins);
                histogram.Add(c.Numbers("s"), c.Ints("y"));
                ScoreCurve curve = histogram.Curve;
                if (!double.IsNaN(c.Number("auc"))) Assert.InRange(curve.RocAuc - c.Number("auc"), -curve.RocAucError - 1e-12, curve.RocAucError + 1e-12);
                Assert.InRange(curve.AveragePrecision - c.Number("ap"), -curve.AveragePrecisionError - 1e-12, curve.AveragePrecisionError + 1e-12);
                if (bins == 1024) widest = Math.Max(widest, Math.Abs(curve.AveragePrecision - c.Number("ap")));
            }
        });
        Assert.InRange(widest, 0, 0.05);
    }

    [Fact]
    public void AreasOfSeveralClasses_EqualScikitLearn_AndBinnedOnesAreWithinTheErrorThatTheyState() => ForEach("multiclass", c =>
    {
        (int classes, int[] y, double[] p) = (c.Int("classes"), c.Ints("y"), c.Numbers("p"));
        ClassCurves exact = ClassCurves.Of(p, y, classes);
        foreach (int bins in (int[])[4, 1024])
        {
            var histograms = new ClassHistograms(classes, bins);
            for (int i = 0; i < y.Length; i += 5)
            {
                int rows = Math.Min(5, y.Length - i);
                histograms.Add(p.AsSpan(i * classes, rows * classes), y.AsSpan(i, rows));
            }
            foreach ((string name, MultiClass way, Average average) in new[]
                { ("ovr_macro", MultiClass.OneVsRest, Average.Macro), ("ovr_weighted", MultiClass.OneVsRest, Average.Weighted), ("ovo_macro", MultiClass.OneVsOne, Average.Macro), ("ovo_weighted", MultiClass.OneVsOne, Average.Weighted) })
            {
                Close(c.Number(name), exact.RocAuc(way, average).Value, Tolerance, name);
                Assert.Equal(0, exact.RocAuc(way, average).Error);
                RocAuc binned = histograms.Curves.RocAuc(way, average);
                Assert.InRange(binned.Value - c.Number(name), -binned.Error - 1e-12, binned.Error + 1e-12);
                // Bins narrower than the steps of probabilities lose nothing but what ties.
                if (bins == 1024) Close(c.Number(name), binned.Value, Tolerance, name + " of narrow bins");
            }
        }
    });

    [Fact]
    public void Probabilities_EqualScikitLearn() => ForEach("probabilities", c =>
    {
        (int classes, int k, int[] y, double[] p) = (c.Int("classes"), c.Int("k"), c.Ints("y"), c.Numbers("p"));
        ProbabilityScores scores = ProbabilityScores.Of(p, y, classes, k);
        Close(c.Number("logloss"), scores.LogLoss, Tolerance, "log-loss");
        Close(Math.Exp(c.Number("logloss")), scores.Perplexity, Tolerance, "perplexity");
        if (c.Has("topk")) Close(c.Number("topk"), scores.TopK, Tolerance, "top k");
        if (c.Has("positive")) Close(c.Number("positive"), ProbabilityScores.Of([.. p.Where((_, i) => i % 2 == 1)], y, 2).LogLoss, Tolerance, "of class 1");
    });

    [Fact]
    public void Regression_EqualsScikitLearn() => ForEach("regression", c =>
    {
        double[] y = c.Numbers("y"), z = c.Numbers("z");
        RegressionScores scores = RegressionScores.Of(z, y, c.Int("columns"));
        foreach ((string name, double value) in new[] { ("mse", scores.Mse), ("rmse", scores.Rmse), ("mae", scores.Mae), ("mape", scores.Mape) }) Close(c.Number(name), value, 1e-12, name);
        // Targets near 10⁶: the differences of Welford's and of the two-pass variance show.
        Close(c.Number("r2"), scores.R2, 1e-9, "r2");
        Close(c.Number("explained"), scores.ExplainedVariance, 1e-9, "explained variance");
    });

    private static void ForEach(string kind, Action<JsonElement> check)
    {
        JsonElement[] cases = Cases("metrics.json", kind);
        Assert.Equal(200, cases.Length);
        foreach (JsonElement c in cases) check(c);
    }
}
