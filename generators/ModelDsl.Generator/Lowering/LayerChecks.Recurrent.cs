using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

internal static partial class LayerChecks
{
    /// <summary>The steps of a recurrence are written out.</summary>
    private const int MostSteps = 1024;

    /// <summary>What a call gives a layer beside its input: a mask, which recurrent layers and attention take.</summary>
    public static Problem? Mask(LayerDeclaration layer, Site site, Value[] inputs)
    {
        if (inputs.Length == 1) return null;
        return layer is RecurrentDeclaration or AttentionDeclaration
            ? inputs[0].Shape.Rank == 3 ? Mask(site, inputs[0], inputs[1]) : null
            : Problem.At(site, Ids.UnsupportedConstruct, $"a mask for '{layer.Name}'", "only [Rnn], [Gru], [Lstm] and [Attention] take one: declare the property as Layer");
    }

    private static Problem? Mask(Site site, Value x, Value mask)
    {
        Shape steps = Shape.Of(x.Shape.Dims[0], x.Shape.Dims[1]);
        return mask.Shape == steps || mask.Shape == Shape.Of(steps.Dims[0], steps.Dims[1], 1)
            ? null
            : Problem.At(site, Ids.DimensionMismatch, "A mask has one number for each step of the sequence", $"{mask.Shape} ({mask.Origin})", $"{x.Shape} ({x.Origin})", $"make it {steps}");
    }

    /// <summary>What a recurrence takes: a sequence, and perhaps a mask.</summary>
    public static Problem? Sequence(Site site, string what, Value x, Value[] inputs) => Sequence(site, what, x) ?? (inputs.Length > 1 ? Mask(site, x, inputs[1]) : null);

    private static Problem? Sequence(Site site, string what, Value x) => x.Shape switch
    {
        { Rank: 3 } when Symbolic(site, what, x, [1, 2], "its steps are written out, so declare the size as a number") is { } problem => problem,
        { Rank: not 3 } => Problem.At(site, Ids.RankMismatch, what, "(B, T, features)", x.Shape.ToString(),
            Sizes(x.Shape) + " comes from " + x.Origin, "give it sequences: [Input(T, features)], or Reshape"),
        { Dims: var dims } when dims[1].Factor > MostSteps => Problem.At(site, Ids.UnsupportedConstruct, $"a recurrence over {Literals.Grouped(dims[1].Factor)} steps",
            $"its steps are written out, {Literals.Grouped(MostSteps)} at most: shorten the sequence"),
        _ => null,
    };

    private static Problem? Recurrent(ModelBuilder m, RecurrentDeclaration layer, Site site, Value x)
    {
        if (Sequence(site, $"[{layer.GetType().Name.Replace("Declaration", "")}]", x) is { } problem) return problem;
        return Shared(m, layer.Name, ".weight_ih", 0, site, x);
    }

    /// <summary>The elements of a recurrent layer's tensors.</summary>
    private static double Parameters(RecurrentDeclaration l, double width)
    {
        double gates = (double)l.Gates * l.Units;
        return l.Options.Directions * (Aligned(width * gates) + Aligned(l.Units * gates) + 2 * Aligned(gates));
    }
}
