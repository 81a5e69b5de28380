using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>A graph, unless a problem is an error; and the problems.</summary>
internal sealed record LoweringResult(ModelGraph? Graph, IReadOnlyList<Problem> Problems);

/// <summary>
/// Stages 2 and 3: each layer becomes the ops of its formula, once as training sees it and once as prediction does (dropout and batch statistics
/// differ; everything before the first of them is the same node). Shapes are inferred as nodes are made, because a layer's weights take their
/// size from its input.
/// </summary>
internal static class Lowerer
{
    public static LoweringResult Lower(ModelDeclaration declaration)
    {
        if (declaration.Body.Count == 0) return new LoweringResult(null, []);
        var model = new ModelBuilder(new GraphBuilder()) { Sparse = SparseChecks.Names(declaration) };
        if (LayerChecks.TooLarge(declaration) is { } tooLarge) return new LoweringResult(null, [tooLarge]);
        List<Problem> problems = [];
        if (BodyLowering.Lower(model, declaration, problems) is not var (outputs, objective)) return new LoweringResult(null, problems);
        if (declaration.Target is null)
        {
            if (declaration.HasDecoder) problems.Add(Problem.At(new Site(0), Ids.OptionWithoutEffect, "Decoder = true", "without a [Target] the class is only a part of other models; put it on the whole"));
            return new LoweringResult(null, problems);
        }

        problems.AddRange(TargetChecks.Check(model, declaration, outputs));
        if (!model.Parameters.Any(p => p.Trainable)) problems.Add(Problem.At(new Site(0), Ids.NothingToTrain, declaration.Type.Name));
        if (problems.Any(p => !Warnings.Contains(p.Id))) return new LoweringResult(null, problems);
        if (declaration.HasInputGradient && NoInputGradient(declaration) is { } why)
        {
            problems.Add(Problem.At(new Site(0), Ids.OptionWithoutEffect, "InputGradient = true", why));
            declaration = declaration with { HasInputGradient = false };
        }

        if (declaration is { HasGpu: true, IsDouble: true })
        {
            problems.Add(Problem.At(new Site(0), Ids.OptionWithoutEffect, "Targets = Targets.Gpu", "kernels for a GPU are in float; leave out Scalar = Scalar.Double"));
            declaration = declaration with { HasGpu = false };
        }

        ModelRoots roots = LossLowering.Lower(model, declaration, outputs, objective);
        SymbolSpec? seen = null;
        if (declaration.HasDecoder)
        {
            if (DecoderLowering.Lower(model, declaration, problems) is not var (decoded, positions)) return new LoweringResult(null, problems);
            (roots, seen) = (roots with { Decoded = decoded }, positions);
        }

        GraphArena arena = model.G.Build();
        return new LoweringResult(
            new ModelGraph(declaration, arena, model.Parameters.ToEquatableArray(), model.Layers(arena).ToEquatableArray(), roots)
            {
                Symbols = model.Symbols(declaration).ToEquatableArray(), Seen = seen,
            },
            problems);
    }

    /// <summary>Why a model has no gradient of its input; null where it has one.</summary>
    private static string? NoInputGradient(ModelDeclaration declaration) =>
        declaration.Inputs.Count > 1 ? "the model has several inputs" : declaration.Outputs.Count > 1 ? "the model has several outputs"
        : declaration.Inputs[0].Classes > 0 ? "classes cannot be moved a little" : declaration.Inputs[0].Shape.Any(d => d.Symbol is not null) ? "the input's size is a batch's choice" : null;

    private static readonly string[] Warnings = [Ids.StableForm, Ids.DerivativeMismatch, Ids.SoftmaxBeforeCrossEntropy, Ids.SigmoidBeforeBinaryCrossEntropy, Ids.OptionWithoutEffect];
}
