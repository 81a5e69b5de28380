using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>
/// The model as its decoder runs it: the same body, lowered once more for one position. Layers that know where a position stands ask
/// <see cref="ModelBuilder.FirstPosition"/>, and attention looks at the keys and values that this run and those before it appended. What else would look at other positions is refused.
/// </summary>
internal static class DecoderLowering
{
    /// <summary>The prediction for one position and how many positions there may be; or null and a problem.</summary>
    /// <param name="model">The model, lowered.</param>
    /// <param name="declaration">What it says.</param>
    /// <param name="problems">What is in the way.</param>
    public static (NodeId Decoded, SymbolSpec Seen)? Lower(ModelBuilder model, ModelDeclaration declaration, List<Problem> problems)
    {
        if (WrongSurface(declaration) is { } wrong)
        {
            problems.Add(wrong);
            return null;
        }

        var decoder = new ModelBuilder(model.G) { IsDecoder = true, Sparse = model.Sparse };
        List<Problem> own = [];
        if (BodyLowering.Lower(decoder, declaration, own) is not var (outputs, _))
        {
            // sizes that do not fit one position are those of all of them
            Problem last = own[own.Count - 1];
            problems.Add(last.Id == Ids.NotDecodable ? last : At(last.Site, "this works on all positions", "write it for any number of positions"));
            return null;
        }

        if (!decoder.Parameters.SequenceEqual(model.Parameters)) throw new InvalidOperationException("the decoder's parameters are not the model's");
        NodeId decoded = model.G.Name(LossLowering.Prediction(model.G, declaration.Outputs[0].Target, outputs[0].Prediction), "decoded");
        SizeDeclaration positions = declaration.Inputs[0].Shape[0];
        SymbolSpec seen = positions.Symbol is null ? new SymbolSpec(Dim.SeenSymbol, positions.Number, declaration.Inputs[0].Name)
            : model.Limits.TryGetValue(positions.Symbol, out (int Most, string Layer) limit) ? new SymbolSpec(Dim.SeenSymbol, limit.Most, limit.Layer) : new SymbolSpec(Dim.SeenSymbol, int.MaxValue, "");
        return (decoded, seen);
    }

    /// <summary>Why a node cannot be computed from one position; null where it can. What depends on no input has no positions.</summary>
    public static Problem? Refusal(ModelDeclaration declaration, BodyNode node, Value[] x)
    {
        bool[] varies = [.. x.Select(v => v.Shape.Count.IsPerSample)];
        if (!varies.Contains(true)) return null;
        return node.Op switch
        {
            BodyOp.Layer => Refusal(declaration.Layers[node.Index], node),
            BodyOp.Scan => At(node.Site, "a Scan goes through all positions", "use causal [Attention]"),
            BodyOp.Call when CallLowering.IsElementwise(node) => null,
            BodyOp.Call => node.Name switch
            {
                "OneHot" => null,
                "Gather" or "MatMul" when varies[0] == (node.Name == "MatMul") && varies[1] == (node.Name == "Gather") => null,
                "Sum" or "Mean" or "Variance" or "Max" or "Min" or "LogSumExp" or "Softmax" or "LogSoftmax" when node.Numbers.Count == 1 && IsLast(0) => null,
                "Softmax" or "LogSoftmax" when node.Numbers.Count == 0 => null,
                "Slice" or "Flip" or "Pad" or "Concat" when IsLast(0) => null,
                _ => At(node.Site, $"{node.Name} here may look at other positions", "let it work along the last axis alone"),
            },
            _ => null,
        };

        bool IsLast(int number) => (int)node.Numbers[number] is var axis && (axis == -1 || axis == x[0].Shape.Rank - 1);
    }

    private static Problem? Refusal(LayerDeclaration layer, BodyNode node) => layer switch
    {
        DenseDeclaration or ActivationDeclaration or DropoutDeclaration or LayerNormDeclaration or RmsNormDeclaration or BatchNormDeclaration or EmbeddingDeclaration or PositionEmbeddingDeclaration => null,
        AttentionDeclaration { Causal: false } => At(node.Site, $"'{layer.Name}' looks at positions that are still to come", "set its Causal = true"),
        AttentionDeclaration when node.Inputs.Count > 1 => At(node.Site, $"'{layer.Name}' takes a mask of all positions", "declare it as a Layer"),
        AttentionDeclaration => null,
        _ => At(node.Site, $"'{layer.Name}' works on all positions", "use layers that see one, and causal [Attention]"),
    };

    /// <summary>A decoder takes and gives one row for each position.</summary>
    private static Problem? WrongSurface(ModelDeclaration declaration)
    {
        InputDeclaration input = declaration.Inputs[0];
        if (declaration.Inputs.Count > 1) return At(declaration.Inputs[1].Site, "the model has several inputs", "make one of them");
        if (declaration.Outputs.Count > 1) return At(new Site(0), "the model has several outputs", "return one tensor");
        if (input.Shape.Skip(1).Any(d => d.Symbol is not null)) return At(input.Site, "what it is given at a position has no fixed size", "make a number of each size but the first");
        return input.Shape.Count >= (input.Classes > 0 ? 1 : 2) ? null
            : At(input.Site, "a sample has no positions", "give the input a size for them, as in [Input(\"T\", 8)] or [Input(64, Classes = 65)]");
    }

    private static Problem At(Site site, string why, string cure) => Problem.At(site, Ids.NotDecodable, why, cure);
}
