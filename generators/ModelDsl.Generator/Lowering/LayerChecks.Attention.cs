using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

internal static partial class LayerChecks
{
    private static Problem? Attention(ModelBuilder m, AttentionDeclaration l, Site site, Value x)
    {
        if (Sequence("[Attention]", site, x) is { } problem) return problem;
        int width = x.Shape.Last.Factor;
        string input = $"{x.Shape} ({x.Origin})";
        if (l.HeadSize == 0 && width % l.Heads != 0)
            return Problem.At(site, Ids.DimensionMismatch, "[Attention] shares the last axis of its input out among its heads", input, $"{l.Heads} heads", "make the width a multiple of the heads, or give HeadSize");
        if (l.Rotary && l.SizeOf(width) % 2 != 0)
            return Problem.At(site, Ids.DimensionMismatch, "[Attention] with Rotary turns pairs of a head's values", input, $"heads of {l.SizeOf(width)}", "make the head size even");
        return Shared(m, l.Name, ".query.weight", 0, site, x);
    }

    private static Problem? PositionEmbedding(ModelBuilder m, PositionEmbeddingDeclaration l, Site site, Value x)
    {
        if (Sequence("[PositionEmbedding]", site, x) is { } problem) return problem;
        if (x.Shape.Dims[1].Factor > l.MaxLength)
            return Problem.At(site, Ids.DimensionMismatch, "[PositionEmbedding] has a vector for each position", $"{x.Shape} ({x.Origin})", $"a maxLength of {l.MaxLength}", $"make maxLength at least {x.Shape.Dims[1]}").In("maxLength");
        if (x.Shape.Dims[1] is { IsConstant: false } length)
        {
            if (length != Dim.Of(length.Symbols.First())) return Symbolic(site, "[PositionEmbedding]", x, [1], "only a symbol itself has a limit that can be checked");
            if (!m.Limits.TryGetValue(length.ToString(), out (int Most, string Layer) limit) || l.MaxLength < limit.Most) m.Limits[length.ToString()] = (l.MaxLength, l.Name);
        }

        return Shared(m, l.Name, ".weight", 1, site, x);
    }

    private static Problem? Sequence(string layer, Site site, Value x) => x.Shape.Rank == 3 ? null
        : Problem.At(site, Ids.RankMismatch, layer, "(B, T, width)", x.Shape.ToString(), Sizes(x.Shape) + " comes from " + x.Origin, "give it a sequence: T positions of one width");

    /// <summary>The elements of a layer's tensors.</summary>
    private static double Parameters(AttentionDeclaration l, double width)
    {
        double size = l.SizeOf((int)width), queries = l.Heads * size, keys = l.KeyValueHeads * size;
        return 2 * Aligned(width * queries) + 2 * Aligned(width * keys) + Aligned(queries) + 2 * Aligned(keys) + Aligned(width);
    }

    /// <summary>The elements that training keeps of one sample: for each head the probabilities and their gradient, dropped or not, and four values for each head's queries.</summary>
    private static double Kept(AttentionDeclaration l, Value x)
    {
        double length = x.Shape.Dims[x.Shape.Rank - 2].Factor;
        return 4 * Aligned(l.Heads * length * length) + MostBuffers * Aligned(l.Heads * length * l.SizeOf(x.Shape.Last.Factor));
    }
}
