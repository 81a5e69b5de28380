using System.IO.Compression;
using ModelDsl;

namespace Digits;

/// <summary>The digits that come with this example.</summary>
internal static class Data
{
    /// <summary>1,797 digits: 64 brightnesses, in the file from 0 to 16, here from 0 to 1 as networks like them, and the label.</summary>
    public static Dataset SmallDigits()
    {
        using var text = new StreamReader(new GZipStream(typeof(Data).Assembly.GetManifestResourceStream("digits.csv.gz")!, CompressionMode.Decompress));
        Dataset digits = Csv.Load(text, new CsvOptions { Header = false }, "digits.csv");

        int[] rows = [.. Enumerable.Range(0, digits.Count)], labels = new int[digits.Count];
        float[] pixels = new float[digits.Count * digits.FeatureSize];
        digits.CopyFeatures(rows, pixels.AsSpan());
        digits.CopyTargets(rows, labels.AsSpan());
        return Dataset.Create(Array.ConvertAll(pixels, p => p / 16), digits.FeatureSize, labels);
    }
}
