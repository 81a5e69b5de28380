using System.Globalization;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>Declarations without Roslyn, and the C# text that declares the same.</summary>
internal static class Declare
{
    public const string Namespace = "Declared";

    public static TypeIdentity Type(string name) => new(Namespace, EquatableArray<string>.Empty, "class", name, name, $"{Namespace}.{name}");

    public static ModelDeclaration Model(string name, int[] input, TargetDeclaration target, params LayerDeclaration[] layers)
    {
        var counts = new Dictionary<string, int>();
        return StackReader.Stack(
            Type(name), false,
            new InputDeclaration(default, "x", "x", input.Select(size => new SizeDeclaration(size)).ToEquatableArray()),
            [.. layers.Select(l => l with { Name = StackReader.NextName(counts, Attribute(l)) })], target);
    }

    /// <summary>The same model under another name, in double where asked.</summary>
    public static ModelDeclaration Variant(this ModelDeclaration declaration, string suffix, bool isDouble) =>
        declaration with { IsDouble = isDouble, Type = Type(declaration.Type.Name + suffix) };

    public static DenseDeclaration Dense(
        int units, ActivationKind activation = ActivationKind.Identity, double? alpha = null, bool bias = true, double l1 = 0, double l2 = 0, bool frozen = false) =>
        new(default, "", units, Choice(activation, alpha), bias, new InitializerChoice(InitializerKind.Default, double.NaN),
            new InitializerChoice(bias ? InitializerKind.Normal : InitializerKind.Default, bias ? 0.5 : double.NaN), l1, l2, frozen);

    public static ActivationDeclaration Activation(ActivationKind kind, double? alpha = null) => new(default, "", Choice(kind, alpha));

    public static DropoutDeclaration Dropout(double rate) => new(default, "", rate);

    public static LayerNormDeclaration LayerNorm(double epsilon = 1e-5, bool affine = true) => new(default, "", epsilon, affine);

    public static BatchNormDeclaration BatchNorm(double epsilon = 1e-5, double momentum = 0.1, bool affine = true) => new(default, "", epsilon, momentum, affine);

    public static ConvolutionDeclaration Conv(int axes, int filters, int kernel, ActivationKind activation = ActivationKind.Identity, int stride = 1, int padding = 0, int dilation = 1,
        int groups = 1, bool same = false, bool transposed = false, int outputPadding = 0, int width = 0, ConvolutionMethodKind method = ConvolutionMethodKind.Direct) =>
        new(default, "", filters, Enumerable.Range(0, axes).Select(i => new Window(i == 1 && width > 0 ? width : kernel, stride, padding, dilation)).ToEquatableArray(), transposed, same, groups, outputPadding,
            Choice(activation, null), true, new InitializerChoice(InitializerKind.Default, double.NaN), new InitializerChoice(InitializerKind.Normal, 0.5), 0, 0, false, method);

    public static PoolDeclaration Pool(PoolKind kind, int axes, int size, int stride = 0, int padding = 0) =>
        new(default, "", kind, Enumerable.Repeat(new Window(size, stride == 0 ? size : stride, padding), axes).ToEquatableArray());

    public static GlobalPoolDeclaration GlobalPool(PoolKind kind) => new(default, "", kind);

    public static AdaptivePoolDeclaration AdaptivePool(PoolKind kind, params int[] sizes) => new(default, "", kind, sizes.ToEquatableArray());

    public static UpsampleDeclaration Upsample(int factor, bool linear = false) => new(default, "", factor, linear);

    public static GroupNormDeclaration GroupNorm(int groups, double epsilon = 1e-5, bool affine = true) => new(default, "", groups, epsilon, affine);

    public static FlattenDeclaration Flatten() => new(default, "");

    public static RnnDeclaration Rnn(int units, ActivationKind activation = ActivationKind.Tanh, bool bias = true, bool sequences = true, bool reverse = false, bool both = false) =>
        new(default, "", units, Choice(activation, null), new RecurrentOptions(bias, sequences, reverse, both));

    public static GruDeclaration Gru(int units, bool bias = true, bool sequences = true, bool reverse = false, bool both = false) =>
        new(default, "", units, new RecurrentOptions(bias, sequences, reverse, both));

