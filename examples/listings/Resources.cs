using System.IO.Compression;

/// <summary>The data sets that the program carries.</summary>
internal static class Resources
{
    /// <summary>442 patients, ten measurements, how far diabetes progressed.</summary>
    public static Dataset Diabetes() => Csv.Load(Text("diabetes.csv"), new CsvOptions { Targets = ["progression"], Scalar = Scalar.Double }, "diabetes.csv");

    /// <summary>1,797 handwritten digits of 8 × 8 grey values from 0 to 1.</summary>
    public static Dataset Digits()
    {
        Dataset digits = Csv.Load(Text("digits.csv.gz"), new CsvOptions { Header = false }, "digits.csv");
        int[] rows = [.. Enumerable.Range(0, digits.Count)];
        float[] pixels = new float[rows.Length * digits.FeatureSize];
        int[] labels = new int[rows.Length];
        digits.CopyFeatures(rows, pixels.AsSpan());
        digits.CopyTargets(rows, labels.AsSpan());
        return Dataset.Create(Array.ConvertAll(pixels, p => p / 16), digits.FeatureSize, labels);
    }

    private static StreamReader Text(string name)
    {
        Stream stream = typeof(Resources).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
    }
}
