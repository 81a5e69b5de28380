using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator.Lowering;

/// <summary>Which embeddings can have a sparse gradient: those of which a step uses the rows that one input names, and nothing else.</summary>
internal static class SparseChecks
{
    public static HashSet<string> Names(ModelDeclaration declaration) => [.. Asked(declaration).Where(l => Obstacle(declaration, l.Index) is null).Select(l => l.Layer.Name)];

    public static IEnumerable<Problem> Check(ModelDeclaration declaration) => Asked(declaration).Select(l => (l.Layer, Why: Obstacle(declaration, l.Index)))
        .Where(l => l.Why is not null).Select(l => Problem.At(l.Layer.Site, Ids.OptionWithoutEffect, "Sparse", l.Why!).In("Sparse"));

    private static IEnumerable<(LayerDeclaration Layer, int Index)> Asked(ModelDeclaration declaration) =>
        declaration.Layers.Select((layer, i) => (layer, i)).Where(l => l.layer is EmbeddingDeclaration { Sparse: true });

    private static string? Obstacle(ModelDeclaration declaration, int layer)
    {
        BodyNode[] nodes = [.. declaration.Body.Concat(declaration.Cells.SelectMany(c => c.Body)).Where(n => n.Index == layer && n.Op is BodyOp.Layer or BodyOp.Weight)];
        if (((EmbeddingDeclaration)declaration.Layers[layer]).Frozen) return "Frozen is true";
        if (nodes.Any(n => n.Op == BodyOp.Weight)) return "its Weight is used as a whole";
        if (nodes.Length > 1) return "it is called more than once";
        return declaration.Outputs.Any(o => o.Target is { L1: > 0 } or { L2: > 0 }) ? "the penalty of [Target] moves every row" : null;
    }
}
