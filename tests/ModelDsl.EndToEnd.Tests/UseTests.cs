using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Tests;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>What a user of a generated model meets: learning, files, no allocation, and messages.</summary>
public sealed class UseTests
{
    [Fact]
    public void Digits_Learn()
    {
        (float[] x, int[] y) = Samples.Clusters(320, 784, 10, 11);
        Trainer<Digits, float, int> trainer = Digits.CreateTrainer(new Adam(1e-3), new TrainerOptions { Seed = 1 });
        var losses = new List<float>();
        for (int step = 0; step < 60; step++) losses.Add(trainer.Step(x.AsSpan(step % 10 * 32 * 784, 32 * 784), y.AsSpan(step % 10 * 32, 32)));
        Assert.True(losses.TakeLast(10).Average() < 0.2 * losses.Take(10).Average(), string.Join(" ", losses));
        Assert.Equal(55_050, Digits.Info.ParameterCount);
        Assert.Contains("parameters 55,050", Digits.Summary(), StringComparison.Ordinal);

        float[] p = new float[3200];
        trainer.Model.Predict(x, p);
        for (int i = 0; i < 320; i++) Assert.Equal(1, p.AsSpan(10 * i, 10).ToArray().Sum(), 1e-5f);
        Assert.True(Enumerable.Range(0, 320).Count(i => p.AsSpan(10 * i, 10).IndexOf(p.AsSpan(10 * i, 10).ToArray().Max()) == y[i]) > 310);
    }

    [Fact]
    public void WithoutAnOptimizer_ATrainerIsAdamWs()
    {
        (float[] x, int[] y) = Samples.Clusters(8, 4, 3, 2);
        SmallClassifier Stepped(Trainer<SmallClassifier, float, int> trainer)
        {
            Assert.Equal(1e-3, trainer.LearningRate);
            trainer.Step(x, y);
            return trainer.Model;
        }
        float[] named = Stepped(SmallClassifier.CreateTrainer(new AdamW(1e-3))).Parameters.Span.ToArray();
        Assert.Equal(named, Stepped(SmallClassifier.CreateTrainer()).Parameters.Span.ToArray());
        Assert.Equal(named, Stepped(SmallClassifier.CreateTrainer(SmallClassifier.Create(new TrainerOptions().Seed))).Parameters.Span.ToArray());
        Assert.NotEqual(named, Stepped(SmallClassifier.CreateTrainer(new Adam(1e-3, WeightDecay: 0.5))).Parameters.Span.ToArray());
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1_000)]
    public void Steps_HaveNoOtherMemoryThanTheArenaOfTheSummary(int batch)
    {
        (float[] x, int[] y) = Samples.Clusters(batch, 784, 10, 3);
        Trainer<Digits, float, int> trainer = Digits.CreateTrainer(new Adam(1e-3), new TrainerOptions { MaxThreads = 1 });
        Digits.CreateTrainer(new Adam(1e-3), new TrainerOptions { MaxThreads = 1 }).Step(x, y); // what a thread keeps for products, it has by now
        long before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Step(x, y);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        string text = Digits.Info.Summary(batch), words = "training arena ";
        int start = text.IndexOf(words, StringComparison.Ordinal) + words.Length;
        long arena = long.Parse(text[start..text.IndexOf(' ', start)], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.InRange(allocated, arena, arena + 32_768); // to begin at a page, and what the runtime may do meanwhile (Allocations)
    }

    [Fact]
    public void SavedModel_PredictsTheSameBits()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            (float[] x, int[] y) = Samples.Clusters(64, 784, 10, 2);
            Trainer<RegularizedDigits, float, int> trainer = RegularizedDigits.CreateTrainer(new AdamW());
            for (int i = 0; i < 5; i++) trainer.Step(x, y);
            trainer.Model.Save(path);
            float[] before = new float[640], after = new float[640];
            trainer.Model.Predict(x, before);
            RegularizedDigits.Load(path).Predict(x, after);
            Assert.True(MemoryMarshal.AsBytes<float>(before).SequenceEqual(MemoryMarshal.AsBytes<float>(after)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TenThousandStepsAndPredictions_AllocateNothing()
    {
        (float[] x, int[] y) = Samples.Clusters(8, 4, 3, 2);
        Trainer<SmallClassifier, float, int> trainer = SmallClassifier.CreateTrainer(new Adam(), new TrainerOptions { MaxThreads = 1 });
        float[] p = new float[24];
        void Use()
        {
            trainer.Step(x, y);
            trainer.Model.Predict(x, p);
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 10_000; i++) Use();
        }));
    }

    [Fact]
    public void NaN_IsNamedByItsPlace_AndChangesNothing()
    {
        (float[] x, int[] y) = Samples.Clusters(8, 4, 3, 2);
        Trainer<SmallClassifier, float, int> trainer = SmallClassifier.CreateTrainer(new Adam());
        byte[] before = MemoryMarshal.AsBytes<float>(trainer.Model.Parameters.Span).ToArray();
        x[4 * 5 + 2] = float.NaN;
        Message("x holds NaN at row 5, column 2; values must be finite. Nothing was changed. (Parameter 'x')", () => trainer.Step(x, y));
        Assert.True(before.AsSpan().SequenceEqual(MemoryMarshal.AsBytes<float>(trainer.Model.Parameters.Span)));
    }

    [Fact]
    public void LengthsAndClasses_AreChecked()
    {
        Trainer<SmallClassifier, float, int> trainer = SmallClassifier.CreateTrainer(new Adam());
        Message("x holds 7 values; one sample of SmallClassifier is 4. (Parameter 'x')", () => trainer.Step(new float[7], [0]));
        Message("y holds 3 classes; the targets of 2 samples of SmallClassifier are 2. (Parameter 'y')", () => trainer.Step(new float[8], [0, 1, 2]));
        Message("y[1] is 3; SmallClassifier has the classes 0 to 2. (Parameter 'y')", () => trainer.Step(new float[8], [0, 3]));
        Message("y holds 5 values; the outputs of 2 samples of SmallClassifier are 6. (Parameter 'y')", () => trainer.Model.Predict(new float[8], new float[5]));
    }

    private static void Message(string message, Action action) => Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(action).Message);
}
