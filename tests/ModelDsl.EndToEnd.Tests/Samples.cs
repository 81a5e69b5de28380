namespace ModelDsl.EndToEnd.Tests;

/// <summary>Made-up data: classes whose centres are random points.</summary>
internal static class Samples
{
    public static (float[] X, int[] Y) Clusters(int count, int width, int classes, int seed)
    {
        var random = new Random(seed);
        float[] centres = [.. Enumerable.Range(0, classes * width).Select(_ => random.NextSingle() - 0.5f)];
        int[] y = [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
        float[] x = [.. y.SelectMany(c => Enumerable.Range(0, width).Select(j => centres[c * width + j] + 0.3f * (random.NextSingle() - 0.5f)))];
        return (x, y);
    }
}
