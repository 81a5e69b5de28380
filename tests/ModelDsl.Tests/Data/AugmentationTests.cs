using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.Data;

public class AugmentationTests
{
    private static readonly ImageSize Size = new(5, 4, 2);

    /// <summary>Against numpy and scipy on the cases of Reference/images.py.</summary>
    [Fact]
    public void Pixels_EqualNumpy()
    {
        foreach (JsonElement c in ReferenceFile.Cases("images.json", "image"))
        {
            var size = new ImageSize(c.Int("h"), c.Int("w"), c.Int("c"));
            double[] x = c.Numbers("x"), y = new double[x.Length];
            int[] crop = c.Ints("crop");
            ImageOps.Shift<double>(size, x, y, c.Int("down"), c.Int("right"));
            Assert.Equal(c.Numbers("shifted"), y);
            ImageOps.FlipHorizontal<double>(size, x, y);
            Assert.Equal(c.Numbers("horizontal"), y);
            ImageOps.FlipVertical<double>(size, x, y);
            Assert.Equal(c.Numbers("vertical"), y);
            ImageOps.Rotate<double>(size, x, y, c.Number("degrees"));
            ReferenceFile.Close(c.Numbers("turned"), y, 1e-12, $"turned by {c.Number("degrees")}");
            var part = new ImageSize(crop[2], crop[3], size.Channels);
            double[] cropped = new double[part.Length];
            ImageOps.Crop<double>(size, x, part, cropped, crop[0], crop[1]);
            Assert.Equal(c.Numbers("cropped"), cropped);
        }
    }

    [Fact]
    public void WrongSizes_AreNamed()
    {
        Assert.Contains("5 values are no picture of 2 × 2 × 1", Assert.Throws<ArgumentException>(() => ImageOps.Shift<float>(new(2, 2), new float[5], new float[4], 0, 0)).Message);
        Assert.Contains("no picture of 0 × 2 × 1", Assert.Throws<ArgumentException>(() => ImageOps.FlipVertical<float>(new(0, 2), [], [])).Message);
        Assert.Contains("of 1 channels cannot become one of 2", Assert.Throws<ArgumentException>(() => ImageOps.Crop<float>(new(1, 1), [1], new(1, 1, 2), new float[2], 0, 0)).Message);
        Assert.Contains("are no pictures of 3 × 3", Assert.Throws<ArgumentException>(() => new ImageAugmentation(new(3, 3)).Apply(Pictures(2)).Read(0).Count()).Message);
        Assert.Contains("not negative", Assert.Throws<ArgumentException>(() => new ImageAugmentation(Size) { Noise = -1 }.Apply(Pictures(2))).Message);
    }

    /// <summary>Each picture is one of those that its options allow, found by trying all.</summary>
    [Fact]
    public void Variants_AreThoseThatAreAskedFor()
    {
        Dataset data = Pictures(300);
        var augmentation = new ImageAugmentation(Size) { Shift = 1, FlipHorizontal = true, FlipVertical = true };
        float[][] varied = Rows(augmentation.Apply(data)), original = Rows(data);
        var seen = new Dictionary<(int, int, bool, bool), int>();
        for (int i = 0; i < varied.Length; i++)
        {
            (int, int, bool, bool)[] ways = [.. from down in new[] { -1, 0, 1 } from right in new[] { -1, 0, 1 } from h in new[] { false, true } from v in new[] { false, true }
                where Variant(original[i], down, right, h, v).SequenceEqual(varied[i]) select (down, right, h, v)];
            (int, int, bool, bool) way = Assert.Single(ways);
            seen[way] = seen.GetValueOrDefault(way) + 1;
        }
        Assert.Equal(36, seen.Count);
        Assert.InRange(seen.Where(s => s.Key.Item3).Sum(s => s.Value), 110, 190);
    }

    [Fact]
    public void Parts_AreAllThereAre()
    {
        Dataset data = Pictures(300);
        var part = new ImageSize(4, 2, 2);
        float[][] cut = Rows(new ImageAugmentation(Size) { Crop = part }.Apply(data)), original = Rows(data);
        var seen = new HashSet<(int, int)>();
        for (int i = 0; i < cut.Length; i++)
        {
            seen.Add(Assert.Single(from top in new[] { 0, 1 } from left in new[] { 0, 1, 2 } where Cut(original[i], top, left).SequenceEqual(cut[i]) select (top, left)));
        }
        Assert.Equal(6, seen.Count);
        Assert.Contains("6 × 2 × 2 is no part of 5 × 4 × 2", Assert.Throws<ArgumentException>(() => new ImageAugmentation(Size) { Crop = new(6, 2, 2) }.Apply(data)).Message);

        float[] Cut(float[] x, int top, int left)
        {
            float[] y = new float[part.Length];
            ImageOps.Crop<float>(Size, x, part, y, top, left);
            return y;
        }
    }

