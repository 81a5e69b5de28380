using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>What must hold of a layer's input, said in the terms of the declaration.</summary>
internal static partial class LayerChecks
{
    /// <summary>An int can index this many elements, with room for padding.</summary>
    private const long MostElements = int.MaxValue - 1024;

    public static Problem? Check(ModelBuilder m, LayerDeclaration layer, Site site, Value x) => layer switch
    {
        _ when WrongKind(m, layer, site, x) is { } problem => problem,
        _ when Symbolic(layer, site, x) is { } problem => problem,
        _ when TooLarge(m, layer, x) is { } problem => problem,
        EmbeddingDeclaration e when m.ClassesOf(x) > e.Classes => Problem.At(site, Ids.DimensionMismatch, "[Embedding] needs a row for each class",
            $"{e.Classes} rows ('{e.Name}')", $"{m.ClassesOf(x)} classes ({x.Origin})", "give it as many rows as there are classes"),
        DenseDeclaration or LayerNormDeclaration or RmsNormDeclaration when Shared(m, layer.Name, ".weight", 0, site, x) is { } problem => problem,
        BatchNormDeclaration when m.FindParameter(layer.Name + ".running_mean") is not null => Problem.At(site, Ids.UnsupportedConstruct,
            $"a second call of '{layer.Name}'", "its running statistics would be those of two different values: declare a second [BatchNorm]"),
        RecurrentDeclaration l => Recurrent(m, l, site, x),
        ConvolutionDeclaration or PoolDeclaration or GlobalPoolDeclaration or AdaptivePoolDeclaration or UpsampleDeclaration or GroupNormDeclaration => Image(m, layer, site, x),
        AttentionDeclaration l => Attention(m, l, site, x),
        PositionEmbeddingDeclaration l => PositionEmbedding(m, l, site, x),
        _ => null,
    };

    /// <summary>A layer that is called again has its weights already: the axis of them that its input's width decides must fit.</summary>
    private static Problem? Shared(ModelBuilder m, string name, string part, int axis, Site site, Value x) =>
        m.FindParameter(name + part) is { } w && m.G[w].Shape.Dims[axis] != x.Shape.Last
            ? Problem.At(site, Ids.DimensionMismatch, $"'{name}' is called again and shares its weights", $"{m.G[w].Shape} (its first call)", $"{x.Shape} ({x.Origin})",
                "give both calls inputs of one width, or declare a second layer")
            : null;

    /// <summary>Class indices meet a layer that computes, or real numbers one that looks up rows.</summary>
    private static Problem? WrongKind(ModelBuilder m, LayerDeclaration layer, Site site, Value x) => (layer, m.ClassesOf(x)) switch
    {
        (EmbeddingDeclaration, 0) => Problem.At(site, Ids.KindMismatch, "[Embedding]", "class indices", "real numbers", "from " + x.Origin, "give the input its Classes, as in [Input(64, Classes = 65)]"),
        (EmbeddingDeclaration or FlattenDeclaration, _) or (_, 0) => null,
        _ => Problem.At(site, Ids.KindMismatch, $"[{layer.GetType().Name.Replace("Declaration", "")}]", "real numbers", "class indices", "from " + x.Origin, "put [Embedding] or OneHot before it"),
    };

    /// <summary>Training keeps at most this many buffers of a layer's size, forward and backward together, for one layer.</summary>
    private const int MostBuffers = 8;

    /// <summary>The first input that an int cannot index.</summary>
    public static Problem? TooLarge(ModelDeclaration declaration)
    {
        foreach (InputDeclaration input in declaration.Inputs)
            if (Beyond(input.Shape.Aggregate(1.0, (a, d) => a * (d.Symbol is null ? d.Number : 1)), input.Site, "a sample of the input") is { } problem) return problem;
        return null;
    }

    /// <summary>Whether an int can index the parameters with this one.</summary>
    public static Problem? TooLarge(ModelBuilder m, ParamDeclaration p) =>
        Beyond(m.Parameters.Sum(q => Aligned(q.Length)) + Aligned(p.Shape.Aggregate(1.0, (a, d) => a * d)), p.Site, "the parameter block up to this parameter");

