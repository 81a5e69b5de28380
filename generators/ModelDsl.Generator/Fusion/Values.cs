using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>How the fuser sees a node.</summary>
internal static class Values
{
    /// <summary>There before the program starts, in memory.</summary>
    public static bool IsLeaf(Node node) => node.Op is Input or Target or Parameter;

    /// <summary>Never stored: computed again wherever it is used, at no cost worth naming.</summary>
    public static bool IsInline(Node node) =>
        node.Op is Constant or InverseSize or Bessel or DropoutMask or Broadcast or OneHot || node.Kind == ElementKind.Truth;

    public static bool IsElementwise(Node node) => node.Op is Unary or Binary or Where;

    /// <summary>The value whose memory this is: a reshape shares its input's.</summary>
    public static NodeId Owner(GraphArena arena, NodeId id)
    {
        while (arena[id].Op is Reshape) id = arena[id].Inputs[0];
        return id;
    }

    /// <summary>What computing the value once per element costs, in multiplications.</summary>
    public static int CostPerElement(Node node) => node.Op switch
    {
        Unary { Kind: UnaryKind.Sqrt or UnaryKind.Reciprocal } or Binary { Kind: BinaryKind.Divide } => 4,
        Unary { Kind: UnaryKind.Negate or UnaryKind.Abs or UnaryKind.Sign or UnaryKind.Square or UnaryKind.Relu or UnaryKind.LeakyRelu } => 1,
        Unary => 12,
        DropoutMask => 16,
        Constant or InverseSize or Bessel or Broadcast => 0,
        _ => 1,
    };
}
