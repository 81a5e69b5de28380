using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace ModelDsl.Tests.Data;

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LastColumn_IsTheClass_UnlessSaid()
    {
        Dataset data = Read("a,b,c\n1,2.5,1\n-3e2, 4 ,0\n");
        Assert.Equal([1, 2.5f, -300, 4], Features(data));
        Assert.Equal([1, 0], Labels(data));
        Assert.Null(data.ClassNames);
    }

    [Fact]
    public void Columns_GoByNameOrIndex()
    {
        const string text = "id,species,w,h\n7,x,1,2\n8,y,3,4\n";
        foreach (CsvColumn label in (CsvColumn[])["species", 1, ^3])
        {
            Dataset data = Read(text, new() { Label = label, Ignore = ["id"] });
            Assert.Equal([1, 2, 3, 4], Features(data));
            Assert.Equal([0, 1], Labels(data));
        }
    }

    /// <summary>scikit-learn's files begin with a line that is neither header nor sample.</summary>
    [Fact]
    public void LinesBeforeTheTable_ArePassedOver()
    {
        const string text = "3,2,\"malignant,benign\n1,2,0\r\n3,4,1\n5,6,1\n";
        var bare = new CsvOptions { SkipLines = 1, Header = false };
        Assert.Equal([1, 2, 3, 4, 5, 6], Features(Read(text, bare)));
        Assert.Equal([5, 6], Features(Read(text, bare with { SkipLines = 3 })));
        Assert.Equal([3, 4, 5, 6], Features(Read(text, bare with { Header = true })));
        Assert.Equal("text line 4, column '[1]': 'x' is not a number.", Error("\n\n\n1,x,0\n", bare));
        Assert.Equal("text is empty.", Error(text, bare with { SkipLines = 9 }));
        Assert.Equal("text line 2 has 3 cells; the first line has 4. If that is no part of the table, pass over it: CsvOptions.SkipLines.", Error("3,2,malignant,benign\n1,2,0\n"));
        Assert.Throws<ArgumentOutOfRangeException>("SkipLines", () => Read(text, bare with { SkipLines = -1 }));
    }

    [Fact]
    public void Targets_MayBeSeveral_InTheOrderAsked()
    {
        Dataset data = Read("p,x,q\n1,2,3\n4,5,6\n", new() { Targets = ["q", "p"], Scalar = Scalar.Double });
        Assert.Equal((1, 2, false), (data.FeatureSize, data.TargetSize, data.TargetIsClass));
        double[] targets = new double[4];
        data.CopyTargets([0, 1], targets.AsSpan());
        Assert.Equal([3, 1, 6, 4], targets);
    }

    [Fact]
    public void NamedClasses_AreSorted_OrInOrderOfAppearance_OrGiven()
    {
        const string text = "1,rose\n2,iris\n3,rose\n4,aster\n";
        var bare = new CsvOptions { Header = false };
        Dataset sorted = Read(text, bare);
        Assert.Equal(["aster", "iris", "rose"], sorted.ClassNames!);
        Assert.Equal([2, 1, 2, 0], Labels(sorted));
        Dataset appearing = Read(text, bare with { Classes = CsvClasses.FirstAppearance });
        Assert.Equal(["rose", "iris", "aster"], appearing.ClassNames!);
        Assert.Equal([0, 1, 0, 2], Labels(appearing));
        Assert.Equal([2, 1, 2, 0], Labels(Read("1,rose\n2,iris\n3,rose\n4,aster", bare with { ClassNames = sorted.ClassNames })));
        Assert.Equal("text line 1, column '[1]': 'lily' is none of the classes given.", Error("1,lily\n", bare with { ClassNames = sorted.ClassNames }));
        Assert.Equal(sorted.ClassNames, sorted.Shuffle(1).Take(2).ClassNames);
    }

    [Fact]
    public void IntegerLabels_AreIndices_UnlessNamesAreWanted()
    {
        Assert.Equal([10, 9], Labels(Read("1,10\n1,9\n", new() { Header = false })));
        Dataset named = Read("1,10\n1,9\n", new() { Header = false, Classes = CsvClasses.Sorted });
        Assert.Equal(["10", "9"], named.ClassNames!);
        Assert.Equal([1, 0], Labels(Read("1,1\n1,-1\n", new() { Header = false })));
    }

    [Fact]
    public void Quotes_FollowTheRfc()
    {
        Dataset data = Read("\"a, b\",\"c\"\"d\"\r\n\"1\",\"x\r\ny\"\r\n2,\"\"\"\"", new() { Label = "c\"d" });
        Assert.Equal(["\"", "x\r\ny"], data.ClassNames!);
        Assert.Equal([1, 2], Features(data));
    }

    [Theory]
    [InlineData("a,b\n1,0\n2,1\n"), InlineData("a,b\r\n1,0\r\n2,1"), InlineData("a,b\r1,0\r2,1\r"), InlineData("\n\na,b\n\n1,0\r\n\r\n2,1\n\n")]
    public void LineEnds_MayBeAny(string text) => Assert.Equal([1, 2], Features(Read(text)));

    [Fact]
    public void Delimiter_MayBeAnother() => Assert.Equal([1.5f, 2], Features(Read("a;b;c\n1.5;2;0\n", new() { Delimiter = ';' })));

    [Theory]
    [InlineData("a,b\n1,0\nn/a,1\n", "text line 3, column 'a': 'n/a' is not a number.")]
    [InlineData("a,b\n1,0\n,1\n", "text line 3, column 'a': the cell is empty.")]
    [InlineData("a,b\n\"1\n\",0\n1.5.2,1\n", "text line 4, column 'a': '1.5.2' is not a number.")]
    [InlineData("a,b\n1,0\n\"1,000\",1\n", "text line 3, column 'a': '1,000' is not a number.")]
    [InlineData("a,b\n1,0\n1,2,3\n", "text line 3 has 3 cells; the first line has 2.")]
    [InlineData("a,b\n1,0\n1\n", "text line 3 has 1 cells; the first line has 2.")]
    [InlineData("", "text is empty.")]
    [InlineData("\r\n\n", "text is empty.")]
    [InlineData("a,b\n", "text has a header and no samples.")]
    [InlineData("a,b,a\n1,2,0\n", "text line 1: column 'a' appears twice, at 0 and 2; rename one, or set Header to false.")]
    [InlineData("b\n0\n", "text has no column left for features: it has 1: 'b'.")]
    [InlineData("a,b\n1,x\"y\"\n", "text line 2, cell 2: a quote inside a cell. Quote the whole cell and double the quotes in it.")]
    [InlineData("a,b\n1,\"x\"y\n", "text line 2, cell 2: text after the closing quote.")]
    [InlineData("a,b\n1,\"x\n\n", "text line 2, cell 2: a quote is opened and never closed.")]
    [InlineData("a,b\n1,x\0\n", "text line 2, cell 2: a zero character; this is not a text file, or not one in UTF-8.")]
    public void Errors_NameTheLine(string text, string message) => Assert.Equal(message, Error(text));

    [Fact]
    public void Errors_NameTheColumnsThereAre()
    {
        Assert.Equal("text has no column 'prize'; it has 2: 'age', 'price'.", Error("age,price\n1,2\n", new() { Targets = ["prize"] }));
        Assert.Equal("text has no column ^3; it has 2: 'age', 'price'.", Error("age,price\n1,2\n", new() { Label = ^3 }));
        Assert.Equal("text has no column 2; it has 2: 'age', 'price'.", Error("age,price\n1,2\n", new() { Ignore = [2] }));
        Assert.Contains("without a header", Assert.Throws<ArgumentException>(() => Read("1,2\n", new() { Header = false, Label = "x" })).Message);
        Assert.Contains("'a' is given twice", Assert.Throws<ArgumentException>(() => Read("1,2\n", new() { ClassNames = ["a", "a"] })).Message);
        Assert.Throws<ArgumentException>(() => Read("1,2\n", new() { Delimiter = '"' }));
    }

    [Fact]
    public void Prices_AreNotTakenForClasses() =>
        Assert.StartsWith("text: the labels are numbers such as '21.6', not classes. For value targets, name their columns in Targets", Error("a,price\n1,21\n2,21.6\n"));

    [Fact]
    public void Files_AreReadByTheirContent()
    {
        byte[] plain = Encoding.UTF8.GetBytes("größe,art\n1,é\n2,ß\n");
        foreach (byte[] content in (byte[][])[plain, [0xef, 0xbb, 0xbf, .. plain], Compress(plain), [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("größe,art\n1,é\n2,ß\n")]])
        {
            Dataset data = Csv.Load(_folder.Write("housing.csv", content), new() { Label = "art", Ignore = [] });
            Assert.Equal(["ß", "é"], data.ClassNames!);
        }
        Assert.Throws<FileNotFoundException>(() => Csv.Load(_folder["none.csv"]));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)',', (byte)'b', 10, 0xff, 0xfe }, "the text is not UTF-8")]
    [InlineData(new byte[] { 0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, "the compressed data are damaged")]
    public void UnreadableFiles_AreNamed(byte[] content, string message)
    {
        string text = Assert.Throws<ModelFormatException>(() => Csv.Load(_folder.Write("housing.csv", content))).Message;
        Assert.Contains(message, text);
        Assert.Contains("housing.csv", text);
    }

    [Fact]
    public void Numbers_AreReadAsInCSharp()
    {
        var random = new Random(3);
        string[] special = ["NaN", "Infinity", "-Infinity", "1e400", "-0", "1e-46", "4.9e-324", "+1", "1.", ".5", "0.1", "16777217", "1_000", "0x1", "1e", "--1", "1,5", "∞", "١"];
        string[] texts = [.. special, .. Enumerable.Range(0, 20_000).Select(_ => Random(random))];
        foreach (string text in texts)
        {
            bool valid = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float expected);
            try
            {
                float found = Features(Read($"\"{text}\",0\n", new() { Header = false }))[0];
                Assert.True(valid, text);
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(found));
            }
            catch (ModelFormatException)
            {
                Assert.False(valid, text);
            }
        }
    }

    [Fact]
    public void EndlessRecords_AreStopped()
    {
        var small = new CsvOptions { MaxRecordLength = 1000 };
        Assert.Contains("more than 1000 characters", Error("a,b\n1," + new string('x', 2000), small));
        Assert.Contains("more than 1000 characters", Error("a,b\n1,\"" + new string('\n', 2000), small));
        Assert.Contains("more than 1000 characters", Error(new string(',', 2000), small));
        Assert.Contains("more than 2 samples", Error("a,b\n1,0\n1,0\n1,0\n", new() { MaxRows = 2 }));
        Assert.Equal(2, Read("a,b\n1,0\n1,0\n", new() { MaxRows = 2 }).Count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelFormatException>(() => Csv.Load(new Endless()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void DamagedText_GivesSamplesOrTheDocumentedException()
    {
        var random = new Random(4);
        const string alphabet = "01,,,\n\n\r\"\"ab.\0eE- ";
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(30)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            try
            {
                Read(text, new() { Header = random.Next(2) == 0 });
            }
            catch (ModelFormatException)
            {
            }
        }
    }

    private static string Random(Random random) => random.Next(3) switch
    {
        0 => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)).ToString("R", CultureInfo.InvariantCulture),
        1 => BitConverter.Int64BitsToDouble(random.NextInt64()).ToString("R", CultureInfo.InvariantCulture),
        _ => new string([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => "0123456789.eE+- "[random.Next(16)])]),
    };

    private static Dataset Read(string text, CsvOptions? options = null) => Csv.Load(new StringReader(text), options);

    private static string Error(string text, CsvOptions? options = null) => Assert.Throws<ModelFormatException>(() => Read(text, options)).Message;

    private static float[] Features(Dataset data)
    {
        float[] values = new float[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], values.AsSpan());
        return values;
    }

    private static int[] Labels(Dataset data)
    {
        int[] values = new int[data.Count];
        data.CopyTargets([.. Enumerable.Range(0, data.Count)], values.AsSpan());
        return values;
    }

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return compressed.ToArray();
    }

    /// <summary>One line without end.</summary>
    private sealed class Endless : TextReader
    {
        public override int Read(char[] buffer, int index, int count)
        {
            buffer.AsSpan(index, count).Fill('1');
            return count;
        }
    }
}
