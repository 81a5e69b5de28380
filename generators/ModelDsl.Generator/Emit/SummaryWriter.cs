using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit;

/// <summary>What one sees on hovering the model: layers, shapes, parameters, operations and bytes.</summary>
internal static class SummaryWriter
{
    public static IEnumerable<string> Lines(ExecutionPlan plan, ScalarToken scalar)
    {
        ModelGraph model = plan.Graph.Source.Model;
        yield return $"{"layer",-12} {"kind",-16} {"output",-14} {"parameters",12} {"FLOPs/sample",14}";
        foreach (InputDeclaration i in model.Declaration.Inputs)
            yield return $"{(model.Declaration.Inputs.Count == 1 ? "input" : i.Name),-12} {(i.Classes == 0 ? "" : $"{Literals.Grouped(i.Classes)} classes"),-16} {Shape(i.Shape.Select(s => s.Symbol ?? s.ToString())),-14}";
        foreach (LayerSummary l in model.Layers)
            yield return $"{l.Name,-12} {l.Kind,-16} {Shape(l.Output.Select(d => d.ToString())),-14} {Literals.Grouped(l.Parameters),12} {l.Flops,14}";
        long parameters = model.Parameters.Where(p => p.Trainable).Sum(p => (long)p.Length);
        ProgramPlan training = plan.Programs.First(p => p.Program.Kind == ProgramKind.Training);
        yield return $"{Literals.Grouped(parameters)} parameters ({Literals.Grouped(parameters * scalar.Bytes)} bytes of {scalar.Name}), loss {string.Join(" + ", model.Declaration.Outputs.Where(o => o.Target is not null).Select(o => (o.Target!.Weight == 1 ? "" : Literals.Digits(o.Target!.Weight) + "·") + o.Target!.Loss + (o.Target!.Weighted ? " of weighted samples" : "")))}";
        yield return $"training arena: {Arena(r => r.Length)} bytes (without sharing {Arena(training.Unshared)})";
        yield return $"kernels: {training.Program.Kernels.Count(k => k.IsForward)} forward, {training.Program.Kernels.Count(k => !k.IsForward)} backward";
        if (plan.Programs.FirstOrDefault(p => p.Program.Kind == ProgramKind.Decoding) is { } decoding)
            yield return $"decoder: {decoding.Program.Kernels.Count} kernels, keeps {Literals.Grouped(decoding.Program.Outputs.Skip(1).Sum(id => (long)plan.Graph.Source.Arena[id].Shape.Count.Factor) * scalar.Bytes)} bytes of each position";

        string Arena(Func<RegionPlan, int> length) =>
            string.Join(" + ", training.Regions.Where(r => training.Regions.Count == 2 || r.Length > 0).Select(r => Literals.Grouped((long)length(r) * scalar.Bytes) + (r.Unit.IsOne ? "" : "·" + r.Unit)));
    }

    private static string Shape(IEnumerable<string> sizes) => $"({string.Join(", ", sizes.Prepend("B"))})";
}
