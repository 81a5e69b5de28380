namespace ModelDsl.Tests.Training;

public class StepTests
{
    private static Trainer<LinearDouble, double, double> Line(double rate = 0.01, TrainerOptions? options = null) => new(LinearDouble.Zero(), new Sgd(rate), options);

    /// <summary>S2's numbers: w = 0.5, b = 0.1 on x = 1 … 4, y = 2x.</summary>
    [Fact]
    public void Gradients_AreTheFormulas()
    {
        Trainer<LinearDouble, double, double> trainer = Line();
        trainer.Model.Parameters.Span[0] = 0.5;
        trainer.Model.Parameters.Span[16] = 0.1;
        trainer.Forward(Samples.X, Samples.Y);
        trainer.Backward();
        Assert.Equal(-22.0, trainer.Gradient("dense1.weight")[0], 1e-12);
        Assert.Equal(-7.3, trainer.Gradient("dense1.bias")[0], 1e-12);
        Assert.Equal(0.5, trainer.Parameter("dense1.weight")[0]);
    }

    [Fact]
    public void Parts_AreOneStep()
    {
        Trainer<LinearDouble, double, double> whole = Line(), parts = Line();
        for (int i = 0; i < 20; i++)
        {
            double[] x = [.. Samples.X], y = [.. Samples.Y];
            double loss = parts.Forward(x, y);
            Array.Clear(x); // The trainer keeps a copy.
            Array.Clear(y);
            parts.Backward();
            parts.Apply();
            Assert.Equal(whole.Step(Samples.X, Samples.Y), loss);
        }
        Assert.Equal(whole.Model.Weight, parts.Model.Weight);
        Assert.Equal(whole.Gradients, parts.Gradients);
        Assert.Equal(20, parts.State.Step);
    }

    [Fact]
    public void PartsOutOfOrder_AreRefused()
    {
        Trainer<LinearDouble, double, double> trainer = Line();
        Assert.Throws<InvalidOperationException>(trainer.Backward);
        Assert.Throws<InvalidOperationException>(trainer.Apply);
        trainer.Forward(Samples.X, Samples.Y);
        Assert.Throws<InvalidOperationException>(trainer.Apply);
        trainer.Step(Samples.X, Samples.Y);
        Assert.Throws<InvalidOperationException>(trainer.Backward);
        trainer.Forward(Samples.X, Samples.Y);
        trainer.Backward();
        trainer.Apply();
        Assert.Throws<InvalidOperationException>(trainer.Apply);
    }

    [Fact]
    public void Loss_IsThatBeforeTheUpdate() => Assert.Equal(30, Line().Step(Samples.X, Samples.Y));

    [Fact]
    public void WrongLengths_NameTheNumbers()
    {
        var trainer = new Trainer<LinearModel<float, Three>, float, float>(LinearModel<float, Three>.Create(), new Sgd(0.1));
        Assert.StartsWith("x holds 4 values; one sample of Linear is 3.", Assert.Throws<ArgumentException>("x", () => trainer.Step(new float[4], new float[1])).Message);
        Assert.StartsWith("x is empty", Assert.Throws<ArgumentException>("x", () => trainer.Step([], [])).Message);
        Assert.StartsWith(
            "y holds 3 values; the targets of 2 samples of Linear are 2.", Assert.Throws<ArgumentException>("y", () => trainer.Forward(new float[6], new float[3])).Message);
    }

    [Fact]
    public void LabelOutOfRange_IsNamedWithItsPosition()
    {
        var trainer = new Trainer<ClassModel, float, int>(new ClassModel(), new Sgd(0.1));
        Assert.StartsWith("y[1] is 3; Digits has the classes 0 to 2.", Assert.Throws<ArgumentException>("y", () => trainer.Step([1, 1], [2, 3])).Message);
        Assert.StartsWith("y[0] is -1;", Assert.Throws<ArgumentException>("y", () => trainer.Step([1], [-1])).Message);
        Assert.Equal(MathF.Log(3), trainer.Step([1, 1], [0, 2]), 1e-6f);
    }

