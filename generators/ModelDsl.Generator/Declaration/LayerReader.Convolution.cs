using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

internal static partial class LayerReader
{
    private static ConvolutionDeclaration Convolution(AttributeReader a, string name, int axes, bool isTransposed)
    {
        var first = new Window(a.Integer("kernel", 1, 1), a.Integer("Stride", 1, 1), a.Integer("Padding", 0, 0), a.Integer("Dilation", 1, 1));
        var second = new Window(
            Width("KernelWidth", first.Size, 1), Width("StrideWidth", first.Stride, 1), Width("PaddingWidth", first.Padding, 0), Width("DilationWidth", first.Dilation, 1));
        return new ConvolutionDeclaration(
            a.Site, name, a.Integer("filters", 1, 1), (axes == 1 ? new[] { first } : [first, second]).ToEquatableArray(), isTransposed,
            a.Boolean("Same", false), a.Integer("Groups", 1, 1), a.Integer("OutputPadding", 0, 0),
            Activation(a, "activation"), a.Boolean("UseBias", true), Initializer(a, "Weights", "WeightScale"), Initializer(a, "Bias", "BiasScale"), Penalty(a, "L1"), Penalty(a, "L2"), a.Boolean("Frozen", false),
            a.Choice("Method", ConvolutionMethodKind.Direct));

        int Width(string option, int otherwise, int least) => a.Has(option) ? a.Integer(option, otherwise, least) : otherwise;
    }

    private static PoolDeclaration Pool(AttributeReader a, string name, PoolKind kind, int axes)
    {
        int size = a.Integer("size", 1, 1), padding = a.Integer("Padding", 0, 0);
        if (padding > size / 2) a.Bad("Padding", Literals.Integer(padding), $"at most half of the window's size, {Literals.Integer(size / 2)}");
        var window = new Window(size, a.Has("Stride") ? a.Integer("Stride", size, 1) : size, padding);
        return new PoolDeclaration(a.Site, name, kind, Enumerable.Repeat(window, axes).ToEquatableArray());
    }

    private static AdaptivePoolDeclaration AdaptivePool(AttributeReader a, string name, PoolKind kind)
    {
        int[] sizes = a.Integers("sizes");
        if (!a.IsBroken && (sizes.Length is 0 or > 2 || sizes.Any(s => s < 1)))
            a.Bad("sizes", sizes.Length == 0 ? "empty" : $"({string.Join(", ", sizes)})", "one or two sizes of at least 1", Math.Max(0, Array.FindIndex(sizes, s => s < 1)));
        return new AdaptivePoolDeclaration(a.Site, name, kind, sizes.ToEquatableArray());
    }
}
