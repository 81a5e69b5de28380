namespace ModelDsl.Tests.Training;

/// <summary>The check on a model whose gradients were written by hand; what the compiler writes is checked in the end-to-end tests.</summary>
public class GradientCheckTests
{
    private static readonly Dataset Batch = Dataset.Create([1.0, 2, -3, 0.5, -1, 2], 3, [1.0, -2], 1);

    [Fact]
    public void RightGradients_Pass()
    {
        LinearModel<double, Three> model = LinearModel<double, Three>.Create(1);
        double[] before = [.. model.Parameters.Span];
        GradientCheckResult result = GradientCheck.Of(model, Batch, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Passed, result.ToString());
        Assert.True(result.Worst.Error < 1e-9, result.ToString());
        Assert.Equal(["dense1.weight", "dense1.bias"], result.Tensors.Select(t => t.Name));
        Assert.Equal([3, 1], result.Tensors.Select(t => t.Checked));
        Assert.Equal(before, model.Parameters.Span.ToArray());

        // L = mean e², dL/db = mean 2e
        Assert.Equal(model.Evaluate(Batch).Loss, result.Loss, 1e-12);
        Assert.Equal(result.Tensors[1].Difference, result.Tensors[1].Gradient, 1e-9);
    }

    [Fact]
    public void InFloat_ThereIsLessToSay()
    {
        GradientCheckResult result = GradientCheck.Of(LinearModel<float, Three>.Create(1), Batch, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((true, 1e-2), (result.Passed, result.Tolerance));
    }

    [Fact]
    public void LargeTensors_AreSampled()
    {
        double[] x = [.. Enumerable.Range(0, 600).Select(i => Math.Sin(i))];
        GradientCheckOptions few = new() { ElementsPerTensor = 7, Seed = 3 };
        GradientCheckResult result = GradientCheck.Of(LinearModel<double, Wide>.Create(1), Dataset.Create(x, 300, [1.0, 2], 1), few, TestContext.Current.CancellationToken);
        Assert.Equal([7, 1], result.Tensors.Select(t => t.Checked));
        Assert.True(result.Passed, result.ToString());
        Assert.Contains("7 of 300", result.ToString());
    }

    [Fact]
    public void Results_AreATable_WorstFirst()
    {
        GradientCheckResult result = new("Waves", 0.25, 1e-6, [new("out.bias", [1], 1, 0, 0.5, 0.5, 0), new("in.weight", [3, 4], 12, 6, 1, 2, 0.5)]);
        Assert.Equal((false, "in.weight", "[1, 2]"), (result.Passed, result.Worst.Name, result.Worst.Place));
        Assert.Equal("""
            Waves: gradients FAIL at a loss of 0.25; tolerance 1e-6
            tensor     shape   checked  worst at  gradient  difference  relative error
            in.weight  3 × 4  12 of 12    [1, 2]         1           2        5.0e-1 !
            out.bias   1        1 of 1       [0]       0.5         0.5          0.0e+0

            """.ReplaceLineEndings("\n"), result.ToString());
    }

    [Fact]
    public void BadInput_IsRefused()
    {
        LinearModel<double, Three> model = LinearModel<double, Three>.Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Of(model, Batch, new GradientCheckOptions { Tolerance = 0 }, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Of(model, Batch, new GradientCheckOptions { ElementsPerTensor = 0 }, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => GradientCheck.Of(model, Dataset.Create([1.0], 1, [1.0], 1), cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => GradientCheck.Of(model, Batch, cancellation: new CancellationToken(true)));
    }
}
