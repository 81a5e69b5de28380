using ModelDsl.Kernels;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Optimizers;

/// <summary>Numbers from torch 1.13: as in <see cref="TrajectoryTests"/>, with clip_grad_norm_([w, b], 1.0) or clip_grad_value_([w, b], 2.0) before each step.</summary>
public class GradientClippingTests
{
    private static LinearDouble Trained(TrainerOptions options, int steps)
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.1), options);
        for (int i = 0; i < steps; i++) trainer.Step(Samples.X, Samples.Y);
        return trainer.Model;
    }

    [Theory]
    [InlineData(1, 0.094868326805051, 0.031622775601684)]
    [InlineData(10, 0.949373204891779, 0.314145725232557)]
    public void ClipNorm_IsTorchs(int steps, double w, double b)
    {
        LinearDouble model = Trained(new TrainerOptions { ClipNorm = 1 }, steps);
        Assert.Equal(w, model.Weight, 1e-13);
        Assert.Equal(b, model.Bias, 1e-13);
    }

    [Fact]
    public void ClipValue_IsTorchs()
    {
        LinearDouble model = Trained(new TrainerOptions { ClipValue = 2 }, 10);
        Assert.Equal(1.5918, model.Weight, 1e-13);
        Assert.Equal(1.29532, model.Bias, 1e-13);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(4096)]
    [InlineData(10_007)]
    public void Norm_IsThatOfAllElements(int length)
    {
        var g = new AlignedMemory<float>(length);
        var random = new Random(length);
        double sum = 0;
        foreach (ref float value in g.Span)
        {
            value = random.NextSingle() - 0.5f;
            sum += (double)value * value;
        }
        Assert.Equal(Math.Sqrt(sum), GradientClipping.Norm(g, new TrainedRanges(g.Length, [])), 1e-5);
    }

    [Fact]
    public void Norm_OfSquaresThatOverflow_IsFinite()
    {
        var g = new AlignedMemory<float>(20);
        g.Span.Fill(1e30f);
        Assert.Equal(1e30 * Math.Sqrt(20), GradientClipping.Norm(g, new TrainedRanges(g.Length, [])), 1e24);
    }

    [Fact]
    public void NormThatIsNotFinite_StopsBeforeTheUpdate()
    {
        var trainer = new Trainer<LinearFloat, float, float>(LinearFloat.Zero(), new Sgd(0.1), new TrainerOptions { ClipNorm = 1 });
        // The loss, mean e², is just finite; the gradient, mean 2ex, is not.
        DivergedException thrown = Assert.Throws<DivergedException>(() => trainer.Step([1e30f], [1e19f]));
        Assert.Equal("dense1.weight", thrown.Parameter);
        Assert.Equal(0, trainer.Model.Weight);
    }
}