    public static LstmDeclaration Lstm(int units, double forget = 0, bool bias = true, bool sequences = true, bool reverse = false, bool both = false) =>
        new(default, "", units, forget, new RecurrentOptions(bias, sequences, reverse, both));

    public static AttentionDeclaration Attention(
        int heads, int? keyValueHeads = null, int headSize = 0, bool causal = false, bool rotary = false, double rotaryBase = 10_000, double dropout = 0, bool bias = true) =>
        new(default, "", heads, keyValueHeads ?? heads, headSize, causal, rotary, rotaryBase, dropout, bias);

    public static RmsNormDeclaration RmsNorm(double epsilon = 1e-5) => new(default, "", epsilon);

    public static PositionEmbeddingDeclaration PositionEmbedding(int maxLength) => new(default, "", maxLength);

    public static EmbeddingDeclaration Embedding(int classes, int width, int padding = -1) =>
        new(default, "", classes, width, new InitializerChoice(InitializerKind.Default, double.NaN), padding, false);

    public static TargetDeclaration Target(LossKind loss, double smoothing = 0, double delta = 1, double l1 = 0, double l2 = 0) =>
        new(default, loss, smoothing, delta, 0, l1, l2, MetricKinds.Default);

    public static TargetDeclaration Focal(LossKind loss, double gamma, double alpha = TargetDeclaration.StandardAlpha) => Target(loss) with { Gamma = gamma, Alpha = alpha };

    public static TargetDeclaration Quantile(double quantile) => Target(LossKind.Quantile) with { Quantile = quantile };

    private static ActivationChoice Choice(ActivationKind kind, double? alpha) =>
        new(kind, alpha ?? kind switch { ActivationKind.LeakyRelu => 0.01, ActivationKind.Elu => 1, _ => 0 });

    /// <summary>The class with its attributes.</summary>
    public static string Text(this ModelDeclaration d)
    {
        IEnumerable<string> lines =
        [
            d.IsDouble ? "[Model(Scalar = Scalar.Double)]" : "[Model]",
            $"[Input({string.Join(", ", d.Inputs[0].Shape)})]",
            .. d.Layers.Select(Layer),
            Target(d.Target!),
            $"public sealed partial class {d.Type.Name};",
        ];
        return string.Join('\n', lines);
    }

    private static string Attribute(LayerDeclaration layer) => layer switch
    {
        ConvolutionDeclaration c => $"Conv{(c.IsTransposed ? "Transpose" : "")}{c.Windows.Count}D",
        PoolDeclaration p => $"{p.Kind}Pool{p.Windows.Count}D",
        GlobalPoolDeclaration p => $"Global{p.Kind}Pool",
        AdaptivePoolDeclaration p => $"Adaptive{p.Kind}Pool",
        _ => layer.GetType().Name.Replace("Declaration", ""),
    };

    /// <summary>The target's attribute.</summary>
    public static string Target(TargetDeclaration t) =>
        $"[Target(Loss.{t.Loss}{Option("LabelSmoothing", t.LabelSmoothing, 0)}{Option("Delta", t.Delta, 1)}{Option("L1", t.L1, 0)}{Option("L2", t.L2, 0)}"
        + $"{Option("Gamma", t.Gamma, TargetDeclaration.StandardGamma)}{Option("Alpha", t.Alpha, TargetDeclaration.StandardAlpha)}{Option("Quantile", t.Quantile, TargetDeclaration.StandardQuantile)}{(t.Weighted ? ", Weighted = true" : "")})]";

