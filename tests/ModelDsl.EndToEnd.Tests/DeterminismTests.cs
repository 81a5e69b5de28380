using System.Runtime.InteropServices;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Threads decide who computes, never what.</summary>
public sealed class DeterminismTests
{
    private static readonly int[] Threads = [1, 2, 3, 8];

    [Theory]
    [InlineData(32, 500)]
    [InlineData(256, 120)]
    public void Digits_HaveTheSameBits_OnAnyNumberOfThreads(int batch, int steps) =>
        SameBits(n => Digits.CreateTrainer(new Adam(1e-3), Options(n)), batch, steps);

    [Theory]
    [InlineData(32, 500)]
    [InlineData(256, 60)]
    public void RegularizedDigits_HaveTheSameBits_OnAnyNumberOfThreads(int batch, int steps) =>
        SameBits(n => RegularizedDigits.CreateTrainer(new Sgd(0.05, 0.9), Options(n)), batch, steps);

    [Fact]
    public void Predictions_AreTheSame_OneByOneOrAllAtOnce()
    {
        (float[] x, _) = Samples.Clusters(300, 784, 10, 5);
        var model = Digits.Create(1);
        float[] all = new float[3000], single = new float[10];
        model.Predict(x, all);
        for (int i = 0; i < 300; i += 37)
        {
            model.Predict(x.AsSpan(i * 784, 784), single);
            for (int j = 0; j < 10; j++) Assert.Equal(all[i * 10 + j], single[j], 1e-6f);
        }
    }

    private static TrainerOptions Options(int threads) => new() { Seed = 7, MaxThreads = threads };

    private static void SameBits<TModel>(Func<int, Trainer<TModel, float, int>> create, int batch, int steps) where TModel : class, IModel<TModel, float>
    {
        (float[] x, int[] y) = Samples.Clusters(4 * batch, 784, 10, 3);
        byte[]? first = null;
        foreach (int threads in Threads)
        {
            Trainer<TModel, float, int> trainer = create(threads);
            for (int i = 0; i < steps; i++)
            {
                int start = i % 4 * batch;
                trainer.Step(x.AsSpan(start * 784, batch * 784), y.AsSpan(start, batch));
            }

            byte[] bits = MemoryMarshal.AsBytes<float>(trainer.Model.Parameters.Span).ToArray();
            first ??= bits;
            Assert.True(bits.AsSpan().SequenceEqual(first), $"{threads} threads give other bits than {Threads[0]}");
        }
    }
}
