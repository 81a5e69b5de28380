using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Autodiff;

internal static partial class GradientRules
{
    /// <summary>y = softmax(x) along the last axis.</summary>
    /// <remarks>dx = y ⊙ (dy − Σⱼ dyⱼ yⱼ). Uses y, not x: x need not be kept.</remarks>
    private static NodeId SoftmaxRule(GraphBuilder g, in Site s)
    {
        NodeId dot = g.Sum(g.Times(s.Dy, s.Y), Along.Last);                                  // (…, 1)
        return g.Times(s.Y, g.Minus(s.Dy, g.Broadcast(dot, g[s.Y].Shape)));                  // (…, C)
    }

    /// <summary>y = log softmax(x) along the last axis.</summary>
    /// <remarks>dx = dy − eʸ · Σⱼ dyⱼ. Uses y, not x.</remarks>
    private static NodeId LogSoftmaxRule(GraphBuilder g, in Site s) =>
        g.Minus(s.Dy, g.Times(g.Unary(UnaryKind.Exp, s.Y), g.Broadcast(g.Sum(s.Dy, Along.Last), g[s.Y].Shape)));

    /// <summary>y = log Σⱼ exp(xⱼ) along the last axis.</summary>
    /// <remarks>dx = dy · softmax(x) = dy · exp(x − y).</remarks>
    private static NodeId LogSumExpRule(GraphBuilder g, in Site s) =>
        g.Times(g.Broadcast(s.Dy, g[s.X].Shape), g.Unary(UnaryKind.Exp, g.Minus(s.X, g.Broadcast(s.Y, g[s.X].Shape))));

    /// <summary>y = (x − mean) · r, r = 1/√(var + ε), over n elements.</summary>
    /// <remarks>dx = r ⊙ (dy − mean(dy) − y ⊙ mean(dy ⊙ y)). Uses y and r, not x.</remarks>
    private static NodeId StandardizeRule(GraphBuilder g, Standardize op, in Site s)
    {
        Shape shape = g[s.Y].Shape;
        NodeId r = g.Add(new InverseDeviation(op.Along, op.Epsilon), s.X);
        NodeId meanDy = g.Broadcast(g.Mean(s.Dy, op.Along), shape);
        NodeId meanDyY = g.Broadcast(g.Mean(g.Times(s.Dy, s.Y), op.Along), shape);
        return g.Times(g.Broadcast(r, shape), g.Minus(g.Minus(s.Dy, meanDy), g.Times(s.Y, meanDyY)));
    }

    /// <summary>r = 1/√(var(x) + ε), over n elements.</summary>
    /// <remarks>dvar = −½ r³ dr and dx = dvar · 2(x − mean)/n, so dx = −dr · r² · x̂/n with x̂ = (x − mean) · r.</remarks>
    private static NodeId InverseDeviationRule(GraphBuilder g, InverseDeviation op, in Site s)
    {
        Shape shape = g[s.X].Shape;
        NodeId standardized = g.Add(new Standardize(op.Along, op.Epsilon), s.X);
        NodeId factor = g.Negate(g.Times(s.Dy, g.Square(s.Y)));
        NodeId scaled = g.Times(factor, g.Inverse(op.Along == Along.Last ? shape.Last : shape.Rows, g[s.Y].Shape));
        return g.Times(g.Broadcast(scaled, shape), standardized);
    }

    /// <summary>y = −Σⱼ tⱼ log softmax(z)ⱼ.</summary>
    /// <remarks>dz = dy · (softmax(z) · Σⱼ tⱼ − t): with a distribution as target, p − t.  dt = −dy · log softmax(z) is never asked for.</remarks>
    private static NodeId?[] CrossEntropyRule(GraphBuilder g, in Site s)
    {
        (NodeId z, NodeId t) = (s.A, s.B);
        Shape shape = g[z].Shape;
        NodeId p = g.Add(new Softmax(), z);
        NodeId total = g.Broadcast(g.Sum(t, Along.Last), shape);
        return [g.Times(g.Broadcast(s.Dy, shape), g.Minus(g.Times(p, total), t)), null];
    }

    /// <summary>y = v, inputs v, x₁, d₁, x₂, d₂, …</summary>
    /// <remarks>dxₖ = dy · dₖ; neither v nor any dₖ gets a share.</remarks>
    private static NodeId?[] OwnRule(GraphBuilder g, in Site s)
    {
        NodeId dy = s.Dy;
        NodeId[] inputs = s.Inputs;
        return [.. inputs.Select((_, k) => k % 2 == 1 ? g.Times(dy, inputs[k + 1]) : (NodeId?)null)];
    }
}