    [Fact]
    public void Draws_DependOnSeedEpochAndSampleAlone()
    {
        Dataset data = Pictures(3000);
        var augmentation = new ImageAugmentation(Size) { Rotation = 20, Shift = 1, Noise = 0.1 };
        float[][] whole = Rows(augmentation.Apply(data), 2);
        IDataSource inParts = DataSource.From(_ => Enumerable.Range(0, 30).Select(i => data.Select([.. Enumerable.Range(i * 100, 100)])));
        Assert.Equal(whole, Rows(augmentation.Apply(inParts), 2));
        Assert.NotEqual(whole[0], Rows(augmentation.Apply(data), 3)[0]);
        Assert.NotEqual(whole[0], Rows((augmentation with { Seed = 1 }).Apply(data), 2)[0]);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i % 3), augmentation.Apply(data).Read(0).SelectMany(Labels));
    }

    [Fact]
    public void Noise_IsNormal()
    {
        Dataset data = Dataset.Create(new double[1000 * Size.Length], Size.Length, new int[1000]);
        double[] noise = [.. new ImageAugmentation(Size) { Noise = 0.5 }.Apply(data).Read(0).SelectMany(Features)];
        double mean = noise.Average(), variance = noise.Average(v => v * v);
        // 40,000 draws: five standard errors.
        Assert.InRange(mean, -0.0125, 0.0125);
        Assert.InRange(variance, 0.25 * (1 - 0.036), 0.25 * (1 + 0.036));
        Assert.InRange(noise.Count(v => Math.Abs(v) < 0.5) / 40_000.0, 0.671, 0.695);
    }

    [Theory]
    [InlineData(0.2), InlineData(1), InlineData(4)]
    public void MixedSamples_AreOnTheLineBetweenTwo(double alpha)
    {
        const int count = 2000;
        // The target is the picture's first value, so that both must be mixed alike; the picture holds i and i².
        Dataset data = Dataset.Create([.. Enumerable.Range(0, count).SelectMany(i => new[] { i / 2000.0, i * i / 4e6 })], 2, [.. Enumerable.Range(0, count).Select(i => i / 2000.0)], 1);
        Dataset[] mixed = [.. new ImageAugmentation(new(1, 2)) { Mixup = alpha }.Apply(data).Read(0)];
        double[] x = [.. mixed.SelectMany(Features)], y = [.. mixed.SelectMany(m => { double[] t = new double[m.Count]; m.CopyTargets([.. Enumerable.Range(0, m.Count)], t.AsSpan()); return t; })];
        var shares = new List<double>();
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(x[2 * i], y[i], 1e-12);
            // a = λp + (1 − λ)q and b = λp² + (1 − λ)q²: q = (b − pa)/(a − p), λ = (a − q)/(p − q).
            double p = i / 2000.0, a = x[2 * i], b = x[2 * i + 1];
            if (Math.Abs(a - p) < 1e-6) continue;
            double q = (b - p * a) / (a - p);
            Assert.Equal(Math.Round(q * 2000), q * 2000, 1e-4);
            shares.Add((a - q) / (p - q));
        }
        Assert.InRange(shares.Count, count / 3, count);
        Assert.All(shares, s => Assert.InRange(s, -1e-6, 1 + 1e-6));
        if (alpha < 1) return; // Near λ = 1 the partner cannot be told; those were skipped.
        double variance = shares.Average(s => (s - 0.5) * (s - 0.5)), expected = 1 / (4 * (2 * alpha + 1));
        Assert.InRange(shares.Average(), 0.47, 0.53);
        Assert.InRange(variance, 0.85 * expected, 1.15 * expected);
    }

    [Fact]
    public void ClassLabels_AreMixedAsOneHot()
    {
        Dataset data = Pictures(50);
        var mix = new ImageAugmentation(Size) { Mixup = 0.4 };
        Assert.Contains("OneHotTargets", Assert.Throws<ArgumentException>(() => mix.Apply(data).Read(0).Count()).Message);
        Dataset mixed = Assert.Single(mix.Apply(data.OneHotTargets(3)).Read(0));
        float[] y = new float[150];
        mixed.CopyTargets([.. Enumerable.Range(0, 50)], y.AsSpan());
        for (int i = 0; i < 50; i++) Assert.Equal(1, y[3 * i] + y[3 * i + 1] + y[3 * i + 2], 1e-6f);
        Assert.Contains(y, v => v is > 0.01f and < 0.99f);
        Assert.Contains("classes, labels are 0 to 1", Assert.Throws<ArgumentException>(() => data.OneHotTargets(2)).Message);
    }

    [Fact]
    public void NothingAskedFor_ChangesNothing()
    {
        Dataset data = Pictures(20);
        Assert.Equal(Rows(data), Rows(new ImageAugmentation(Size).Apply(data)));
    }

    private static float[] Variant(float[] x, int down, int right, bool h, bool v)
    {
        (float[] a, float[] b) = (new float[x.Length], new float[x.Length]);
        ImageOps.Shift<float>(Size, x, a, down, right);
        if (h)
        {
            ImageOps.FlipHorizontal<float>(Size, a, b);
            (a, b) = (b, a);
        }
        if (!v) return a;
        ImageOps.FlipVertical<float>(Size, a, b);
        return b;
    }

    private static Dataset Pictures(int count)
    {
        var random = new Random(7);
        return Dataset.Create([.. Enumerable.Range(0, count * Size.Length).Select(_ => random.NextSingle() + 0.1f)], Size.Length, [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }

    private static float[][] Rows(IDataSource source, int epoch = 0) => [.. source.Read(epoch).SelectMany(d => Features(d).Select(v => (float)v).Chunk(d.FeatureSize))];

    private static double[] Features(Dataset data)
    {
        double[] values = new double[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], values.AsSpan());
        return values;
    }

    private static int[] Labels(Dataset data)
    {
        int[] labels = new int[data.Count];
        data.CopyTargets([.. Enumerable.Range(0, data.Count)], labels.AsSpan());
        return labels;
    }
}
