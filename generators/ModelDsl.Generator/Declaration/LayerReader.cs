using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>Attributes to layers: one case per attribute of the language.</summary>
internal static partial class LayerReader
{
    /// <summary>The layer, or null where the attribute is no layer.</summary>
    public static LayerDeclaration? Read(AttributeReader a, string name) => a.Name switch
    {
        "Dense" => Dense(a, name),
        "Activation" => new ActivationDeclaration(a.Site, name, Activation(a, "activation")),
        "Dropout" => new DropoutDeclaration(a.Site, name, a.Real("rate", 0, r => r is >= 0 and < 1, "in [0, 1)")),
        "LayerNorm" => new LayerNormDeclaration(a.Site, name, Epsilon(a), a.Boolean("Affine", true)),
        "BatchNorm" => new BatchNormDeclaration(a.Site, name, Epsilon(a), a.Real("Momentum", 0.1, m => m is > 0 and <= 1, "in (0, 1]"), a.Boolean("Affine", true)),
        "Embedding" => Embedding(a, name),
        "Flatten" => new FlattenDeclaration(a.Site, name),
        "Conv1D" => Convolution(a, name, 1, isTransposed: false),
        "Conv2D" => Convolution(a, name, 2, isTransposed: false),
        "ConvTranspose1D" => Convolution(a, name, 1, isTransposed: true),
        "ConvTranspose2D" => Convolution(a, name, 2, isTransposed: true),
        "MaxPool1D" => Pool(a, name, PoolKind.Max, 1),
        "MaxPool2D" => Pool(a, name, PoolKind.Max, 2),
        "AveragePool1D" => Pool(a, name, PoolKind.Average, 1),
        "AveragePool2D" => Pool(a, name, PoolKind.Average, 2),
        "GlobalMaxPool" => new GlobalPoolDeclaration(a.Site, name, PoolKind.Max),
        "GlobalAveragePool" => new GlobalPoolDeclaration(a.Site, name, PoolKind.Average),
        "AdaptiveMaxPool" => AdaptivePool(a, name, PoolKind.Max),
        "AdaptiveAveragePool" => AdaptivePool(a, name, PoolKind.Average),
        "Upsample" => new UpsampleDeclaration(a.Site, name, a.Integer("factor", 1, 1), a.Boolean("Linear", false)),
        "GroupNorm" => new GroupNormDeclaration(a.Site, name, a.Integer("groups", 1, 1), Epsilon(a), a.Boolean("Affine", true)),
        "Rnn" or "Gru" or "Lstm" => Recurrent(a, name),
        "Attention" => Attention(a, name),
        "RmsNorm" => new RmsNormDeclaration(a.Site, name, Epsilon(a)),
        "PositionEmbedding" => new PositionEmbeddingDeclaration(a.Site, name, a.Integer("maxLength", 1, 1)),
        _ => null,
    };

    public static InputDeclaration Input(AttributeReader a, string name, string identifier)
    {
        SizeDeclaration[] shape = a.Sizes();
        int classes = a.Integer("Classes", 0, 2), bad = Array.FindIndex(shape, d => d.Symbol is null ? d.Number < 1 : !IsSymbol(d.Symbol));
        if (!a.IsBroken && ((shape.Length == 0 && classes == 0) || bad >= 0))
            a.Bad("shape", shape.Length == 0 ? "empty" : $"({string.Join(", ", shape)})",
                bad >= 0 && shape[bad].Symbol is not null ? "one or more sizes: numbers of at least 1, or symbols, each a capital letter other than B, the batch, and V" : "one or more sizes of at least 1", bad);
        return new InputDeclaration(a.Site, name, identifier, shape.ToEquatableArray(), classes);
    }

    /// <summary>A capital letter and perhaps digits; B is the batch, and V is the vector in generated code.</summary>
    private static bool IsSymbol(string name) => name.Length > 0 && name[0] is >= 'A' and <= 'Z' && name.Skip(1).All(c => c is >= '0' and <= '9') && name is not ("B" or "V");

