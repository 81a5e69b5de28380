using ModelDsl.Metrics;

namespace ModelDsl.Tests.Metrics;

/// <summary>Expected numbers are scikit-learn 1.2.1's, unless a formula stands beside them.</summary>
public class MetricAccumulatorTests
{
    private static readonly double[] Targets = [0.5, 1, -1, 1, 7, -6, 2.25, 3];
    private static readonly double[] Predictions = [0, 2, -1, 2, 8, -5, 2, 3.5];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Regression_EqualsScikitLearn_WhateverTheBatches(int batch)
    {
        var metrics = new MetricAccumulator(Models.Info(outputs: 2).Outputs[0]);
        for (int i = 0; i < 4; i += batch)
        {
            int count = Math.Min(batch, 4 - i);
            metrics.Add<double>(Predictions.AsSpan(i * 2, count * 2), Targets.AsSpan(i * 2, count * 2), count);
        }
        Evaluation e = metrics.Finish(0.25);
        Assert.Equal((4, 0.25, null), (e.Count, e.Loss, e.Accuracy));
        Assert.Equal(0.5703125, e.Mse!.Value, 1e-14);
        Assert.Equal(0.65625, e.Mae!.Value, 1e-14);
        Assert.Equal(0.9470980931151176, e.R2!.Value, 1e-14);
    }

    /// <summary>A number that is added to Evaluation is forgotten by neither checkpoints nor tables nor progress.</summary>
    [Fact]
    public void Scores_AreAllNumbersOfAnEvaluation()
    {
        var parameters = typeof(Evaluation).GetConstructors().Single(c => c.GetParameters().Length > 2).GetParameters().Skip(1).ToArray();
        Assert.Equal(parameters.Select(p => p.Name!.ToLowerInvariant()), EvaluationScore.All.Select(s => s.Column));
        var given = new Evaluation(3, 1, 2, 3, 4, 5);
        Assert.Equal([("loss", 1), ("accuracy", 2), ("MSE", 3), ("MAE", 4), ("R2", 5)], given.Scores);
        Assert.Equal([("loss", 1), ("MAE", 4)], new Evaluation(3, 1, Mae: 4).Scores);
        Assert.Equal(given, EvaluationScore.All.Aggregate(new Evaluation(3, 0), (e, s) => s.Set(e, s.Of(given))));
    }

    [Fact]
    public void Regression_InSingle_EqualsScikitLearn()
    {
        var metrics = new MetricAccumulator(Models.Info(outputs: 2).Outputs[0]);
        metrics.Add<float>(Array.ConvertAll(Predictions, p => (float)p), Array.ConvertAll(Targets, t => (float)t), 4);
        Assert.Equal(0.9470980931151176, metrics.Finish(0).R2!.Value, 1e-14);
    }

    [Fact]
    public void R2_OfConstantTargets_IsOneOrZero()
    {
        Assert.Equal(0.8660714285714286, R2(2, [1.5, 5, 2, 5, 3, 5], [1, 5, 2, 5, 4, 5])!.Value, 1e-14);
        Assert.Equal(0.36607142857142855, R2(2, [1.5, 5, 2, 5.5, 3, 5], [1, 5, 2, 5, 4, 5])!.Value, 1e-14);
    }

    [Fact]
    public void R2_OfTargetsFarFromZero_DoesNotCancel() =>
        Assert.Equal(0.8875, R2(1, [100000001.5, 100000001.5, 100000003.25, 100000004], [100000001, 100000002, 100000003, 100000004])!.Value, 1e-12);

    [Fact]
    public void R2_OfOneSample_IsNotDefined() => Assert.Null(R2(1, [1], [2]));

    [Fact]
    public void NonFinitePredictions_ShowInTheErrors() => Assert.True(double.IsNaN(R2(1, [double.NaN, 1], [1, 2])!.Value));

