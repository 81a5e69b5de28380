#pragma warning disable xUnit1051 // These fits take milliseconds.
using System.Text.Json;
using ModelDsl.LinearModels;
using ModelDsl.Tests.LinearModels;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.Data;

/// <summary>What is kept, against scikit-learn 1.2's SelectFromModel.</summary>
public class FeatureSelectorTests
{
    private readonly struct Seven : IDense { public static int Inputs => 7; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    [Fact]
    public void Lasso_keeps_what_scikit_learns_keeps()
    {
        foreach (JsonElement c in ReferenceFile.Cases(LinearData.File, "select"))
        {
            int? most = c.Int("most") is > 0 and int bound ? bound : null;
            Assert.Equal(c.Ints("kept"), FeatureSelector.ByL1(LinearData.Values("diabetes"), c.Number("alpha"), most: most).Columns);
        }
    }

    /// <summary>The objective of L1 logistic regression is not strictly convex, but its minimum is unique here: equal weights, and so equal features.</summary>
    [Fact]
    public void L1_logistic_regression_has_the_weights_of_scikit_learns_and_keeps_the_same()
    {
        foreach (JsonElement c in ReferenceFile.Cases(LinearData.File, "select_classes"))
        {
            Dataset data = LinearData.Labels(c.Text("data"));
            double[][] outputs = SparseWeights.Logistic(data, c.Number("alpha"), null, CancellationToken.None);
            double[] expected = c.Numbers("weight"), bias = c.Numbers("bias");
            for (int o = 0; o < outputs.Length; o++)
            {
                ReferenceFile.Close([.. Enumerable.Range(0, data.FeatureSize).Select(j => expected[j * outputs.Length + o])], outputs[o][..^1], 1e-5, $"weights of class {o}");
                ReferenceFile.Close(bias[o], outputs[o][^1], 1e-5, $"bias of class {o}");
            }
            Assert.Equal(c.Ints("kept"), FeatureSelector.ByL1(data, c.Number("alpha")).Columns);
        }
    }

    [Fact]
    public void Importances_keep_what_SelectFromModel_keeps()
    {
        foreach (JsonElement c in ReferenceFile.Cases(LinearData.File, "select_importance"))
        {
            double? threshold = c.GetProperty("threshold").ValueKind == JsonValueKind.Null ? null : c.Number("threshold");
            Assert.Equal(c.Ints("kept"), FeatureSelector.ByImportance(c.Numbers("importances"), threshold, c.Int("most") is > 0 and int most ? most : null).Columns);
        }
    }

    [Fact]
    public void Permutation_keeps_what_is_surely_above_0()
    {
        FeatureImportance[] importances = [new(2, 0.3, 0.2, []), new(0, 0.2, 0.05, []), new(1, -0.1, 0, []), new(3, 0.1, 0.01, [])];
        Assert.Equal([0, 3], FeatureSelector.ByPermutation(importances).Columns);
        Assert.Equal([0, 2, 3], FeatureSelector.ByPermutation(importances, deviations: 1).Columns);
        Assert.Equal([2], FeatureSelector.ByPermutation(importances, deviations: 1, most: 1).Columns);
        Assert.Throws<ArgumentException>("importances", () => FeatureSelector.ByPermutation(importances, deviations: 100));
        Assert.Contains("feature", Assert.Throws<ArgumentException>("importances", () => FeatureSelector.ByPermutation(importances[..2])).Message, StringComparison.Ordinal);
        FeatureImportance[] groups = [new(0, 0.2, 0.05, []) { Columns = [0, 3] }, new(1, 0.1, 0.09, []) { Columns = [1, 2] }];
        Assert.Equal([0, 3], FeatureSelector.ByPermutation(groups).Columns);
        Assert.Equal(4, FeatureSelector.ByPermutation(groups).InputWidth);
    }

    /// <summary>The seven features that a lasso of alpha 0.1 keeps of diabetes, in a pipeline that is read from its text, then a lasso of these alone: the figures of the lasso of all.</summary>
    [Fact]
    public void A_selection_is_a_transform_like_others()
    {
        Dataset data = LinearData.Values("diabetes");
        Pipeline pipeline = Pipeline.Fit(data, d => FeatureSelector.ByL1(d, 0.1), d => Scaler.MaxAbs(d));
        Pipeline read = Assert.IsType<Pipeline>(Transform.FromJson(pipeline.ToJson()));
        FeatureSelector selector = Assert.IsType<FeatureSelector>(read.Steps[0]);
        Assert.Equal((10, 7, false), (selector.InputWidth, selector.OutputWidth, selector.CanInvert));
        Assert.Equal(["sex", "bmi", "bp", "s1", "s3", "s5", "s6"], selector.Names(["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]));
        Assert.Throws<ArgumentException>(() => selector.Names(["age"]));

        var model = new DenseModel<double, Seven>();
        double[] x = LinearData.X("diabetes"), y = LinearData.Y("diabetes"), kept = new double[442 * 7];
        selector.Apply<double>(x, kept);
        CoordinateDescentResult result = Lasso.Fit(model, selector.Apply(data), 0.1);
        Assert.Equal(0.508839, LinearData.R2(y, model.Scores(kept)), 1e-4);
        Assert.Equal(7, result.NonZero);
        Assert.Equal(x[10 * 5 + 2], kept[7 * 5 + 1]);
        Assert.Equal(0, Allocations.Of(() => selector.Apply<double>(x, kept)));
    }

    [Fact]
    public void What_cannot_be_kept_is_named()
    {
        Dataset data = LinearData.Values("diabetes");
        Assert.Equal([1, 4], FeatureSelector.Of(data, [4, 1]).Columns);
        Assert.Throws<ArgumentException>(() => FeatureSelector.Of(data, []));
        Assert.Throws<ArgumentException>(() => FeatureSelector.Of(data, [10]));
        Assert.Throws<ArgumentException>(() => FeatureSelector.Of(data, [1, 1]));
        Assert.Contains("smaller alpha", Assert.Throws<ArgumentException>("alpha", () => FeatureSelector.ByL1(data, 100)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureSelector.ByL1(data, 0));
        Assert.Throws<ArgumentException>(() => FeatureSelector.ByL1(Dataset.Create(new double[4], 2, new int[2]), 1));
        Assert.Throws<ArgumentException>(() => FeatureSelector.ByImportance([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => FeatureSelector.ByImportance([]));
        Assert.Throws<ArgumentException>(() => FeatureSelector.ByImportance([1, 2], 3));
        foreach (string columns in new[] { "[]", "[1,0]", "[2]", "null", "[0,0]" })
            Assert.Throws<ModelFormatException>(() => Transform.FromJson($"{{\"kind\":\"selector\",\"on\":null,\"inputWidth\":2,\"columns\":{columns}}}"));
    }
}
