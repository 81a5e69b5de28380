using ModelDsl;
using static ModelDsl.Ops;

namespace Applications;

/// <summary>A picture to a point. (B, 16, 16, 1) → (B, 16)</summary>
[Model]
public sealed partial class FaceTower
{
    [Conv2D(8, 3, Activation.Relu, Same = true)] private partial Layer Edges { get; }
    [Conv2D(16, 3, Activation.Relu, Same = true)] private partial Layer Parts { get; }
    [MaxPool2D(2)] private partial Layer Halve { get; }
    [Flatten] private partial Layer Flat { get; }
    [Dense(16)] private partial Layer Point { get; }

    [Forward] public Tensor Forward([Input(16, 16, 1)] Tensor face) => Point(Flat(Halve(Parts(Halve(Edges(face))))));
}

/// <summary>One tower for three pictures, two of one person and one of another: the two are to be nearer. Schroff et al. 2015 (FaceNet).</summary>
[Model]
public sealed partial class FaceTriplets
{
    [Sub] private partial FaceTower Tower { get; }

    [Forward]
    public (Tensor Anchor, Tensor Positive, Tensor Negative) Forward([Input(16, 16, 1)] Tensor anchor, [Input(16, 16, 1)] Tensor positive, [Input(16, 16, 1)] Tensor negative) =>
        (Tower.Forward(anchor), Tower.Forward(positive), Tower.Forward(negative));

    // The distances are all that it minds, so the three targets go unused.
    [LossFunction]
    public Tensor Loss(Tensor anchor, Tensor positive, Tensor negative, Tensor a, Tensor p, Tensor n) => TripletLoss(anchor, positive, negative);
}

/// <summary>Face recognition: are these two pictures of one person?</summary>
internal static class Faces
{
    private const int Side = 16, Pixels = Side * Side, Width = 16, Batch = 32, Photos = 20, Steps = 300, Tests = 1_000;

    public static Score Run()
    {
        // Other persons in the test than in training: recognising those that were learned by heart would say nothing of a door that strangers come to.
        var random = new Random(1);
        float[][][] known = Album(random, persons: 80), strangers = Album(random, persons: 60);
        var trainer = FaceTriplets.CreateTrainer(new Adam(0.002), new TrainerOptions { Seed = 1 });
        float[] unused = new float[Batch * Width];
        for (int step = 0; step < Steps; step++)
        {
            var (a, p, n) = Triplets(random, known, Batch);
            trainer.Step(a, p, n, unused, unused, unused);
        }

        var (anchor, positive, negative) = Triplets(random, strangers, Tests);
        (float[] x, float[] y, float[] z) = (new float[Tests * Width], new float[Tests * Width], new float[Tests * Width]);
        trainer.Model.Predict(anchor, positive, negative, x, y, z);
        return new("ROC-AUC of pairs", "distance of the pixels", Auc(anchor, positive, negative, Pixels), Auc(x, y, z, Width));
    }

    /// <summary>How often two pictures of two persons are farther from each other than two of one.</summary>
    private static double Auc(float[] anchor, float[] positive, float[] negative, int width) => ScoreCurve.Of<double>(
        [.. Rows.Distances(anchor, positive, width), .. Rows.Distances(anchor, negative, width)], [.. Enumerable.Repeat(0, Tests), .. Enumerable.Repeat(1, Tests)]).RocAuc;

    private static (float[] Anchor, float[] Positive, float[] Negative) Triplets(Random random, float[][][] album, int count)
    {
        (float[] a, float[] p, float[] n) = (new float[count * Pixels], new float[count * Pixels], new float[count * Pixels]);
        for (int i = 0; i < count; i++)
        {
            (int one, int first) = (random.Next(album.Length), random.Next(Photos));
            (int other, int second) = ((one + 1 + random.Next(album.Length - 1)) % album.Length, (first + 1 + random.Next(Photos - 1)) % Photos);
            album[one][first].CopyTo(a, i * Pixels);
            album[one][second].CopyTo(p, i * Pixels);
            random.One(album[other]).CopyTo(n, i * Pixels);
        }

        return (a, p, n);
    }

    private static float[][][] Album(Random random, int persons) => [.. Enumerable.Range(0, persons).Select(_ =>
    {
        double[] person = [.. Enumerable.Range(0, 8).Select(_ => random.Between(-1, 1))];
        return Enumerable.Range(0, Photos).Select(_ => Photo(random, person)).ToArray();
    })];

    /// <summary>The person's features, the day's expression, light, and place of the camera; brightness and contrast are taken out.</summary>
    private static float[] Photo(Random random, double[] person)
    {
        (double dx, double dy, double smile, double light, double slope) = (random.Between(-0.12, 0.12), random.Between(-0.12, 0.12), random.Between(-0.3, 0.3), random.Between(-0.7, 0.7), random.Between(-0.7, 0.7));
        (double eyes, double height, double brow, double nose) = (0.35 + 0.1 * person[0], -0.25 + 0.1 * person[1], 0.2 + 0.06 * person[2], 0.1 + 0.1 * person[3]);
        (double mouth, double lips, double wide, double hair) = (0.3 + 0.1 * person[4], 0.45 + 0.08 * person[5], 0.75 + 0.12 * person[6], -0.75 + 0.15 * person[7]);
        double[] values = new double[Pixels];
        for (int i = 0; i < Pixels; i++)
        {
            (double x, double y) = ((i % Side - 7.5) / 7.5 + dx, (i / Side - 7.5) / 7.5 + dy);
            double face = 1 / (1 + Math.Exp(12 * (x * x / (wide * wide) + y * y - 1)));
            double dark = Blob(Math.Abs(x) - eyes, y - height, 0.12, 0.09) + 0.6 * Blob(Math.Abs(x) - eyes, y - height + brow, 0.2, 0.06)
                + 0.5 * Blob(x, y - nose, 0.08, 0.15) + 0.8 * Blob(x, y - lips - smile * x * x, mouth, 0.07) + (y < hair ? 0.8 : 0);
            values[i] = face * (1 - dark) * (1 + light * x + slope * y) + 0.1 * random.Normal();
        }

        double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return [.. values.Select(v => (float)((v - mean) / deviation))];
    }

    private static double Blob(double x, double y, double width, double height) => Math.Exp(-0.5 * (x * x / (width * width) + y * y / (height * height)));
}