    [Fact]
    public void Softmax_CountsTheLargest_AgainstTheIndex()
    {
        var metrics = new MetricAccumulator(Models.Info(Loss.SparseCrossEntropy, 3).Outputs[0]);
        metrics.Add<float>([0.2f, 0.5f, 0.3f, 0.6f, 0.2f, 0.2f, 0.1f, 0.1f, 0.8f, 0.4f, 0.4f, 0.2f], [1, 1, 2, 0], 4);
        Evaluation e = metrics.Finish(1);
        Assert.Equal(0.75, e.Accuracy);
        Assert.Equal((null, null, null), (e.Mse, e.Mae, e.R2));
    }

    [Fact]
    public void Softmax_CountsTheLargest_AgainstTheLargest()
    {
        var metrics = new MetricAccumulator(Models.Info(Loss.CrossEntropy, 2).Outputs[0]);
        metrics.Add<float>([0.2f, 0.8f, 0.6f, 0.4f, 0.3f, 0.7f, 0.9f, 0.1f], [0, 1, 0, 1, 0.1f, 0.9f, 1, 0], 4);
        Assert.Equal(0.75, metrics.Finish(1).Accuracy);
    }

    [Fact]
    public void Sigmoid_CountsEachOutput_AtOneHalf()
    {
        double[] scores = [.1, .4, .35, .8, .65, .5, .9, .2];
        double[] labels = [0, 0, 1, 1, 1, 0, 1, 0];
        foreach (int width in (int[])[1, 2, 4])
        {
            var metrics = new MetricAccumulator(Models.Info(Loss.BinaryCrossEntropy, width).Outputs[0]);
            metrics.Add<double>(scores, labels, 8 / width);
            Assert.Equal(0.75, metrics.Finish(0).Accuracy);
        }
    }

    [Theory]
    [InlineData(Loss.Hinge), InlineData(Loss.SquaredHinge)]
    public void Hinge_CountsSigns(Loss loss)
    {
        var metrics = new MetricAccumulator(Models.Info(loss).Outputs[0]);
        metrics.Add<float>([2, -0.5f, 0.1f, 0], [1f, -1, -1, 1], 4);
        Assert.Equal(0.75, metrics.Finish(0).Accuracy);
    }

    [Fact]
    public void NaN_IsNeverRight()
    {
        foreach (Loss loss in (Loss[])[Loss.CrossEntropy, Loss.BinaryCrossEntropy, Loss.Hinge])
        {
            var metrics = new MetricAccumulator(Models.Info(loss, 2).Outputs[0]);
            metrics.Add<float>([float.NaN, float.NaN], [-1f, -1], 1);
            Assert.Equal(0, metrics.Finish(0).Accuracy);
        }
        var sparse = new MetricAccumulator(Models.Info(Loss.SparseCrossEntropy, 2).Outputs[0]);
        sparse.Add<float>([float.NaN, float.NaN, 1, float.NaN], [0, 0], 2);
        Assert.Equal(0, sparse.Finish(0).Accuracy);
    }

    [Fact]
    public void OnlyWhatIsAsked_IsReported()
    {
        var metrics = new MetricAccumulator(Models.Info(Loss.BinaryCrossEntropy, 1, Metric.Mae).Outputs[0]);
        metrics.Add<float>([0.25f, 1], [0f, 1], 2);
        Assert.Equal(new Evaluation(2, 3, Mae: 0.125) { Errors = RegressionScores.Of([0.25f, 1], [0f, 1]) }, metrics.Finish(3));
    }

    [Fact]
    public void NoSamples_GiveNoFigures() => Assert.Equal(new Evaluation(0, 0), new MetricAccumulator(Models.Info().Outputs[0]).Finish(0));

    [Fact]
    public void Adding_AllocatesNothing()
    {
        var metrics = new MetricAccumulator(Models.Info(outputs: 2).Outputs[0]);
        metrics.Add<double>(Predictions, Targets, 4);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 100; i++) metrics.Add<double>(Predictions, Targets, 4);
        }));
    }

    private static double? R2(int outputs, double[] predictions, double[] targets)
    {
        var metrics = new MetricAccumulator(Models.Info(outputs: outputs).Outputs[0]);
        metrics.Add<double>(predictions, targets, targets.Length / outputs);
        return metrics.Finish(0).R2;
    }
}
