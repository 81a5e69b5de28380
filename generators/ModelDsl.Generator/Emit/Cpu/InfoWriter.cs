using System.Globalization;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>The model's tables: parameters, layers, and where each program keeps its values.</summary>
internal static class InfoWriter
{
    public static void Write(CodeWriter w, ExecutionPlan plan, IReadOnlyList<NodeId> buffers, SizeTable sizes)
    {
        ModelGraph model = plan.Graph.Source.Model;
        ModelDeclaration declaration = model.Declaration;
        using (w.Block($"private static {RuntimeNames.ModelInfo} CreateInfo() => new()", ";"))
        {
            w.Line($"Name = {Sinks.Literal(declaration.Type.Name)},");
            w.Line($"Hash = \"{Hash(plan)}\",");
            w.Line($"Scalar = {RuntimeNames.Scalar}.{(declaration.IsDouble ? "Double" : "Single")},");
            w.Line($"Inputs = [{string.Join(", ", declaration.Inputs.Select(i => Input(sizes, i)))}],");
            w.Line($"Outputs = [{string.Join(", ", declaration.Outputs.Select((o, i) => Output(plan, sizes, o, plan.Graph.Source.Roots.Outputs[i].Prediction)))}],");
            if (sizes.Sizes.Count > 0)
            {
                w.Line("Sizes =");
                using (w.List())
                    foreach (Dim size in sizes.Sizes) w.Line(Size(sizes, size));
            }

            w.Line("Layers =");
            using (w.List())
                InfoRow.Write(w, RuntimeNames.LayerInfo, [.. model.Layers.Select(l =>
                    new InfoRow(l.Name, $"{Sinks.Literal(l.Kind)}, [{Shape(sizes, l.Output)}], {Literals.Integer(l.Parameters)}, {Flops(l.Flops)}"))]);
            w.Line("Parameters =");
            using (w.List())
                InfoRow.Write(w, RuntimeNames.ParameterInfo, [.. model.Parameters.Zip(plan.Parameters.Offsets, (p, offset) => new InfoRow(
                    p.Name, $"[{Integers(p.Shape)}], ", offset,
                    $", {RuntimeNames.Initializer}.{p.Initializer}, {Literals.Digits(p.Scale)}, {(p.Decay ? "true" : "false")}, {(p.Trainable ? "true" : "false")}{(p.Frozen ? ", Frozen: true" : "")}{(p.RowsOf >= 0 ? ", RowsOf: " + Literals.Integer(p.RowsOf) : "")}"))]);
            w.Line($"BlockLength = {Literals.Integer(plan.Parameters.BlockLength)},");
            if (plan.Parameters.DenseLength < plan.Parameters.TrainableLength) w.Line($"SparseLength = {Literals.Integer(plan.Parameters.TrainableLength - plan.Parameters.DenseLength)},");
            w.Line($"TrainableLength = {Literals.Integer(plan.Parameters.TrainableLength)},");
            w.Line($"DecayedLength = {Literals.Integer(plan.Parameters.DecayedLength)},");
            foreach (ProgramPlan program in plan.Programs)
                w.Line($"{ProgramNames.Of(program.Program.Kind).Info} = {(program.Program.Kind == ProgramKind.Decoding ? Decoder(plan, program, buffers, sizes) : Slots(program, buffers, sizes))},");
        }
    }

    /// <summary>The scratch, what a position takes and gives, what is kept of it for each append, how many there may be.</summary>
    private static string Decoder(ExecutionPlan plan, ProgramPlan decoding, IReadOnlyList<NodeId> buffers, SizeTable sizes)
    {
        GraphArena arena = plan.Graph.Source.Arena;
        SymbolSpec seen = plan.Graph.Source.Model.Seen!.Value;
        int input = plan.Graph.Source.Model.Declaration.Inputs[0].Shape.Skip(1).Aggregate(1, (n, d) => n * d.Number);
        IEnumerable<int> rows = decoding.Program.Outputs.Select(id => arena[id].Shape.Count.Factor);
        string most = seen.Most == int.MaxValue ? "" : $", {Literals.Integer(seen.Most)}, {Sinks.Literal(seen.Layer)}";
        return $"new({Slots(decoding, buffers, sizes)}, {Literals.Integer(input)}, {Literals.Integer(rows.First())}, [{Integers(rows.Skip(1))}]{most})";
    }

