using ModelDsl;

namespace Applications;

/// <summary>A picture with one thing in it, to the thing's box: left, top, right, bottom, in sides of the picture.</summary>
[Model]
[Input(20, 20, 1)]
[Conv2D(8, 3, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Conv2D(16, 3, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Flatten]
[Dense(48, Activation.Relu)]
[Dense(4)]
[Target(Loss.Huber, Delta = 0.1f)]
public sealed partial class BoxFinder;

/// <summary>Object detection, of a single object: where is it?</summary>
internal static class Boxes
{
    private const int Side = 20, Pixels = Side * Side, Learned = 2_500, Tests = 500;

    public static Score Run()
    {
        var random = new Random(2);
        (float[] pictures, float[] boxes) = Pictures(random, Learned);
        var trainer = BoxFinder.CreateTrainer(new Adam(0.003), new TrainerOptions { Epochs = 16, BatchSize = 32, Seed = 1, Schedule = LearningRateSchedule.Cosine(16) });
        trainer.Fit(Dataset.Create(pictures, Pixels, boxes, 4));

        (float[] unseen, float[] truth) = Pictures(random, Tests);
        float[] found = new float[Tests * 4], mean = [.. Enumerable.Range(0, 4).Select(k => boxes.Where((_, i) => i % 4 == k).Average())];
        trainer.Model.Predict(unseen, found);
        return new("mean overlap (IoU)", "the mean box", truth.Chunk(4).Average(t => Overlap(t, mean)), truth.Chunk(4).Zip(found.Chunk(4), Overlap).Average());
    }

    /// <summary>Intersection over union.</summary>
    private static double Overlap(float[] a, float[] b)
    {
        static double Area(double left, double top, double right, double bottom) => Math.Max(0, right - left) * Math.Max(0, bottom - top);
        double both = Area(Math.Max(a[0], b[0]), Math.Max(a[1], b[1]), Math.Min(a[2], b[2]), Math.Min(a[3], b[3]));
        return both / (Area(a[0], a[1], a[2], a[3]) + Area(b[0], b[1], b[2], b[3]) - both);
    }

    /// <summary>A disc, a rectangle or a diamond, of any grey, behind two lines and noise: neither brightness nor an edge alone tells where it is.</summary>
    private static (float[] Pictures, float[] Boxes) Pictures(Random random, int count)
    {
        (float[] pictures, float[] boxes) = (new float[count * Pixels], new float[count * 4]);
        for (int i = 0; i < count; i++)
        {
            (double width, double height, int shape, double grey) = (random.Between(0.25, 0.6), random.Between(0.25, 0.6), random.Next(3), random.Between(0.5, 1.2));
            (double left, double top) = (random.Between(0, 1 - width), random.Between(0, 1 - height));
            (double row, double column, double tilt) = (random.NextDouble(), random.NextDouble(), random.Between(-0.5, 0.5));
            for (int p = 0; p < Pixels; p++)
            {
                (double x, double y) = ((p % Side + 0.5) / Side, (p / Side + 0.5) / Side);
                (double u, double v) = (Math.Abs(2 * (x - left) / width - 1), Math.Abs(2 * (y - top) / height - 1));
                bool inside = shape switch { 0 => u * u + v * v < 1, 1 => Math.Max(u, v) < 1, _ => u + v < 1 };
                bool line = Math.Abs(y - row - tilt * x) < 0.03 || Math.Abs(x - column - tilt * y) < 0.03;
                pictures[i * Pixels + p] = (float)((line ? 1 : inside ? grey : 0) + 0.25 * random.Normal());
            }

            new[] { (float)left, (float)top, (float)(left + width), (float)(top + height) }.CopyTo(boxes, i * 4);
        }

        return (pictures, boxes);
    }
}