    [Fact]
    public void TargetsOfAnotherType_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Trainer<ClassModel, float, float>(new ClassModel(), new Sgd(0.1)));
        Assert.Throws<ArgumentException>(() => new Trainer<LinearFloat, float, int>(LinearFloat.Zero(), new Sgd(0.1)));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void InputThatIsNotFinite_IsNamedAndChangesNothing(double wrong, string name)
    {
        var trainer = new Trainer<LinearModel<double, Three>, double, double>(LinearModel<double, Three>.Create(1), new Sgd(0.1));
        double[] before = trainer.Model.Parameters.Span.ToArray();
        string message = Assert.Throws<ArgumentException>("x", () => trainer.Step([1, 2, 3, 4, 5, wrong], [1, 2])).Message;
        Assert.StartsWith($"x holds {name} at row 1, column 2", message);
        Assert.StartsWith("y holds NaN at row 1, column 0", Assert.Throws<ArgumentException>("y", () => trainer.Step([1, 2, 3, 4, 5, 6], [1, double.NaN])).Message);
        Assert.Equal(before, trainer.Model.Parameters.Span.ToArray());
        Assert.Equal(0, trainer.State.Step);
    }

    [Fact]
    public void TooHighALearningRate_StopsWithFiniteParameters()
    {
        Trainer<LinearDouble, double, double> trainer = Line(rate: 10);
        DivergedException thrown = Assert.Throws<DivergedException>(() =>
        {
            for (int i = 0; i < 10_000; i++) trainer.Step(Samples.X, Samples.Y);
        });
        Assert.Equal(trainer.State.Step + 1, thrown.Step);
        Assert.Null(thrown.Parameter);
        Assert.Contains("learning rate (10)", thrown.Message);
        Assert.All(trainer.Model.Parameters.Span.ToArray(), p => Assert.True(double.IsFinite(p)));
    }

    [Fact]
    public void ParameterThatIsNotFinite_IsNamed()
    {
        Trainer<LinearDouble, double, double> trainer = Line();
        trainer.Model.Parameters.Span[16] = double.NaN;
        DivergedException thrown = Assert.Throws<DivergedException>(() => trainer.Step(Samples.X, Samples.Y));
        Assert.Equal("dense1.bias", thrown.Parameter);
        Assert.Contains("dense1.bias", thrown.Message);
    }

    [Fact]
    public void UnknownTensor_IsToldTheOthers()
    {
        Trainer<LinearDouble, double, double> trainer = Line();
        Assert.Contains("dense1.weight, dense1.bias, running.mean", Assert.Throws<ArgumentException>("name", () => trainer.Parameter("weight")).Message);
        Assert.Throws<ArgumentException>("parameterName", () => trainer.Gradient("running.mean"));
        Assert.Throws<ArgumentException>("parameterName", () => trainer.Gradient("weight"));
    }

    [Fact]
    public void PartialBatch_DividesByItsOwnSize()
    {
        Trainer<LinearDouble, double, double> large = Line(), fresh = Line();
        large.Forward(Samples.X, Samples.Y);
        large.Forward([3], [6]);
        large.Backward();
        fresh.Forward([3], [6]);
        fresh.Backward();
        Assert.Equal(-36, large.Gradient("dense1.weight")[0]);
        Assert.Equal(fresh.Gradients, large.Gradients);
    }

    [Fact]
    public void Options_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Epochs", () => Line(options: new() { Epochs = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("BatchSize", () => Line(options: new() { BatchSize = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("MaxThreads", () => Line(options: new() { MaxThreads = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("ClipNorm", () => Line(options: new() { ClipNorm = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("ClipValue", () => Line(options: new() { ClipValue = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>("optimizer.LearningRate", () => new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), default(Adam)));
    }

    [Fact]
    public void SecondThread_IsRefused()
    {
        Trainer<LinearDouble, double, double> trainer = Line();
        Exception? thrown = null;
        var progress = new Recorder(_ => thrown ??= Record.Exception(() => trainer.Step(Samples.X, Samples.Y)));
        trainer.Fit(Samples.Line, progress: progress, cancellationToken: TestContext.Current.CancellationToken);
        Assert.IsType<InvalidOperationException>(thrown);
        trainer.Step(Samples.X, Samples.Y);
    }
}
