using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>What must hold of a layer's input, said in the terms of the declaration.</summary>
internal static class LayerChecks
{
    /// <summary>An int can index this many elements, with room for padding.</summary>
    private const long MostElements = int.MaxValue - 1024;

    public static Problem? Check(LayerDeclaration layer, Value x) => layer switch
    {
        BatchNormDeclaration when x.Shape.Rank != 2 => Problem.At(layer.Site, Ids.RankMismatch,
            "[BatchNorm]", "(B, features)", x.Shape.ToString(), Sizes(x.Shape) + " comes from " + x.Origin, "put [Flatten] before it, or use [LayerNorm]"),
        _ => null,
    };

    /// <summary>Training keeps at most this many buffers of a layer's size, forward and backward together, for one layer.</summary>
    private const int MostBuffers = 8;

    /// <summary>The first tensor, parameter total or total of kept values that an int cannot index. Totals in double: they cannot overflow.</summary>
    public static Problem? TooLarge(ModelDeclaration declaration)
    {
        double width = declaration.Input.Shape.Last(), outer = 1, parameters = 0, kept = 0;
        foreach (int d in declaration.Input.Shape.Take(declaration.Input.Shape.Count - 1)) outer *= d;
        if (Beyond(outer * width, declaration.Input.Site, "a sample of the input") is { } input) return input;
        foreach (LayerDeclaration layer in declaration.Layers)
        {
            if (layer is FlattenDeclaration) (width, outer) = (width * outer, 1);
            parameters += layer switch
            {
                DenseDeclaration dense => Aligned(width * dense.Units) + Aligned(dense.Units),
                LayerNormDeclaration => 2 * Aligned(width),
                BatchNormDeclaration => 4 * Aligned(width),
                _ => 0,
            };
            width = (layer as DenseDeclaration)?.Units ?? width;
            kept += MostBuffers * Aligned(outer * width);
            Problem? problem = Beyond(outer * width, layer.Site, "a sample of the output") ?? Beyond(parameters, layer.Site, "the parameter block up to this layer")
                ?? Beyond(kept, layer.Site, "what training may keep of one sample up to this layer");
            if (problem is not null) return problem;
        }

        return null;
    }

    /// <summary>Tensors start on multiples of 64 bytes.</summary>
    private static double Aligned(double length) => Math.Ceiling(length / 16) * 16;

    /// <summary>The non-linearity that the layer's output meets first, for the choice of its initialiser.</summary>
    public static ActivationKind ActivationAfter(EquatableArray<LayerDeclaration> layers, int index)
    {
        if (layers[index] is DenseDeclaration { Activation.Kind: not ActivationKind.Identity } dense) return dense.Activation.Kind;
        foreach (LayerDeclaration layer in layers.Skip(index + 1))
        {
            if (layer is ActivationDeclaration activation) return activation.Activation.Kind;
            if (layer is DenseDeclaration) break;
        }

        return ActivationKind.Identity;
    }

    /// <summary>(28, 28) of (B, 28, 28).</summary>
    public static string Sizes(Shape shape) => string.Join("×", shape.Dims.Skip(1));

    private static Problem? Beyond(double elements, Site site, string what) =>
        elements > MostElements ? Problem.At(site, Ids.TooLarge, what, elements.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture), Literals.Grouped(MostElements)) : null;
}
