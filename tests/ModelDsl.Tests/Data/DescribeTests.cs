using System.Text.Json;
using ModelDsl.Tests.Reference;
using static ModelDsl.Tests.Reference.ReferenceFile;

namespace ModelDsl.Tests.Data;

public class DescribeTests
{
    /// <summary>Against numpy on the cases of Reference/describe.py.</summary>
    [Fact]
    public void Figures_EqualNumpy()
    {
        int hints = 0;
        foreach (JsonElement c in Cases("describe.json", "table"))
        {
            bool classes = c.Int("classes") == 1;
            Dataset data = classes ? Dataset.Create(c.Numbers("x"), c.Int("columns"), c.Ints("y")) : Dataset.Create(c.Numbers("x"), c.Int("columns"), c.Numbers("y"), 1);
            DatasetDescription d = data.Describe();
            Close(c.Numbers("missing"), [.. d.Columns.Select(x => (double)x.Missing)], 0, "missing");
            Close(c.Numbers("min"), [.. d.Columns.Select(x => x.Min)], 0, "min");
            Close(c.Numbers("max"), [.. d.Columns.Select(x => x.Max)], 0, "max");
            Close(c.Numbers("mean"), [.. d.Columns.Select(x => x.Mean)], 1e-12, "mean");
            Close(c.Numbers("std"), [.. d.Columns.Select(x => x.Deviation)], 1e-12, "deviation");
            Close(c.Numbers("correlation"), [.. d.Columns.Select(x => x.Correlation)], 1e-9, "correlation");
            Assert.Equal(c.Int("duplicates"), d.Duplicates);
            Assert.Equal(classes ? c.Ints("counts") : null, d.Classes);
            hints += d.LeakageHints.Count();
        }
        Assert.InRange(hints, 1, 30);
    }

    [Fact]
    public void Table_ShowsWhatShouldBeLookedAt()
    {
        float[] x = [.. Enumerable.Range(0, 24).SelectMany(i => new[] { i == 0 ? float.NaN : i, 3, i < 22 ? 0 : 1, i == 9 ? 8 : i })];
        x[9 * 4] = 8;
        Dataset data = Dataset.Create(x, 4, [.. Enumerable.Range(0, 24).Select(i => i < 22 ? 0 : 1)]).WithClassNames(["fine", "fault"]);
        Assert.Equal("""
            24 samples, 4 features, 1 missing values
            feature   missing         min         max        mean   deviation  correlation
                  0         1           1          23      11.957       6.656        0.489
                  1         0           3           3           3           0             
                  2         0           0           1    0.083333     0.27639        1.000
                  3         0           0          23      11.458      6.9401        0.480
            class     samples   share
            fine           22   91.7%
            fault           2    8.3%
            look at: missing values in 1 features: impute them (Imputer)
            look at: features that do not vary: 1
            look at: 1 samples whose features equal an earlier one's
            look at: classes of very different size, 11 to 1: stratify splits, weigh classes (ClassWeights) or sample them (SampleBalanced)
            look at: features that may give the target away, |correlation| ≥ 0.98: 2

            """.ReplaceLineEndings("\n"), data.Describe().ToString());
    }

    [Fact]
    public void WideTables_AreCut()
    {
        string text = Dataset.Create(new float[100], 50, [0, 25]).Describe().ToString();
        Assert.Contains("\n… and 10 more\n", text);
        Assert.Contains("\n… and 6 more\n", text);
    }

    [Fact]
    public void Views_AreDescribed()
    {
        DatasetDescription d = Dataset.Create([1f, 2, 3, 2], 1, [0, 1, 1, 1]).Select([1, 3]).Describe();
        Assert.Equal((2, 1, 2.0, 1.0), (d.Count, d.Duplicates, d.Columns[0].Min, d.Imbalance));
        Assert.True(double.IsNaN(Dataset.Create([1f], 1, [2f], 1).Describe().Imbalance));
    }

    [Fact]
    public void ColumnsWithoutAnyValue_AreNaN()
    {
        ColumnDescription c = Dataset.Create([float.NaN, float.NaN], 1, [0, 1]).Describe().Columns[0];
        Assert.Equal((2, false), (c.Missing, c.IsConstant));
        Assert.True(double.IsNaN(c.Mean) && double.IsNaN(c.Min));
    }
}
