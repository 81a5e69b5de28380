namespace ModelDsl.EndToEnd.Tests;

[Model, Input(4), Dense(5, Activation.Tanh), Dense(1), Target(Loss.BinaryCrossEntropy)]
public sealed partial class OfTwoClasses;

[Model, Input(4), Dense(5, Activation.Tanh), Dense(3), Target(Loss.Hinge)]
public sealed partial class OfThreeClasses;

/// <summary>A trainer takes class indices where they mean one thing to its loss: it learns the same bits from them as from values.</summary>
public sealed class ClassTargetTests
{
    private static readonly float[] X = [.. Enumerable.Range(0, 30 * 4).Select(i => MathF.Sin(i * 1.7f))];

    [Fact]
    public void BinaryClasses_AreZeroAndOne() => Equal<OfTwoClasses>(o => OfTwoClasses.CreateTrainer(new Adam(0.01), o), 2, (c, _) => c, 1);

    [Fact]
    public void Classes_AreOneAgainstTheRest() => Equal<OfThreeClasses>(o => OfThreeClasses.CreateTrainer(new Adam(0.01), o), 3, (c, o) => c == o ? 1 : -1, 3);

    [Fact]
    public void AClassWithoutAnOutput_IsNamed() =>
        Assert.Contains("is 2: with 2 classes", Assert.Throws<ArgumentException>(() => OfTwoClasses.Create().Evaluate(Dataset.Create(X[..12], 4, [0, 1, 2]))).Message);

    private static void Equal<TModel>(Func<TrainerOptions, Trainer<TModel, float>> trainer, int classes, Func<int, int, float> value, int outputs) where TModel : class, IModel<TModel, float>
    {
        int[] labels = [.. Enumerable.Range(0, 30).Select(i => i * 7 % classes)];
        float[] values = [.. labels.SelectMany(c => Enumerable.Range(0, outputs).Select(o => value(c, o)))];
        Dataset ofClasses = Dataset.Create(X, 4, labels).Shuffle(3), ofValues = Dataset.Create([DataColumn.Of("x", X, 4)], [DataColumn.Of("y", values, outputs)]).Shuffle(3);
        var options = new TrainerOptions { Epochs = 3, BatchSize = 7, Seed = 5 };
        Trainer<TModel, float> a = trainer(options), b = trainer(options);
        a.Fit(ofClasses, ofClasses);
        b.Fit(ofValues, ofValues);
        Assert.Equal(b.Model.Parameters.Span, a.Model.Parameters.Span);
        Assert.NotEqual(trainer(options).Model.Parameters.Span.ToArray(), a.Model.Parameters.Span.ToArray());
        Assert.Equal(b.Model.Evaluate(ofValues).Loss, a.Model.Evaluate(ofClasses).Loss);
    }
}
