using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Optimizers;

/// <summary>
/// Full-batch descent on y = 2x, x = 1 … 4, w = b = 0, against torch 1.13 in double:
/// <code>
/// x = torch.tensor([1., 2, 3, 4]).reshape(-1, 1); w = zeros(1, 1); b = zeros(1); o = make(w, b)
/// for _ in range(n): o.zero_grad(); ((x @ w + b - 2 * x) ** 2).mean().backward(); o.step()
/// make = lambda w, b: AdamW([{'params': [w], 'weight_decay': .1}, {'params': [b], 'weight_decay': 0}], lr=.1)   # and so on
/// </code>
/// </summary>
public class TrajectoryTests
{
    public static TheoryData<string, IOptimizer, int, double, double> Trajectories => new()
    {
        { "SGD lr .01", new Sgd(0.01), 100, 1.846347367319157, 0.451757409343444 },
        { "the same", new GradientDescent(0.01), 100, 1.846347367319157, 0.451757409343444 },
        { "SGD lr .01 momentum .9", new Sgd(0.01, 0.9), 100, 2.001345632513850, 0.007706059856903 },
        { "the same as a mean, 1/(1 − .9) times the rate", new Sgd(0.1, 0.9, Form: MomentumForm.Ema), 100, 2.001345632513850, 0.007706059856903 },
        { "SGD lr .01 momentum .9 Nesterov", new Sgd(0.01, 0.9, Nesterov: true), 100, 1.996884700716014, 0.009160446155132 },
        { "the same as a mean", new Sgd(0.1, 0.9, Nesterov: true, Form: MomentumForm.Ema), 100, 1.996884700716014, 0.009160446155132 },
        { "SGD lr .01 momentum .9 dampening .5", new Sgd(0.01, 0.9, Dampening: 0.5), 100, 1.960850726856138, 0.123661989043221 },
        { "SGD lr .01 momentum .9 decay .1 of w", new Sgd(0.01, 0.9, WeightDecay: 0.1), 100, 1.924698320342132, 0.195819698287247 },
        { "Adam lr .1", new Adam(0.1), 100, 1.733201742731634, 0.738244348041552 },
        { "Adam lr .1 decay .1 of w", new Adam(0.1, WeightDecay: 0.1), 100, 1.698869936319975, 0.813081035293043 },
        { "AdamW lr .1 decay .1 of w, 1 step", new AdamW(0.1, 0.1), 1, 0.099999999966667, 0.099999999900000 },
        { "2 steps", new AdamW(0.1, 0.1), 2, 0.198760938316604, 0.199745332132805 },
        { "3 steps", new AdamW(0.1, 0.1), 3, 0.296112833636347, 0.299039804789706 },
        { "10 steps", new AdamW(0.1, 0.1), 10, 0.920246831538846, 0.960252542191717 },
        { "100 steps", new AdamW(0.1, 0.1), 100, 1.444966499590983, 1.426892941935332 },
    };

