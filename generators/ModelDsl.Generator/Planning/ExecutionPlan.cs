using System.Text;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Planning;

/// <summary>Where a program keeps a value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Unit">What Width and Offset are multiples of: 1, the batch, or another size that is known only at run time. Buffers of one unit have a region.</param>
/// <param name="Width">Its size.</param>
/// <param name="Offset">Its place in its region of the arena, a multiple of 16; −1, −2, … for the caller's outputs.</param>
/// <param name="Made">The kernel that writes it.</param>
/// <param name="Read">The last kernel that reads it.</param>
/// <param name="First">From which kernel on it has its place: that which writes it, or the first of those that run in blocks with it.</param>
/// <param name="Last">Until which: the last that reads it, or the last of those that run in blocks with it.</param>
internal sealed record BufferPlan(NodeId Value, Dim Unit, int Width, int Offset, int Made, int Read, int First, int Last)
{
    public bool IsOutput => Offset < 0;
}

/// <summary>One program's kernels and buffers.</summary>
/// <param name="Program">The kernels.</param>
/// <param name="Buffers">Where each stored value lives and how long.</param>
/// <param name="Regions">The arena's parts, each a multiple of its unit: that of numbers, that of the batch, then those of other sizes that are known only at run time.</param>
/// <param name="Sums">What is reserved at the end of the first part for the sums of half a batch, whichever kernel makes them.</param>
internal sealed record ProgramPlan(KernelProgram Program, IReadOnlyList<BufferPlan> Buffers, IReadOnlyList<RegionPlan> Regions, int Sums)
{
    public int Fixed => Regions[0].Length;

    public int PerRow => Regions[1].Length;

    /// <summary>How long a region would be if no two values shared memory.</summary>
    public int Unshared(RegionPlan region) => Buffers.Where(b => !b.IsOutput && b.Unit == region.Unit).Sum(b => ParameterLayout.Align(b.Width)) + (region.Unit.IsOne ? Sums : 0);

    /// <summary>Which region a unit has.</summary>
    public int RegionOf(Dim unit)
    {
        int region = 0;
        while (region < Regions.Count && Regions[region].Unit != unit) region++;
        return region;
    }
}

/// <summary>A part of the arena: Length elements for each Unit.</summary>
internal readonly record struct RegionPlan(Dim Unit, int Length);

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
            text.Append($"{p.Program.Kind} arena {Sum(p.Regions.Select(r => (r.Length, r.Unit)))} elements, unshared {Sum(p.Regions.Select(r => (p.Unshared(r), r.Unit)))}\n");
            foreach (BufferPlan b in p.Buffers)
                text.Append($"  {b.Value} {(b.IsOutput ? "output" : b.Unit.IsOne ? $"fixed {b.Offset}" : $"rows {b.Offset}{b.Unit}")} width {b.Width} live {b.First}..{b.Last}\n");
        }

        return text.ToString();

        static string Sum(IEnumerable<(int Length, Dim Unit)> parts) => string.Join(" + ", parts.Select(p => p.Length + (p.Unit.IsOne ? "" : p.Unit.ToString())));
    }
}