    /// <summary>new(Fixed, PerRow, [offset, width, whether per row; …]), one entry for each buffer id; then the regions of other units, which slots name by their number from 1.</summary>
    private static string Slots(ProgramPlan program, IReadOnlyList<NodeId> buffers, SizeTable sizes)
    {
        Dictionary<NodeId, BufferPlan> plans = program.Buffers.ToDictionary(b => b.Value);
        IEnumerable<string> slots = buffers.Select(id => plans.TryGetValue(id, out BufferPlan? b)
            ? $"new({Literals.Integer(b.Offset)}, {Literals.Integer(b.Width)}, {(b.Unit == Dim.Batch ? "true" : "false")}{(program.RegionOf(b.Unit) is > 1 and int region ? ", " + Literals.Integer(region - 1) : "")})"
            : "default");
        return $"new({Literals.Integer(program.Fixed)}, {Literals.Integer(program.PerRow)}, [{string.Join(", ", slots)}]{(program.Regions.Count == 2 ? "" : $", [{string.Join(", ", program.Regions.Skip(2).Select(Region))}]")})";

        string Region(RegionPlan region) => SizeTable.OfSample(region.Unit) is var (size, isPerRow)
            ? $"new({Literals.Integer(sizes.IndexOf(size))}, {(isPerRow ? "true" : "false")}, {Literals.Integer(region.Length)})" : "";
    }

    /// <summary>A symbol, with its limit; or a polynomial of the symbols: factors, and the power of each symbol.</summary>
    private static string Size(SizeTable sizes, Dim size)
    {
        string name = Sinks.Literal(size.ToString());
        int index = sizes.IndexOf(size);
        if (index < sizes.Symbols.Count)
            return sizes.Symbols[index] is { Layer.Length: > 0 } limited ? $"new({name}, {Literals.Integer(limited.Most)}, {Sinks.Literal(limited.Layer)})," : $"new({name}),";
        IEnumerable<string> terms = size.Extent!.Terms.Select(m =>
            $"new({Literals.Integer(m.Factor * size.Factor)}, [{Integers(sizes.Symbols.Select(s => m.Symbols.Count(n => n == s.Name)))}])");
        return $"new({name}) {{ Terms = [{string.Join(", ", terms)}] }},";
    }

    /// <summary>Sizes; −1, −2, … for the first, second, … of the table of sizes.</summary>
    private static string Shape(SizeTable sizes, IEnumerable<Dim> dims) => Integers(dims.Select(d => d.IsConstant ? d.Factor : ~sizes.IndexOf(d)));

    /// <summary>A number; where it depends on symbols, that for symbols of 1, and the formula.</summary>
    private static string Flops(Operations flops) =>
        Literals.Integer(flops.Terms.Sum(t => t.Count)) + (flops.Symbols.Any() ? $", {Sinks.Literal(flops.ToString())}" : "");

    /// <summary>Of the tensors' names and shapes: equal where one model's file serves another.</summary>
    private static string Hash(ExecutionPlan plan) => StableHash.LongOf(string.Join(";", plan.Graph.Source.Model.Parameters.Select(p => $"{p.Name}({Integers(p.Shape)})")))
        .ToString("x16", CultureInfo.InvariantCulture);

    private static string Input(SizeTable sizes, InputDeclaration i) =>
        $"new({Sinks.Literal(i.Name)}, [{Shape(sizes, i.Shape.Select(s => s.Symbol is { } symbol ? Dim.Of(symbol) : s.Number))}]{(i.Classes == 0 ? "" : ", " + Literals.Integer(i.Classes))})";

    private static string Output(ExecutionPlan plan, SizeTable sizes, OutputDeclaration output, NodeId value)
    {
        string name = output.Name.Length == 0 ? EntryWriter.TargetName(plan.Graph.Source.Model.Declaration) : output.Name;
        string shape = Shape(sizes, plan.Graph.Source.Arena[value].Shape.Dims.Skip(1));
        return output.Target is { } target
            ? $"new({Sinks.Literal(name)}, [{shape}], {RuntimeNames.Loss}.{target.Loss}, {Metrics(target)}{(target.Weight == 1 ? "" : ", " + Literals.Digits(target.Weight))}{(target.Weighted ? ", Weighted: true" : "")})"
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
