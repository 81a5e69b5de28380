using System.Globalization;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>The model's tables: parameters, layers, and where each program keeps its values.</summary>
internal static class InfoWriter
{
    public static void Write(CodeWriter w, ExecutionPlan plan, IReadOnlyList<NodeId> buffers)
    {
        ModelGraph model = plan.Graph.Source.Model;
        ModelDeclaration declaration = model.Declaration;
        using (w.Block($"private static {RuntimeNames.ModelInfo} CreateInfo() => new()", ";"))
        {
            w.Line($"Name = {Sinks.Literal(declaration.Type.Name)},");
            w.Line($"Hash = \"{Hash(plan)}\",");
            w.Line($"Scalar = {RuntimeNames.Scalar}.{(declaration.IsDouble ? "Double" : "Single")},");
            w.Line($"Inputs = [{string.Join(", ", declaration.Inputs.Select(Input))}],");
            w.Line($"Outputs = [{string.Join(", ", declaration.Outputs.Select((o, i) => Output(plan, o, plan.Graph.Source.Roots.Outputs[i].Prediction)))}],");
            w.Line("Layers =");
            using (w.List())
                InfoRow.Write(w, RuntimeNames.LayerInfo, [.. model.Layers.Select(l =>
                    new InfoRow(l.Name, $"{Sinks.Literal(l.Kind)}, [{Integers(l.Output)}], {Literals.Integer(l.Parameters)}, {Literals.Integer(l.Flops)}"))]);
            w.Line("Parameters =");
            using (w.List())
                InfoRow.Write(w, RuntimeNames.ParameterInfo, [.. model.Parameters.Zip(plan.Parameters.Offsets, (p, offset) => new InfoRow(
                    p.Name, $"[{Integers(p.Shape)}], ", offset,
                    $", {RuntimeNames.Initializer}.{p.Initializer}, {Literals.Digits(p.Scale)}, {(p.Decay ? "true" : "false")}, {(p.Trainable ? "true" : "false")}{(p.Frozen ? ", Frozen: true" : "")}"))]);
            w.Line($"BlockLength = {Literals.Integer(plan.Parameters.BlockLength)},");
            w.Line($"TrainableLength = {Literals.Integer(plan.Parameters.TrainableLength)},");
            w.Line($"DecayedLength = {Literals.Integer(plan.Parameters.DecayedLength)},");
            foreach (ProgramPlan program in plan.Programs) w.Line($"{program.Program.Kind} = {Slots(program, buffers)},");
        }
    }

    /// <summary>new(Fixed, PerRow, [offset, width, whether per row; …]), one entry for each buffer id.</summary>
    private static string Slots(ProgramPlan program, IReadOnlyList<NodeId> buffers)
    {
        Dictionary<NodeId, BufferPlan> plans = program.Buffers.ToDictionary(b => b.Value);
        IEnumerable<string> slots = buffers.Select(id => plans.TryGetValue(id, out BufferPlan? b)
            ? $"new({Literals.Integer(b.Offset)}, {Literals.Integer(b.Width)}, {(b.IsPerRow ? "true" : "false")})"
            : "default");
        return $"new({Literals.Integer(program.Fixed)}, {Literals.Integer(program.PerRow)}, [{string.Join(", ", slots)}])";
    }

    /// <summary>Of the tensors' names and shapes: equal where one model's file serves another.</summary>
    private static string Hash(ExecutionPlan plan) => StableHash.LongOf(string.Join(";", plan.Graph.Source.Model.Parameters.Select(p => $"{p.Name}({Integers(p.Shape)})")))
        .ToString("x16", CultureInfo.InvariantCulture);

    private static string Input(InputDeclaration i) =>
        $"new({Sinks.Literal(i.Name)}, [{Integers(i.Shape)}]{(i.Classes == 0 ? "" : ", " + Literals.Integer(i.Classes))})";

    private static string Output(ExecutionPlan plan, OutputDeclaration output, NodeId value)
    {
        string name = output.Name.Length == 0 ? EntryWriter.TargetName(plan.Graph.Source.Model.Declaration) : output.Name;
        string shape = Integers(plan.Graph.Source.Arena[value].Shape.Dims.Skip(1).Select(d => d.Factor));
        return output.Target is { } target
            ? $"new({Sinks.Literal(name)}, [{shape}], {RuntimeNames.Loss}.{target.Loss}, {Metrics(target)}{(target.Weight == 1 ? "" : ", " + Literals.Digits(target.Weight))})"
            : $"new({Sinks.Literal(name)}, [{shape}], null, {RuntimeNames.Metric}.Default)";
    }

    private static string Metrics(TargetDeclaration target)
    {
        MetricKinds metrics = target.Metrics != MetricKinds.Default ? target.Metrics
            : target.IsClassification ? MetricKinds.Accuracy : MetricKinds.Mse | MetricKinds.Mae | MetricKinds.R2;
        return string.Join(" | ", new[] { MetricKinds.Accuracy, MetricKinds.Mse, MetricKinds.Mae, MetricKinds.R2 }
            .Where(m => (metrics & m) != 0).Select(m => $"{RuntimeNames.Metric}.{m}"));
    }

    private static string Integers(IEnumerable<int> values) => string.Join(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
}
