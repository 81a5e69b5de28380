using System.Text;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Planning;

/// <summary>Where a program keeps a value.</summary>
/// <param name="Value">The value.</param>
/// <param name="IsPerRow">Whether Width and Offset count elements for each sample, or elements.</param>
/// <param name="Width">Its size.</param>
/// <param name="Offset">Its place in its region of the arena, a multiple of 16; −1, −2, … for the caller's outputs.</param>
/// <param name="First">The kernel that writes it.</param>
/// <param name="Last">The last kernel that reads it.</param>
internal sealed record BufferPlan(NodeId Value, bool IsPerRow, int Width, int Offset, int First, int Last)
{
    public bool IsOutput => Offset < 0;
}

/// <summary>One program's kernels and buffers.</summary>
/// <param name="Program">The kernels.</param>
/// <param name="Buffers">Where each stored value lives and how long.</param>
/// <param name="Fixed">Elements of the arena whatever the batch.</param>
/// <param name="PerRow">Elements of the arena for each sample.</param>
internal sealed record ProgramPlan(KernelProgram Program, IReadOnlyList<BufferPlan> Buffers, int Fixed, int PerRow)
{
    /// <summary>What the arena would be if no two values shared memory.</summary>
    public (int Fixed, int PerRow) Unshared => (
        Buffers.Where(b => !b.IsOutput && !b.IsPerRow).Sum(b => ParameterLayout.Align(b.Width)),
        Buffers.Where(b => !b.IsOutput && b.IsPerRow).Sum(b => ParameterLayout.Align(b.Width)));
}

/// <summary>Stage 7: everything the emitter needs, decided.</summary>
/// <param name="Graph">The kernels.</param>
/// <param name="Parameters">The flat block.</param>
/// <param name="BufferIds">All values that any program keeps in a buffer, in the order of their ids.</param>
/// <param name="Programs">The plans.</param>
internal sealed record ExecutionPlan(KernelGraph Graph, ParameterLayout Parameters, IReadOnlyList<NodeId> BufferIds, IReadOnlyList<ProgramPlan> Programs)
{
    public string Print()
    {
        var text = new StringBuilder(Graph.Print());
        foreach (ProgramPlan p in Programs)
        {
            text.Append($"{p.Program.Kind} arena {p.Fixed} + {p.PerRow}B elements, unshared {p.Unshared.Fixed} + {p.Unshared.PerRow}B\n");
            foreach (BufferPlan b in p.Buffers)
                text.Append($"  {b.Value} {(b.IsOutput ? "output" : b.IsPerRow ? $"rows {b.Offset}B" : $"fixed {b.Offset}")} width {b.Width} live {b.First}..{b.Last}\n");
        }

        return text.ToString();
    }
}
