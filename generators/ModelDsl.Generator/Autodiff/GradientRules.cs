using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Autodiff;

/// <summary>Where a rule is applied: y = op(inputs), dy = ∂loss/∂y.</summary>
internal readonly record struct Site(Op Op, NodeId[] Inputs, NodeId Y, NodeId Dy)
{
    public NodeId X => Inputs[0];

    public NodeId A => Inputs[0];

    public NodeId B => Inputs[1];
}

/// <summary>∂loss/∂x for each input x of a site, null where none flows.</summary>
internal delegate NodeId?[] GradientRule(GraphBuilder g, in Site s);

/// <summary>
/// The derivative of each op: dx = ∂loss/∂x for each input x, null where none flows. d + name has the name's shape. A rule that can use the
/// output y does not use the input x: what a rule mentions is what stays in memory.
/// </summary>
internal static partial class GradientRules
{
    public static NodeId?[] Apply(GraphBuilder g, in Site s) => s.Op switch
    {
        Unary op => [Elementwise(g, op, s)],
        Binary op => Elementwise(g, op, s),
        Where => Select(g, s),
        Broadcast => [Repeat(g, s)],
        Reshape => [g.Reshape(s.Dy, g[s.X].Shape)],              // y = x under another shape: dx = dy under x's
        Transpose => [g.Transpose(s.Dy)],                        // y = xᵀ: dx = dyᵀ
        View op => [g.Add(new Fold(g[s.X].Shape, op.Axes), s.Dy)],           // y = x seen through a map: dx = dy summed through it
        Fold op => [g.Add(new View(g[s.X].Shape, op.Axes), s.Dy)],           // y = x summed through a map: dx = dy seen through it
        Assemble op => Parts(g, op, s),
        Concat op => Split(g, op, s),
        Reduce op => [Reduction(g, op, s)],
        MatMul => Product(g, s),
        Gather op => [g.Add(new ScatterAdd(g[s.A].Shape.Dims[0].Factor, op.Padding, op.IsSparse), s.B, s.Dy), null],     // y = table[x]: dtable[v] = Σ dy over the rows where x = v
        ScatterAdd op => [null, g.Add(new Gather(op.Padding), s.Dy, s.A)],                                  // y[v] = Σ rows where x = v: drows = dy[x]
        Softmax => [SoftmaxRule(g, s)],
        LogSoftmax => [LogSoftmaxRule(g, s)],
        LogSumExp => [LogSumExpRule(g, s)],
        Standardize op => [StandardizeRule(g, op, s)],
        InverseDeviation op => [InverseDeviationRule(g, op, s)],
        CrossEntropy => CrossEntropyRule(g, s),
        WithDerivative => OwnRule(g, s),
        OneHot or Input or Target or Parameter or Constant or InverseSize or Bessel or DropoutMask or Position or Append => NoGradient(s),
        _ => throw new InvalidOperationException($"{s.Op.GetType().Name} has no gradient rule"),
    };

    /// <summary>Leaves have no inputs; a class index has no derivative; what runs append is never trained on.</summary>
    private static NodeId?[] NoGradient(in Site s) => new NodeId?[s.Inputs.Length];
}
