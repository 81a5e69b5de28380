using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Autodiff;

internal static partial class GradientRules
{
    private static NodeId? Elementwise(GraphBuilder g, Unary op, in Site s)
    {
        (NodeId x, NodeId y, NodeId dy) = (s.X, s.Y, s.Dy);
        return op.Kind switch
        {
            // y = −x:           dx = −dy
            UnaryKind.Negate => g.Negate(dy),

            // y = |x|:          dx = dy · sign x
            UnaryKind.Abs => g.Times(dy, g.Unary(UnaryKind.Sign, x)),

            // y = sign x:       dx = 0
            UnaryKind.Sign => null,

            // y = round x:      dx = 0
            UnaryKind.Round => null,

            // y = x²:           dx = dy · 2x
            UnaryKind.Square => g.Times(dy, g.Times(2, x)),

            // y = √x:           dx = dy / 2y
            UnaryKind.Sqrt => g.Over(dy, g.Times(2, y)),

            // y = 1/x:          dx = −dy · y²
            UnaryKind.Reciprocal => g.Negate(g.Times(dy, g.Square(y))),

            // y = eˣ:           dx = dy · y
            UnaryKind.Exp => g.Times(dy, y),

            // y = eˣ − 1:       dx = dy · (y + 1)
            UnaryKind.Expm1 => g.Times(dy, g.Plus(y, 1)),

            // y = log x:        dx = dy / x
            UnaryKind.Log => g.Over(dy, x),

            // y = log(1 + x):   dx = dy / (1 + x)
            UnaryKind.Log1p => g.Over(dy, g.Plus(x, 1)),

            // y = tanh x:       dx = dy · (1 − y²)
            UnaryKind.Tanh => g.Times(dy, g.Minus(1, g.Square(y))),

            // y = σ(x):         dx = dy · y(1 − y)
            UnaryKind.Sigmoid => g.Times(dy, g.Times(y, g.Minus(1, y))),

            // y = log(1 + eˣ):  dx = dy · σ(x)
            UnaryKind.Softplus => g.Times(dy, g.Unary(UnaryKind.Sigmoid, x)),

            // y = log cosh x:   dx = dy · tanh x
            UnaryKind.LogCosh => g.Times(dy, g.Unary(UnaryKind.Tanh, x)),

            // y = erf x:        dx = dy · 2/√π · e^(−x²)
            UnaryKind.Erf => g.Times(dy, g.Times(2 / Math.Sqrt(Math.PI), g.Unary(UnaryKind.Exp, g.Negate(g.Square(x))))),

            // y = erf⁻¹ x:      dx = dy · √π/2 · e^(y²)
            UnaryKind.ErfInv => g.Times(dy, g.Times(Math.Sqrt(Math.PI) / 2, g.Unary(UnaryKind.Exp, g.Square(y)))),

            // y = x·Φ(x):       dx = dy · (Φ(x) + x·φ(x))
            UnaryKind.Gelu => g.Times(dy, g.Unary(UnaryKind.GeluSlope, x)),

            // y = Φ(x) + x·φ(x): dx = dy · (2 − x²)·φ(x),  φ(x) = e^(−x²/2)/√(2π)
            UnaryKind.GeluSlope => g.Times(dy, g.Times(g.Minus(2, g.Square(x)), g.Times(1 / Math.Sqrt(2 * Math.PI), g.Unary(UnaryKind.Exp, g.Times(-0.5, g.Square(x)))))),

            // y = sin x:        dx = dy · cos x
            UnaryKind.Sin => g.Times(dy, g.Unary(UnaryKind.Cos, x)),

            // y = cos x:        dx = −dy · sin x
            UnaryKind.Cos => g.Negate(g.Times(dy, g.Unary(UnaryKind.Sin, x))),

            // y = max(x, 0):    dx = dy where y > 0, else 0
            UnaryKind.Relu => g.Where(g.Positive(y), dy, g.Like(dy, 0)),

            // y = x or αx:      dx = dy where y > 0, else α dy          (α ≥ 0: y > 0 ⇔ x > 0)
            UnaryKind.LeakyRelu => g.Where(g.Positive(y), dy, g.Times(op.Alpha, dy)),

            // y = x or α(eˣ−1): dx = dy where y > 0, else dy · (y + α)  (α ≥ 0: y > 0 ⇔ x > 0; αeˣ = y + α)
            UnaryKind.Elu => g.Times(dy, g.Where(g.Positive(y), g.Like(y, 1), g.Plus(y, op.Alpha))),

            _ => throw new InvalidOperationException($"{op.Kind} has no gradient rule"),
        };
    }

    private static NodeId?[] Elementwise(GraphBuilder g, Binary op, in Site s)
    {
        (NodeId a, NodeId b, NodeId y, NodeId dy) = (s.A, s.B, s.Y, s.Dy);
        NodeId zero = g.Like(dy, 0);
        return op.Kind switch
        {
            // y = a + b:      da = dy,              db = dy
            BinaryKind.Add => [dy, dy],

            // y = a − b:      da = dy,              db = −dy
            BinaryKind.Subtract => [dy, g.Negate(dy)],

            // y = a · b:      da = dy · b,          db = dy · a
            BinaryKind.Multiply => [g.Times(dy, b), g.Times(dy, a)],

            // y = a / b:      da = dy / b,          db = −dy · y / b
            BinaryKind.Divide => [g.Over(dy, b), g.Negate(g.Over(g.Times(dy, y), b))],

            // y = max(a, b):  da = dy where a ≥ b,  db = dy elsewhere
            BinaryKind.Max => [g.Where(AtLeast(g, a, b), dy, zero), g.Where(AtLeast(g, a, b), zero, dy)],

            // y = min(a, b):  da = dy where b ≥ a,  db = dy elsewhere
            BinaryKind.Min => [g.Where(AtLeast(g, b, a), dy, zero), g.Where(AtLeast(g, b, a), zero, dy)],

            // a truth value has no derivative
            BinaryKind.Greater or BinaryKind.GreaterOrEqual or BinaryKind.Equal => [null, null],

            _ => throw new InvalidOperationException($"{op.Kind} has no gradient rule"),
        };
    }

    private static NodeId AtLeast(GraphBuilder g, NodeId a, NodeId b) => g.Add(new Binary(BinaryKind.GreaterOrEqual), a, b);

    /// <summary>y = a where c, else b.</summary>
    /// <remarks>da = dy where c, else 0; db = 0 where c, else dy.</remarks>
    private static NodeId?[] Select(GraphBuilder g, in Site s)
    {
        NodeId zero = g.Like(s.Dy, 0);
        return [null, g.Where(s.Inputs[0], s.Dy, zero), g.Where(s.Inputs[0], zero, s.Dy)];
    }
}
