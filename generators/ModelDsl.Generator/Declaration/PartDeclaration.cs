using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>What a model is to those that have it as a sub-model: no target, no loss, no name. Written into its assembly by <see cref="BodyText"/>, for projects that reference it.</summary>
/// <param name="Inputs">How many its [Forward] method takes.</param>
/// <param name="Layers">By the index that the body's Layer nodes use; its own sub-models' among them, under their paths.</param>
/// <param name="Params">By the index that the body's Param nodes use.</param>
/// <param name="Cells">By the index that the body's Scan nodes use; the scans inside a cell are of cells before it.</param>
/// <param name="Body">The [Forward] method's values in order.</param>
/// <param name="Outputs">The body's nodes that it returns; none where it has no [Forward] method.</param>
/// <param name="Step">The cell that is its own [Cell] method; −1 where it has none.</param>
internal sealed record PartDeclaration(
    int Inputs, EquatableArray<LayerDeclaration> Layers, EquatableArray<ParamDeclaration> Params, EquatableArray<CellDeclaration> Cells,
    EquatableArray<BodyNode> Body, EquatableArray<int> Outputs, int Step)
{
    /// <summary>A model's part, or null where other models cannot call it. A loss begins with its targets: what comes before them is the [Forward] method.</summary>
    public static PartDeclaration? Of(ModelDeclaration model) => model.Outputs.Count == 0 && model.Step < 0 ? null : new(
        model.Inputs.Count, model.Layers, model.Params, model.Cells, model.Body.TakeWhile(n => n.Op != BodyOp.Target).ToEquatableArray(),
        model.Outputs.Select(o => o.Node).ToEquatableArray(), model.Step);
}
