using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>How the fuser sees a node.</summary>
internal static class Values
{
    /// <summary>There before the program starts, in memory.</summary>
    public static bool IsLeaf(Node node) => node.Op is Input or Target or Parameter;

    /// <summary>Never stored: computed again wherever it is used, at no cost worth naming. A view of runs reads them where they are.</summary>
    public static bool IsInline(GraphArena arena, Node node) =>
        node.Op is Constant or InverseSize or Bessel or DropoutMask or Broadcast or OneHot or Position or Gather || node.Kind == ElementKind.Truth
        || (node.Op is View view && view.IsOfRuns(arena[node.Inputs[0]].Shape));

    public static bool IsElementwise(Node node) => node.Op is Unary or Binary or Where;

    /// <summary>Whether the op finds its operands by their addresses, so that these must have been written before its kernel starts.</summary>
    public static bool ReadsMemory(Op op) => op is Reshape or View or Fold or Concat or Append or Gather or ScatterAdd or MatMul or Transpose;

    /// <summary>The value whose memory this is: a reshape shares its input's.</summary>
    public static NodeId Owner(GraphArena arena, NodeId id)
    {
        while (arena[id].Op is Reshape) id = arena[id].Inputs[0];
        return id;
    }

    /// <summary>Whether an op is a function of dozens of instructions.</summary>
    public static bool IsLong(Op op) => op is Unary
    {
        Kind: not (UnaryKind.Negate or UnaryKind.Abs or UnaryKind.Sign or UnaryKind.Square or UnaryKind.Sqrt or UnaryKind.Reciprocal or UnaryKind.Round or UnaryKind.Relu or UnaryKind.LeakyRelu)
    };

    /// <summary>What computing the value once per element costs, in multiplications.</summary>
    public static int CostPerElement(Node node) => node.Op switch
    {
        Unary { Kind: UnaryKind.Sqrt or UnaryKind.Reciprocal } or Binary { Kind: BinaryKind.Divide } => 4,
        Unary => IsLong(node.Op) ? 12 : 1,
        DropoutMask => 16,
        Constant or InverseSize or Bessel or Broadcast or Position => 0,
        _ => 1,
    };
}
