using System.Numerics;
using ModelDsl.Data;
using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>
/// Variants of pictures that a training run sees in place of the pictures, different in each epoch: moved, turned, mirrored, cut, with noise, mixed. What is drawn depends on seed, epoch
/// and the sample's number alone, not on threads or chunks. Nothing is done unless asked for. In this order: turn, move, mirror, cut, noise, mix.
/// </summary>
/// <param name="Size">Of the pictures, the features of the samples.</param>
public sealed record ImageAugmentation(ImageSize Size)
{
    /// <summary>Keeps these counters apart from those of permutations, which may share the seed.</summary>
    private const ulong Domain = 0x617567UL << 40;

    private const int ChunkRows = 1024;

    /// <summary>Any number.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>The most degrees to turn, either way.</summary>
    public double Rotation { get; init; }

    /// <summary>The most pixels to move, in each direction: a part of the picture's own size, cut from it with such a margin.</summary>
    public int Shift { get; init; }

    /// <summary>Whether each second picture, on average, has left and right exchanged.</summary>
    public bool FlipHorizontal { get; init; }

    /// <summary>Whether each second picture, on average, has top and bottom exchanged.</summary>
    public bool FlipVertical { get; init; }

    /// <summary>The size of a part that each picture becomes, drawn from all parts of that size; null for the whole. Predict on the middle part (<see cref="ImageOps.Crop"/>).</summary>
    public ImageSize? Crop { get; init; }

    /// <summary>The standard deviation of normal noise on each value.</summary>
    public double Noise { get; init; }

