using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

internal static partial class LayerChecks
{
    /// <summary>A layer whose tensors, or whose steps, would have a size that is known only at run time.</summary>
    private static Problem? Symbolic(LayerDeclaration layer, Site site, Value x)
    {
        string name = $"[{layer.GetType().Name.Replace("Declaration", "")}]";
        return layer switch
        {
            ConvolutionDeclaration or PoolDeclaration or AdaptivePoolDeclaration or UpsampleDeclaration or GroupNormDeclaration or RecurrentDeclaration =>
                Symbolic(site, name, x, Enumerable.Range(1, x.Shape.Rank - 1), "its windows and steps are written out, so declare the size as a number"),
            ActivationDeclaration or DropoutDeclaration or FlattenDeclaration or EmbeddingDeclaration => null,
            _ => Symbolic(site, name, x, [x.Shape.Rank - 1], "its weights have the size of the last axis, so put the symbol before that, as in [Input(\"T\", 8)]"),
        };
    }

    /// <summary>The problem that one of the axes has a size that is known only at run time, or null.</summary>
    public static Problem? Symbolic(Site site, string what, Value x, IEnumerable<int> axes, string cure) =>
        axes.SelectMany(axis => x.Shape.Dims[axis].Symbols).FirstOrDefault() is { } symbol
            ? Problem.At(site, Ids.SymbolicSize, what, symbol, x.Shape.ToString(), x.Origin, cure) : null;
}