    public static ParamDeclaration Param(AttributeReader a, string name)
    {
        int[] shape = a.Integers("shape");
        if (!a.IsBroken && (shape.Length == 0 || shape.Any(d => d < 1)))
            a.Bad("shape", shape.Length == 0 ? "empty" : $"({string.Join(", ", shape)})", "one or more sizes of at least 1", Array.FindIndex(shape, d => d < 1));
        return new ParamDeclaration(a.Site, name, shape.ToEquatableArray(), Initializer(a, "Initializer", "Scale"), a.Boolean("Decay", true), a.Boolean("Frozen", false));
    }

    public static TargetDeclaration Target(AttributeReader a)
    {
        LossKind loss = a.Choice("loss", LossKind.Mse);
        if (loss == LossKind.Custom) a.Bad("loss", "Loss.Custom", "another loss: a model's own is its [LossFunction] method, in place of [Target]");
        return new TargetDeclaration(
        a.Site,
        loss,
        a.Real("LabelSmoothing", 0, s => s is >= 0 and < 1, "in [0, 1)"),
        a.Real("Delta", 1, d => d > 0, "positive"),
        a.Integer("Classes", 0, 2),
        Penalty(a, "L1"),
        Penalty(a, "L2"),
        a.Choice("Metrics", MetricKinds.Default),
        a.Real("Weight", 1, w => w > 0, "positive"))
        {
            Weighted = a.Boolean("Weighted", false),
            Gamma = a.Real("Gamma", TargetDeclaration.StandardGamma, c => c >= 0, "at least 0"),
            Alpha = a.Real("Alpha", TargetDeclaration.StandardAlpha, c => c is > 0 and < 1, "in (0, 1)"),
            Quantile = a.Real("Quantile", TargetDeclaration.StandardQuantile, q => q is > 0 and < 1, "in (0, 1)"),
        };
    }

    private static DenseDeclaration Dense(AttributeReader a, string name) => new(
        a.Site,
        name,
        a.Integer("units", 1, 1),
        Activation(a, "activation"),
        a.Boolean("UseBias", true),
        Initializer(a, "Weights", "WeightScale"),
        Initializer(a, "Bias", "BiasScale"),
        Penalty(a, "L1"),
        Penalty(a, "L2"),
        a.Boolean("Frozen", false));

    private static EmbeddingDeclaration Embedding(AttributeReader a, string name)
    {
        int classes = a.Integer("classes", 2, 2), padding = a.Integer("PaddingIndex", -1, -1);
        if (padding >= classes) a.Bad("PaddingIndex", Literals.Integer(padding), $"one of the classes, 0 to {classes - 1}, or -1 for none");
        return new EmbeddingDeclaration(a.Site, name, classes, a.Integer("width", 1, 1), Initializer(a, "Weights", "WeightScale"), padding, a.Boolean("Frozen", false), a.Boolean("Sparse", false));
    }

    private static ActivationChoice Activation(AttributeReader a, string name)
    {
        ActivationKind kind = a.Choice(name, ActivationKind.Identity);
        double standard = kind switch { ActivationKind.LeakyRelu => 0.01, ActivationKind.Elu => 1, _ => 0 };
        return new ActivationChoice(kind, a.Real("Alpha", standard, v => v >= 0, "at least 0"));
    }

    private static InitializerChoice Initializer(AttributeReader a, string kind, string scale)
    {
        InitializerKind initializer = a.Choice(kind, InitializerKind.Default);
        bool any = initializer == InitializerKind.Constant;
        if (any && !a.Has(scale)) a.Bad(scale, "missing", "given with Initializer.Constant");
        return new InitializerChoice(initializer, a.Real(scale, double.NaN, s => any || s > 0, any ? "finite" : "positive"));
    }

    private static double Penalty(AttributeReader a, string name) => a.Real(name, 0, p => p >= 0, "at least 0");

    private static double Epsilon(AttributeReader a) => a.Real("Epsilon", 1e-5, e => e > 0, "positive");
}
