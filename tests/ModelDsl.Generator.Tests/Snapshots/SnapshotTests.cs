using System.Text;
using ModelDsl.Generator.Tests.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Snapshots;

/// <summary>Whole outputs, to read and to review: few, because a snapshot says that something changed and not whether it is right.</summary>
public class SnapshotTests
{
    private const string Mlp = """
        namespace Demo;

        [Model]
        [Input(32)]
        [Dense(64, Activation.Gelu)]
        [BatchNorm]
        [Dropout(0.2f)]
        [Dense(10)]
        [Target(Loss.SparseCrossEntropy, LabelSmoothing = 0.1f, L2 = 1e-4f)]
        public sealed partial class Mlp;
        """;

    [Fact]
    public void Regression_Model() => Snapshot.Verify(File(Samples.Regression, 0));

    [Fact]
    public void Regression_Kernels() => Snapshot.Verify(File(Samples.Regression, 1));

    [Fact]
    public void Mlp_Model() => Snapshot.Verify(File(Mlp, 0));

    [Fact]
    public void Mlp_Kernels() => Snapshot.Verify(File(Mlp, 1));

    [Fact]
    public void Passenger_Row() => Snapshot.Verify(File("""
        #pragma warning disable CS1591
        namespace Demo;

        public enum Port { Southampton, Cherbourg, Queenstown }

        [Row]
        public sealed partial record Passenger
        {
            [Feature(Indicator = true)] public float? Age { get; init; }
            [Feature(Missing = Impute.Constant, Fill = 1.5f, Scale = Scaling.None), Column("a \"fare\"")] public decimal Fare { get; init; }
            [Category] public Port? Port { get; init; }
            [Category(Capacity = 20)] public string? Cabin { get; init; }
            [Category(Capacity = 8, Hash = true)] public string Ticket { get; init; } = "";
            [Column] public int Relatives { get; init; }
            [Feature] public int Family => Relatives + 1;
            [Label] public bool Survived { get; init; }
        }
        """, 0));

    [Fact]
    public void Settings_Hyperparameters() => Snapshot.Verify(File("""
        #pragma warning disable CS1591
        namespace Demo;

        public enum Network { Narrow, Wide }

        [Hyperparameters]
        public sealed partial record Settings
        {
            [Range(1e-4, 1e-1, Log = true)] public double Rate { get; init; } = 1e-2;
            [Range(0, 0.5, Steps = 3)] public float Dropout { get; init; }
            [Range(1, 4)] public required int Layers { get; init; }
            [Choice(16, 32, 64)] public int Batch { get; init; } = 32;
            [Choice] public Network Network { get; init; }
            [Choice] public bool Nesterov { get; init; }
            [Choice("a \"b\"", "<c>")] public string? @default { get; init; }
            public int Epochs { get; init; } = 10;
        }
        """, 0));

    /// <summary>Every pass of a small model, as a bug report would show it.</summary>
    [Fact]
    public void Regression_Stages()
    {
        var text = new StringBuilder();
        var runner = new PassRunner(print: (stage, printed) => text.Append("=== ").Append(stage).Append('\n').Append(stage == "emit" ? "(two files)" : printed.TrimEnd()).Append("\n\n"));
        ModelCompiler.Compile(DeclarationSource.Read(Samples.Regression).Single(), runner);
        Snapshot.Verify(text.ToString().TrimEnd() + "\n", "txt");
    }

    private static string File(string source, int index)
    {
        Build build = CompilerHost.Build(source);
        Assert.Empty(build.Reported);
        return build.Files[index].Text;
    }
}
