using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator.Lowering;

internal static partial class BodyLowering
{
    /// <summary>A cell's first state after each step. (B, T, in), perhaps a mask → (B, T, units)</summary>
    private static Value? Scan(ModelBuilder m, ModelDeclaration declaration, BodyNode node, Value[] inputs, List<Problem> problems)
    {
        CellDeclaration cell = declaration.Cells[node.Index];
        Value x = inputs[0];
        if (LayerChecks.Sequence(node.Site, $"A scan of '{cell.Name}'", x, inputs) is { } problem)
        {
            problems.Add(problem);
            return null;
        }

        int steps = x.Shape.Dims[1].Factor, parameters = m.Parameters.Count, lines = m.Lines;
        ModelDeclaration step = declaration with { Body = cell.Body };
        Value[] zeros = [.. cell.Outputs.Select(_ => Unroller.Zeros(m.G, cell.Units, $"[Cell({cell.Units})]"))];
        Value? mask = inputs.Length > 1 ? Unroller.Mask(m.G, inputs[1], steps) : null;
        if (Unroller.Unroll(m.G, steps, false, zeros, mask, Step) is not { } states) return null;
        Value y = Unroller.Sequence(m.G, states);

        // one line for all steps of all its layers
        m.DropLines(lines);
        m.Summarize(cell.Name, "Cell", x, y.Prediction, parameters);
        return y with { Origin = $"Scan of {cell.Name}" };

        Value[]? Step(int t, Value[] state)
        {
            Value[] arguments = [Unroller.Step(m.G, x, t), .. state];
            var values = new Value[cell.Body.Count];
            for (int i = 0; i < values.Length; i++)
            {
                BodyNode part = cell.Body[i];
                if ((part.Op == BodyOp.Argument ? arguments[part.Index] : Lower(m, step, i, [.. part.Inputs.Select(input => values[input])], problems)) is not { } value) return null;
                values[i] = value;
            }

            Value[] next = [.. cell.Outputs.Select(output => values[output])];
            int wrong = Array.FindIndex(next, v => v.Shape != state[0].Shape);
            if (wrong < 0) return next;
            problems.Add(Problem.At(cell.Body[cell.Outputs[wrong]].Site, Ids.DimensionMismatch, "A step gives states of the shape that it takes",
                $"{state[0].Shape} ([Cell({cell.Units})])", $"{next[wrong].Shape} ({next[wrong].Origin})", "make them equal"));
            return null;
        }
    }
}
