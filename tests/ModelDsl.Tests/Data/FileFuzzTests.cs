using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Data;

/// <summary>What reads files by their paths: pairs of which one is damaged, streams, models with encoders.</summary>
public sealed class FileFuzzTests(ITestOutputHelper output) : ReaderFuzz(output), IDisposable
{
    private static readonly byte[] Images = IdxFile(8, 3, 2, 2), Labels = IdxFile(8, 3), X = NpyTests.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", new byte[24]), Y = NpyTests.Make("{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }", new byte[24]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Idx_IsReadOrRefused(bool first) => Pair(first, Images, Labels, (x, y) => Valid(Idx.Load(x, y)));

    [Theory]
    [InlineData(true), InlineData(false)]
    public void IdxStreams_AreReadOrRefused(bool first) => Pair(first, Images, Labels, (x, y) => Streams(DataSource.FromIdx(x, y, chunk: 2)));

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Npy_IsReadOrRefused(bool first) => Pair(first, X, Y, (x, y) => Valid(Npy.Load(x, y)));

    [Theory]
    [InlineData(true), InlineData(false)]
    public void NpyStreams_AreReadOrRefused(bool first) => Pair(first, X, Y, (x, y) => Streams(DataSource.FromNpy(x, y, chunk: 2)));

    [Fact]
    public void CsvStreams_AreReadOrRefused() => Check(["a,b,c,y\n1,2,2.5,0\n-3e2,7, 4 ,1\n0,0,0,2\n", "a,b,c,y\r\n1,2,\"3\",0\r\n"], file => Streams(DataSource.FromCsv(_folder.Write("x", file), chunk: 2)));

    [Fact]
    public void CsvStreamsOfNames_AreReadOrRefused() => Check(["a,b,y\n1,red,no\n,blue,yes\n7,NA,no\n"],
        file => Streams(DataSource.FromCsv(_folder.Write("x", file), new() { Categorical = [1], CategoryNames = new Dictionary<string, IReadOnlyList<string>> { ["b"] = ["red", "blue"] }, ClassNames = ["no", "yes"], Missing = ["NA", ""] }, chunk: 2)));

    [Fact]
    public void Predictors_AreReadOrRefused()
    {
        FuzzRow.Encoder().Predictor(LinearModel<float, Three>.Create(1)).Save(_folder["x"]);
        Check([File.ReadAllBytes(_folder["x"])], file =>
            double.IsFinite(RowPredictor<LinearModel<float, Three>, FuzzRow, double>.Load(_folder.Write("x", file)).Predict(new FuzzRow(2, "red", 0))));
    }

    /// <summary>Both files of a good pair are written, and one of them damaged again and again.</summary>
    private void Pair(bool first, byte[] x, byte[] y, Func<string, string, bool> read)
    {
        (string xPath, string yPath) = (_folder.Write("x", x), _folder.Write("y", y));
        Check([first ? x : y], file =>
        {
            _folder.Write(first ? "x" : "y", file);
            return read(xPath, yPath);
        });
    }

    private static bool Streams(IDataSource source)
    {
        bool valid = true;
        foreach (Dataset chunk in source.Read(0)) valid &= Valid(chunk);
        return valid;
    }
}
