using System.Text;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>The loop nests that kernels are made of. All see their values as a domain of rows × columns.</summary>
internal enum KernelKind
{
    /// <summary>A product (rows × depth) · (depth × columns), then elementwise work on each finished element.</summary>
    Contraction,

    /// <summary>Elementwise work.</summary>
    Map,

    /// <summary>For each row, sweeps along it: reductions over the columns and elementwise work that uses them.</summary>
    Row,

    /// <summary>For each column, sweeps down it: reductions over the rows and elementwise work that uses them.</summary>
    Column,

    /// <summary>A matrix turned, because a product reads its right operand by rows.</summary>
    Transpose,

    /// <summary>Operands copied one after the other.</summary>
    Concat,

    /// <summary>Elements added to where a map sends them.</summary>
    Fold,

    /// <summary>Rows written behind those of earlier runs.</summary>
    Append,

    /// <summary>Rows added to the rows of a table that indices name.</summary>
    Scatter,
}

/// <summary>Where a value is kept after its kernel.</summary>
internal enum PlaceKind
{
    /// <summary>A buffer of the arena, or the caller's output: the program's plan says which.</summary>
    Buffer,

    /// <summary>The workspace's loss.</summary>
    Loss,

    /// <summary>A tensor of the gradient block.</summary>
    Gradient,

    /// <summary>A tensor of the parameter block: running statistics.</summary>
    State,
}

/// <summary>A value stored at a place; Parameter is the tensor's index for gradients and states, else −1.</summary>
internal readonly record struct Store(NodeId Value, PlaceKind Place, int Parameter = -1);

/// <summary>
/// A loop nest. Body holds every value it computes, in order; Loads the values it reads, which are leaves or other kernels' stores.
/// </summary>
internal sealed record Kernel(
    KernelKind Kind, Dim Rows, Dim Columns, EquatableArray<NodeId> Body, EquatableArray<NodeId> Loads, EquatableArray<Store> Stores, bool IsForward);

/// <summary>What a model can be asked to run.</summary>
internal enum ProgramKind { Training, Evaluation, Prediction, Logits, Decoding, InputGradient }

/// <summary>Kernels in an order in which every load follows its store, forward ones first; Outputs are the values the caller gets.</summary>
internal sealed record KernelProgram(ProgramKind Kind, EquatableArray<Kernel> Kernels, EquatableArray<NodeId> Outputs);

/// <summary>Stage 6.</summary>
/// <param name="Source">What is computed.</param>
/// <param name="Programs">By which kernels.</param>
/// <param name="BlockElements">What kernels that run in blocks may take of a cache.</param>
internal sealed record KernelGraph(TrainingGraph Source, EquatableArray<KernelProgram> Programs, int BlockElements)
{
    public string Print()
    {
        var text = new StringBuilder();
        foreach (KernelProgram program in Programs)
        {
            text.Append(program.Kind).Append('\n');
            foreach (Kernel k in program.Kernels)
            {
                text.Append($"  {(k.IsForward ? "forward" : "backward")} {k.Kind} {k.Rows}x{k.Columns}");
                text.Append($"  reads {string.Join(" ", k.Loads)}  computes {string.Join(" ", k.Body)}  stores ");
                text.Append(string.Join(" ", k.Stores.Select(s => s.Value + (s.Place == PlaceKind.Buffer ? "" : $"->{s.Place}{(s.Parameter < 0 ? "" : s.Parameter)}")))).Append('\n');
            }
        }

        return text.ToString();
    }
}
