using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>A body's nodes, one after the other, as training and as prediction see them.</summary>
internal static partial class BodyLowering
{
    /// <summary>The body's outputs and its own loss, or null where a problem is in its way.</summary>
    public static (Value[] Outputs, Value? Objective)? Lower(ModelBuilder m, ModelDeclaration declaration, List<Problem> problems)
    {
        var values = new Value[declaration.Body.Count];
        for (int i = 0; i < values.Length; i++)
        {
            BodyNode node = declaration.Body[i];
            if (m.IsDecoder && node.Op == BodyOp.Target) break;             // the rest is the loss
            Value[] inputs = [.. node.Inputs.Select(input => values[input])];
            if (Sized(m, declaration, i, inputs, problems) is not { } value)
            {
                problems[problems.Count - 1] = WithProvenance(declaration, problems[problems.Count - 1], inputs);
                return null;
            }

            values[i] = value;
        }

        Value[] outputs = [.. declaration.Outputs.Select(o => values[o.Node])];
        if (declaration.Objective < 0 || m.IsDecoder) return (outputs, null);
        Value objective = values[declaration.Objective];
        if (objective.Shape.IsScalar) return (outputs, objective);
        problems.Add(Problem.At(declaration.Body[declaration.Objective].Site, Ids.RankMismatch, "A loss", "one number",
            objective.Shape.ToString(), "from " + objective.Origin, "take its Mean or Sum"));
        return null;
    }

    /// <summary>Sizes are computed with checks: what overflows is too large, wherever its shape comes from.</summary>
    private static Value? Sized(ModelBuilder m, ModelDeclaration declaration, int index, Value[] inputs, List<Problem> problems)
    {
        try
        {
            return Lower(m, declaration, index, inputs, problems);
        }
        catch (OverflowException)
        {
            problems.Add(LayerChecks.Overflow(declaration.Body[index].Site));
            return null;
        }
    }

    /// <summary>Where different symbols meet, the message says which inputs they come from.</summary>
    private static Problem WithProvenance(ModelDeclaration declaration, Problem problem, Value[] inputs)
    {
        string[] symbols = [.. inputs.SelectMany(v => v.Shape.Symbols).Distinct()];
        if (problem.Id != Ids.DimensionMismatch || symbols.Length < 2) return problem;
        string[] words = [.. problem.Arguments];
        words[words.Length - 1] += " (" + string.Join(", ", symbols.Select(s => $"{s} is a size of input '{declaration.Inputs.First(i => i.Shape.Any(d => d.Symbol == s)).Name}'")) + "; give both inputs one symbol where they agree)";
        return problem with { Arguments = words.ToEquatableArray() };
    }

    private static Value? Lower(ModelBuilder m, ModelDeclaration declaration, int index, Value[] inputs, List<Problem> problems)
    {
        BodyNode node = declaration.Body[index];
        if (m.IsDecoder && DecoderLowering.Refusal(declaration, node, inputs) is { } refusal)
        {
            problems.Add(refusal);
            return null;
        }

        switch (node.Op)
        {
            case BodyOp.Input: return m.Input(declaration, node.Index);
            case BodyOp.Target: return Same(m.Target(declaration, node.Index, inputs[0].Shape, isClass: false), inputs[0].Shape, "the target");
            case BodyOp.Number: return Same(m.G.Constant(node.Numbers[0], Shape.Scalar), Shape.Scalar, "a number");
            case BodyOp.Param:
                if (LayerChecks.TooLarge(m, declaration.Params[node.Index]) is not { } tooLarge) return Param(m, declaration.Params[node.Index]);
                problems.Add(tooLarge);
                return null;
            case BodyOp.Layer:
                LayerDeclaration layer = declaration.Layers[node.Index];
                if ((LayerChecks.Check(m, layer, node.Site, inputs[0]) ?? LayerChecks.Mask(layer, node.Site, inputs)) is { } problem)
                {
                    problems.Add(problem);
                    return null;
                }

                if (layer is RecurrentDeclaration recurrent) return LayerLowering.Recurrent(m, recurrent, inputs);
                return LayerLowering.Lower(m, layer, inputs[0], LayerChecks.ActivationAfter(declaration, index), inputs.Length > 1 ? inputs[1] : null);
            case BodyOp.Scan: return Scan(m, declaration, node, inputs, problems);
            case BodyOp.Weight or BodyOp.Bias: return Tensor(m, declaration.Layers[node.Index], node, problems);
            case BodyOp.ByMode when inputs[0].Shape != inputs[1].Shape:
                problems.Add(Problem.At(node.Site, Ids.DimensionMismatch, "The branches of Mode.IsTraining",
                    $"{inputs[0].Shape} ({inputs[0].Origin})", $"{inputs[1].Shape} ({inputs[1].Origin})", "make both the same shape"));
                return null;
            case BodyOp.ByMode: return inputs[0] with { Prediction = inputs[1].Prediction };
            default: return CallLowering.Lower(m, node, inputs, problems);
        }
    }

    private static Value Same(NodeId id, Shape shape, string origin) => new(id, id, shape, origin);

    private static Value Param(ModelBuilder m, ParamDeclaration p)
    {
        Shape shape = Shape.Of([.. p.Shape.Select(d => (Dim)d)]);
        (InitializerKind kind, double scale) = Initializers.Param(p.Initializer);
        return Same(m.Parameter(p.Name, shape, kind, scale, p.Decay, frozen: p.Frozen), shape, $"[Param({string.Join(", ", p.Shape)})] {p.Name}");
    }

    /// <summary>A layer's own tensor, which exists once the layer has been called: its size comes from its input.</summary>
    private static Value? Tensor(ModelBuilder m, LayerDeclaration layer, BodyNode node, List<Problem> problems)
    {
        string part = node.Op == BodyOp.Weight ? "weight" : "bias";
        if (m.FindParameter($"{layer.Name}.{part}") is { } id) return Same(id, m.G[id].Shape, $"{layer.Name}.{part}");
        problems.Add(Problem.At(node.Site, Ids.UnsupportedConstruct, $"{layer.Name}.{char.ToUpperInvariant(part[0])}{part.Substring(1)}",
            $"'{layer.Name}' has no {part}, or is called only later: its size comes from its input, so call it first"));
        return null;
    }
}
