using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

internal static partial class LayerChecks
{
    /// <summary>Layers of images and series: channels last, one or two axes between them and the batch.</summary>
    private static Problem? Image(ModelBuilder m, LayerDeclaration layer, Site site, Value x)
    {
        (string name, string wanted, int axes) = layer switch
        {
            ConvolutionDeclaration c => ($"[Conv{(c.IsTransposed ? "Transpose" : "")}{c.Windows.Count}D]", Spatial(c.Windows.Count), c.Windows.Count),
            PoolDeclaration p => ($"[{p.Kind}Pool{p.Windows.Count}D]", Spatial(p.Windows.Count), p.Windows.Count),
            AdaptivePoolDeclaration p => ($"[Adaptive{p.Kind}Pool]", Spatial(p.Sizes.Count), p.Sizes.Count),
            GlobalPoolDeclaration p => ($"[Global{p.Kind}Pool]", "(B, …, channels)", 0),
            UpsampleDeclaration => ("[Upsample]", "(B, …, channels)", 0),
            _ => ("[GroupNorm]", "(B, …, channels)", 0),
        };
        if (axes == 0 ? x.Shape.Rank < (layer is GroupNormDeclaration ? 2 : 3) : x.Shape.Rank != axes + 2)
            return Problem.At(site, Ids.RankMismatch, name, wanted, x.Shape.ToString(), Sizes(x.Shape) + " comes from " + x.Origin, "reshape to one channel, Reshape(x, …, 1), or change the input");
        return layer switch
        {
            ConvolutionDeclaration c => Convolution(m, c, site, x, name),
            PoolDeclaration p => Fits(p.Windows, x, same: false) is { } axis ? TooSmall(site, name, p.Windows[axis].Size, x) : null,
            AdaptivePoolDeclaration p when Enumerable.Range(0, axes).Any(i => p.Sizes[i] > x.Shape.Dims[i + 1].Factor) => Problem.At(site, Ids.DimensionMismatch,
                $"{name} makes an axis at most as long as it is", $"({string.Join(", ", p.Sizes)})", $"{x.Shape} ({x.Origin})", "ask for fewer, or use [Upsample]"),
            GroupNormDeclaration n when x.Shape.Last.Factor % n.Groups != 0 => Problem.At(site, Ids.DimensionMismatch,
                "[GroupNorm] splits the channels evenly", $"{n.Groups} groups", $"{x.Shape} ({x.Origin})", "take a number of groups that divides the channels"),
            GroupNormDeclaration => Shared(m, layer.Name, ".weight", 0, site, x),
            _ => null,
        };
    }

    private static Problem? Convolution(ModelBuilder m, ConvolutionDeclaration c, Site site, Value x, string name)
    {
        int channels = x.Shape.Last.Factor;
        if (m.FindParameter(c.Name + ".weight") is { } w && m.G[w].Shape.Dims[c.Windows.Count].Factor * c.Groups != channels)
            return Problem.At(site, Ids.DimensionMismatch, $"'{c.Name}' is called again and shares its weights", $"{m.G[w].Shape} (its first call)", $"{x.Shape} ({x.Origin})",
                "give both calls inputs of as many channels, or declare a second layer");
        if (channels % c.Groups != 0 || c.Filters % c.Groups != 0)
            return Problem.At(site, Ids.DimensionMismatch, $"{name} splits channels and filters evenly", $"{c.Groups} groups, {c.Filters} filters", $"{x.Shape} ({x.Origin})",
                "take a number of groups that divides both");
        if (c.Method != ConvolutionMethodKind.Direct && !c.IsTileable)
            return Problem.At(site, Ids.BadConstant, $"Method of {name}", c.Method.ToString(), "Direct, unless windows are 3×3, one step apart, without dilation or groups").In("Method");
        if (!c.IsTransposed) return Fits(c.Windows, x, c.Same) is { } axis ? TooSmall(site, name, c.Windows[axis].Dilation * (c.Windows[axis].Size - 1) + 1, x) : null;
        if (c.Windows.Any(t => c.OutputPadding >= t.Stride && c.OutputPadding > 0))
            return Problem.At(site, Ids.BadConstant, $"OutputPadding of {name}", c.OutputPadding.ToString(System.Globalization.CultureInfo.InvariantCulture), "less than the stride").In("OutputPadding");
        return c.Windows.Where((t, i) => LayerLowering.Extent(t, x.Shape.Dims[i + 1].Factor, c.OutputPadding) < 1).Any()
            ? Problem.At(site, Ids.DimensionMismatch, $"{name} takes more from its output than there is", $"padding {c.Windows[0].Padding}", $"{x.Shape} ({x.Origin})", "pad less") : null;
    }

    /// <summary>The first axis that the window does not fit into, or null.</summary>
    private static int? Fits(IReadOnlyList<Window> windows, Value x, bool same)
    {
        for (int i = 0; i < windows.Count; i++)
            if (LayerLowering.Extent(windows[i], x.Shape.Dims[i + 1].Factor, same).Size < 1) return i;
        return null;
    }

    private static Problem TooSmall(Site site, string name, int reach, Value x) => Problem.At(site, Ids.DimensionMismatch, $"{name} needs an input at least as large as its window",
        $"a window of {reach}", $"{x.Shape} ({x.Origin})", "pad, or take a smaller window");

    private static string Spatial(int axes) => axes == 1 ? "(B, length, channels)" : "(B, height, width, channels)";

    /// <summary>Of one sample: the output, and the windows that are copied for the product.</summary>
    private static (double Output, double Kept) Elements(ConvolutionDeclaration c, Shape x)
    {
        if (x.Rank != c.Windows.Count + 2) return (0, 0);
        double positions = c.Windows.Select((w, i) => c.IsTransposed
            ? Math.Max(1.0, LayerLowering.Extent(w, x.Dims[i + 1].Factor, c.OutputPadding)) : Math.Max(1.0, LayerLowering.Extent(w, x.Dims[i + 1].Factor, c.Same).Size)).Aggregate((a, b) => a * b);
        double window = c.Windows.Aggregate((double)(c.IsTransposed ? c.Filters : x.Last.Factor), (n, w) => n * w.Size);
        return (positions * c.Filters, positions * Math.Max(window, c.Filters));
    }
}