    /// <summary>The layer's attribute.</summary>
    public static string Layer(LayerDeclaration layer) => layer switch
    {
        DenseDeclaration l => $"[Dense({l.Units}, Activation.{l.Activation.Kind}{Alpha(l.Activation)}{(l.UseBias ? ", Bias = Initializer.Normal, BiasScale = 0.5f" : ", UseBias = false")}"
            + $"{Option("L1", l.L1, 0)}{Option("L2", l.L2, 0)}{(l.Frozen ? ", Frozen = true" : "")})]",
        ActivationDeclaration l => $"[Activation(Activation.{l.Activation.Kind}{Alpha(l.Activation)})]",
        DropoutDeclaration l => $"[Dropout({Real(l.Rate)})]",
        LayerNormDeclaration l => $"[LayerNorm(Epsilon = {Real(l.Epsilon)}, Affine = {(l.Affine ? "true" : "false")})]",
        BatchNormDeclaration l => $"[BatchNorm(Epsilon = {Real(l.Epsilon)}, Momentum = {Real(l.Momentum)}, Affine = {(l.Affine ? "true" : "false")})]",
        FlattenDeclaration => "[Flatten]",
        ConvolutionDeclaration l => $"[{Attribute(l)}({l.Filters}, {l.Windows[0].Size}, Activation.{l.Activation.Kind}{Alpha(l.Activation)}, Bias = Initializer.Normal, BiasScale = 0.5f"
            + $"{(l.Windows.Count > 1 && l.Windows[1].Size != l.Windows[0].Size ? $", KernelWidth = {l.Windows[1].Size}" : "")}{Option("Stride", l.Windows[0].Stride, 1)}{Option("Padding", l.Windows[0].Padding, 0)}"
            + $"{Option("Dilation", l.Windows[0].Dilation, 1)}{Option("Groups", l.Groups, 1)}{(l.Same ? ", Same = true" : "")}{Option("OutputPadding", l.OutputPadding, 0)}{(l.Method == ConvolutionMethodKind.Direct ? "" : $", Method = ConvolutionMethod.{l.Method}")})]",
        PoolDeclaration l => $"[{Attribute(l)}({l.Windows[0].Size}{Option("Stride", l.Windows[0].Stride, l.Windows[0].Size)}{Option("Padding", l.Windows[0].Padding, 0)})]",
        GlobalPoolDeclaration l => $"[{Attribute(l)}]",
        AdaptivePoolDeclaration l => $"[{Attribute(l)}({string.Join(", ", l.Sizes)})]",
        UpsampleDeclaration l => $"[Upsample({l.Factor}{(l.IsLinear ? ", Linear = true" : "")})]",
        GroupNormDeclaration l => $"[GroupNorm({l.Groups}, Epsilon = {Real(l.Epsilon)}, Affine = {(l.Affine ? "true" : "false")})]",
        RnnDeclaration l => $"[Rnn({l.Units}, Activation.{l.Activation.Kind}{Alpha(l.Activation)}{Options(l)})]",
        GruDeclaration l => $"[Gru({l.Units}{Options(l)})]",
        LstmDeclaration l => $"[Lstm({l.Units}{Option("ForgetBias", l.ForgetBias, 0)}{Options(l)})]",
        AttentionDeclaration l => $"[Attention({l.Heads}, KeyValueHeads = {l.KeyValueHeads}{(l.HeadSize == 0 ? "" : $", HeadSize = {l.HeadSize}")}{Flag("Causal", l.Causal)}{Flag("Rotary", l.Rotary)}"
            + $"{Option("RotaryBase", l.RotaryBase, 10_000)}{Option("Dropout", l.Dropout, 0)}{(l.UseBias ? "" : ", UseBias = false")})]",
        RmsNormDeclaration l => $"[RmsNorm(Epsilon = {Real(l.Epsilon)})]",
        EmbeddingDeclaration l => $"[Embedding({l.Classes}, {l.Width}{Option("PaddingIndex", l.Padding, -1)})]",
        PositionEmbeddingDeclaration l => $"[PositionEmbedding({l.MaxLength})]",
        _ => throw new InvalidOperationException($"{layer.GetType().Name} has no text"),
    };

    private static string Options(RecurrentDeclaration l) =>
        $"{(l.Options.UseBias ? "" : ", UseBias = false")}{(l.Options.ReturnSequences ? "" : ", ReturnSequences = false")}"
        + $"{(l.Options.Reverse ? ", Reverse = true" : "")}{(l.Options.Bidirectional ? ", Bidirectional = true" : "")}";

    private static string Alpha(ActivationChoice activation) =>
        activation.Kind is ActivationKind.LeakyRelu or ActivationKind.Elu ? $", Alpha = {Real(activation.Alpha)}" : "";

    private static string Option(string name, double value, double standard) => value == standard ? "" : $", {name} = {Real(value)}";

    private static string Option(string name, int value, int standard) => value == standard ? "" : $", {name} = {value.ToString(CultureInfo.InvariantCulture)}";

    private static string Flag(string name, bool value) => value ? $", {name} = true" : "";

    private static string Real(double value) => value.ToString("R", CultureInfo.InvariantCulture) + "f";
}