    /// <summary>A value of a body whose size overflowed while its shape was inferred.</summary>
    public static Problem Overflow(Site site) => Problem.At(site, Ids.TooLarge, "a sample of this value", "more than " + Literals.Grouped(int.MaxValue), Literals.Grouped(MostElements));

    /// <summary>Whether an int can index the layer's output, the parameters and what training keeps, up to this layer. Totals in double: they cannot overflow.</summary>
    private static Problem? TooLarge(ModelBuilder m, LayerDeclaration layer, Value x)
    {
        double width = x.Shape.Last.Factor, outer = x.Shape.Dims.Skip(1).Take(x.Shape.Rank - 2).Aggregate(1.0, (a, d) => a * d.Factor);
        double parameters = m.ParameterElements + layer switch
        {
            EmbeddingDeclaration e => Aligned((double)e.Classes * e.Width),
            DenseDeclaration dense => Aligned(width * dense.Units) + Aligned(dense.Units),
            ConvolutionDeclaration c => Aligned(c.Windows.Aggregate(width / c.Groups * c.Filters, (n, w) => n * w.Size)) + Aligned(c.Filters),
            LayerNormDeclaration or GroupNormDeclaration => 2 * Aligned(width),
            BatchNormDeclaration => 4 * Aligned(width),
            RecurrentDeclaration recurrent => Parameters(recurrent, width),
            RmsNormDeclaration => Aligned(width),
            PositionEmbeddingDeclaration p => Aligned(p.MaxLength * width),
            AttentionDeclaration a => Parameters(a, width),
            _ => 0,
        };
        (double output, double kept) = layer switch
        {
            DenseDeclaration dense => (outer * dense.Units, outer * dense.Units),
            RecurrentDeclaration l => (outer * l.Options.Directions * l.Gates * l.Units, outer * l.Options.Directions * l.Gates * l.Units),
            EmbeddingDeclaration e => (outer * width * e.Width, outer * width * e.Width),
            ConvolutionDeclaration c => Elements(c, x.Shape),
            UpsampleDeclaration up => (outer * width * Math.Pow(up.Factor, x.Shape.Rank - 2), outer * width * Math.Pow(up.Factor, x.Shape.Rank - 2)),
            _ => (outer * width, outer * width),
        };
        m.Kept += MostBuffers * Aligned(kept) + (layer is AttentionDeclaration attention ? Kept(attention, x) : 0);
        return Beyond(output, layer.Site, "a sample of the output") ?? Beyond(parameters, layer.Site, "the parameter block up to this layer")
            ?? Beyond(m.Kept, layer.Site, "what training may keep of one sample up to this layer");
    }

    /// <summary>Tensors start on multiples of 64 bytes.</summary>
    public static double Aligned(double length) => Math.Ceiling(length / 16) * 16;

    /// <summary>The non-linearity that a call's result meets first, for the choice of its initialiser.</summary>
    public static ActivationKind ActivationAfter(ModelDeclaration declaration, int index)
    {
        if (declaration.Layers[declaration.Body[index].Index] is WeightedDeclaration { Activation.Kind: not ActivationKind.Identity } dense) return dense.Activation.Kind;
        for (int next = index + 1; next < declaration.Body.Count; next++)
        {
            BodyNode node = declaration.Body[next];
            if (!node.Inputs.Contains(index)) continue;
            if (node.Op == BodyOp.Call) return Enum.TryParse(node.Name, out ActivationKind called) ? called : ActivationKind.Identity;
            if (node.Op != BodyOp.Layer || declaration.Layers[node.Index] is WeightedDeclaration or AttentionDeclaration) return ActivationKind.Identity;
            if (declaration.Layers[node.Index] is ActivationDeclaration activation) return activation.Activation.Kind;
            index = next;
        }

        return ActivationKind.Identity;
    }

    /// <summary>(28, 28) of (B, 28, 28).</summary>
    public static string Sizes(Shape shape) => string.Join("×", shape.Dims.Skip(1));

    private static Problem? Beyond(double elements, Site site, string what) =>
        elements > MostElements ? Problem.At(site, Ids.TooLarge, what, elements.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture), Literals.Grouped(MostElements)) : null;
}