    /// <summary>
    /// Each picture and its targets become λ of themselves and 1 − λ of another sample of the chunk, λ drawn from Beta(this, this); 0 for none. Targets must be values, such as one-hot
    /// rows for <see cref="Loss.CrossEntropy"/>. Zhang et al. 2018.
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>Variants of the source's samples, other ones in each epoch.</summary>
    /// <param name="source">A data set, or a stream.</param>
    /// <exception cref="ArgumentException">An option is not possible.</exception>
    public IDataSource Apply(IDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!(Rotation >= 0 && Shift >= 0 && Noise >= 0 && Mixup >= 0 && double.IsFinite(Rotation + Noise + Mixup)))
            throw new ArgumentException($"Rotation {Rotation}, shift {Shift}, noise {Noise} and mix-up {Mixup}: each must be finite and not negative.", nameof(source));
        if (Crop is { } part && !(part.Height > 0 && part.Width > 0 && part.Height <= Size.Height && part.Width <= Size.Width && part.Channels == Size.Channels))
            throw new ArgumentException($"{Part(part)} is no part of {Part(Size)}.", nameof(source));
        return DataSource.From(epoch => Read(source, epoch), source.Count);
    }

    private IEnumerable<Dataset> Read(IDataSource source, int epoch)
    {
        long sample = 0;
        foreach (Dataset chunk in source.Batches(ChunkRows).Read(epoch))
        {
            yield return chunk.Inputs[0].Rows is SampleRows<double> ? Augmented<double>(chunk, epoch, sample) : Augmented<float>(chunk, epoch, sample);
            sample += chunk.Count;
        }
    }

    private Dataset Augmented<T>(Dataset chunk, int epoch, long first) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DataColumn images = chunk.Inputs[0];
        if (images.IsClass || images.Width != Size.Length)
            throw new ArgumentException($"The samples' {images} are no pictures of {Part(Size)} values.");
        ImageSize size = Crop ?? Size;
        T[] x = Values<T>(chunk, images), spare = new T[Size.Length], y = new T[chunk.Count * size.Length];
        var draws = new Philox[chunk.Count];
        for (int i = 0; i < draws.Length; i++)
        {
            draws[i] = new Philox(Seed ^ (ulong)(uint)epoch * 0x9E3779B97F4A7C15UL, Domain + (ulong)(first + i));
            Vary(x.AsSpan(i * Size.Length, Size.Length), spare, y.AsSpan(i * size.Length, size.Length), draws[i]);
        }
        Dataset varied = chunk.With(images, DataColumn.Of(images.Name, y, size.Length));
        return Mixup > 0 ? Mixed(varied, y, draws) : varied;
    }

    /// <param name="x">The picture; changed on the way.</param>
    /// <param name="spare">As large.</param>
    /// <param name="y">The variant.</param>
    /// <param name="random">The sample's own.</param>
    private void Vary<T>(Span<T> x, Span<T> spare, Span<T> y, Philox random) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Rotation > 0)
        {
            x.CopyTo(spare);
            ImageOps.Rotate(Size, spare, x, (2 * random.NextDouble() - 1) * Rotation);
        }
        if (Shift > 0)
        {
            x.CopyTo(spare);
            ImageOps.Shift(Size, spare, x, random.Next(2 * Shift + 1) - Shift, random.Next(2 * Shift + 1) - Shift);
        }
        if (FlipHorizontal && random.Next(2) == 1)
        {
            x.CopyTo(spare);
            ImageOps.FlipHorizontal(Size, spare, x);
        }
        if (FlipVertical && random.Next(2) == 1)
        {
            x.CopyTo(spare);
            ImageOps.FlipVertical(Size, spare, x);
        }
        if (Crop is { } part) ImageOps.Crop(Size, x, part, y, random.Next(Size.Height - part.Height + 1), random.Next(Size.Width - part.Width + 1));
        else x.CopyTo(y);
        if (Noise > 0)
            foreach (ref T value in y) value += T.CreateTruncating(Noise * random.NextNormal());
    }

    private Dataset Mixed<T>(Dataset chunk, T[] x, Philox[] draws) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (chunk.Targets.Any(t => t.IsClass))
            throw new ArgumentException("Class indices cannot be mixed: give one-hot targets (Dataset.OneHotTargets) and a loss on distributions, such as CrossEntropy.");
        if (chunk.Targets.Any(t => chunk.WeightsOf(t) is not null)) throw new ArgumentException("Weighted samples cannot be mixed: which weight a mixture has is not defined. Draw them instead (Dataset.Sample), or set Mixup to 0.");
        int[] partner = new int[draws.Length];
        double[] share = new double[draws.Length];
        for (int i = 0; i < draws.Length; i++) (partner[i], share[i]) = (draws[i].Next(draws.Length), Beta(Mixup, draws[i]));
        DataColumn images = chunk.Inputs[0];
        Dataset mixed = chunk.With(images, DataColumn.Of(images.Name, Mix(x, images.Width, partner, share), images.Width));
        foreach (DataColumn target in chunk.Targets)
        {
            DataColumn both = target.Rows is SampleRows<double> ? DataColumn.Of(target.Name, Mix(Values<double>(chunk, target), target.Width, partner, share), target.Width)
                : DataColumn.Of(target.Name, Mix(Values<float>(chunk, target), target.Width, partner, share), target.Width);
            mixed = mixed.With(target, both);
        }
        return mixed;
    }

    private static string Part(ImageSize size) => $"{size.Height} × {size.Width} × {size.Channels}";

    /// <summary>λ·x[i] + (1 − λ)·x[partner]</summary>
    private static T[] Mix<T>(T[] x, int width, int[] partner, double[] share) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[x.Length];
        for (int i = 0; i < partner.Length; i++)
        {
            (T own, T other) = (T.CreateTruncating(share[i]), T.CreateTruncating(1 - share[i]));
            for (int k = 0; k < width; k++) y[i * width + k] = own * x[i * width + k] + other * x[partner[i] * width + k];
        }
        return y;
    }

    private static T[] Values<T>(Dataset data, DataColumn column) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[data.Count * column.Width];
        data.Copy(column, [.. Enumerable.Range(0, data.Count)], values.AsSpan());
        return values;
    }

    /// <summary>Beta(a, a): G/(G + H) for two gammas, which for tiny a may both be 0; then one of the ends.</summary>
    private static double Beta(double a, Philox random)
    {
        (double g, double h) = (Gamma(a, random), Gamma(a, random));
        return g + h > 0 ? g / (g + h) : random.Next(2);
    }

    /// <summary>Gamma(a, 1) after Marsaglia and Tsang 2000; for a below 1, Gamma(a + 1)·U^(1/a).</summary>
    private static double Gamma(double a, Philox random)
    {
        if (a < 1) return Gamma(a + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / a);
        double d = a - 1 / 3.0, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double z = random.NextNormal(), v = 1 + c * z;
            if (v <= 0) continue;
            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < 0.5 * z * z + d - d * v + d * Math.Log(v)) return d * v;
        }
    }
}