    [Theory]
    [MemberData(nameof(Trajectories))]
    public void Trajectory_IsTorchs(string name, IOptimizer optimizer, int steps, double w, double b)
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), optimizer);
        for (int i = 0; i < steps; i++) trainer.Step(Samples.X, Samples.Y);
        Assert.True(Math.Abs(trainer.Model.Weight - w) < 1e-12 && Math.Abs(trainer.Model.Bias - b) < 1e-12, $"{name}: {trainer.Model.Weight:R} {trainer.Model.Bias:R}");
    }

    [Theory]
    [MemberData(nameof(Trajectories))]
    public void Trajectory_InFloat_IsTorchsRounded(string name, IOptimizer optimizer, int steps, double w, double b)
    {
        var trainer = new Trainer<LinearFloat, float, float>(LinearFloat.Zero(), optimizer);
        for (int i = 0; i < steps; i++) trainer.Step([1, 2, 3, 4], [2, 4, 6, 8]);
        Assert.True(Math.Abs(trainer.Model.Weight - w) < 2e-5 && Math.Abs(trainer.Model.Bias - b) < 2e-5, $"{name}: {trainer.Model.Weight:R} {trainer.Model.Bias:R}");
    }

    [Fact]
    public void FullBatchFit_IsGradientDescent()
    {
        var options = new TrainerOptions { Epochs = 100, BatchSize = TrainerOptions.All };
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new GradientDescent(0.01), options);
        trainer.Fit(Samples.Line, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1.8463473673, trainer.Model.Weight, 1e-10);
        Assert.Equal(0.4517574093, trainer.Model.Bias, 1e-10);
        Assert.Equal(0.0340846670, trainer.Evaluate(Samples.Line).Loss, 1e-10);
        Assert.Equal(0.2367883296, trainer.Evaluate(Samples.Values([5, 6, 7], [10, 12, 14], 1)).Mse!.Value, 1e-10);
    }

    /// <summary>w ← w − lr·g/(ḡ² + 0.01)^½ with ḡ a mean of gradients, as a user would write it.</summary>
    private readonly record struct Tamed(double LearningRate) : IOptimizer
    {
        public int StateSlots => 1;

        public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            update.Apply(new Rule<T>(T.CreateTruncating(update.LearningRate)));

        private readonly struct Rule<T>(T rate) : IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            public static int StateSlots => 1;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Next<V>(V w, V g, ref V m, ref V s2, ref V s3) where V : struct, ILanes<V, T>
            {
                m += V.Broadcast(T.CreateTruncating(0.1)) * (g - m);
                return w - V.Broadcast(rate) * g / V.Sqrt(m * m + V.Broadcast(T.CreateTruncating(0.01)));
            }
        }
    }

    /// <summary>A rule that looks at a tensor as a whole: steps of a fixed length along the gradient.</summary>
    private readonly record struct Normalized(double LearningRate) : IOptimizer
    {
        public int StateSlots => 0;

        public bool WholeTensors => true;

        public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            double norm = 0;
            foreach (T g in update.Gradients) norm += Math.Pow(double.CreateTruncating(g), 2);
            for (int i = 0; i < update.Tensor!.Length; i++)
                update.Parameters[i] -= T.CreateTruncating(update.LearningRate / Math.Sqrt(norm)) * update.Gradients[i];
        }
    }

    private readonly record struct Forgetful(double LearningRate) : IOptimizer
    {
        public int StateSlots => 0;

        public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            update.Apply(new AdamRule<T>(new Moments(0.9, 0.99, 1e-8, 1, 1), 0, 0));
    }

    [Fact]
    public void OptimizerOfTheUsersOwn_Trains()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Tamed(0.01));
        double first = trainer.Step(Samples.X, Samples.Y), last = 0;
        for (int i = 0; i < 150; i++) last = trainer.Step(Samples.X, Samples.Y);
        Assert.True(last < first / 20, $"{first} {last}");
    }

    [Fact]
    public void OptimizerOfWholeTensors_SeesEach()
    {
        var trainer = new Trainer<LinearModel<double, Three>, double, double>(LinearModel<double, Three>.Create(3), new Normalized(0.25));
        double[] before = trainer.Parameter("dense1.weight").ToArray();
        trainer.Step([1, 2, 3, 4, 5, 6], [1, 2]);
        Assert.Equal(0.25, Math.Sqrt(before.Zip(trainer.Parameter("dense1.weight").ToArray(), (a, b) => (a - b) * (a - b)).Sum()), 1e-12);
        Assert.Equal(0.25, Math.Abs(trainer.Model.Bias), 1e-12);
    }

    [Fact]
    public void RuleWithMoreStateThanItsOptimizer_IsRefused()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Forgetful(0.01));
        string message = Assert.Throws<InvalidOperationException>(() => trainer.Step(Samples.X, Samples.Y)).Message;
        Assert.Contains("2 state slots", message);
    }
}
