using System.Globalization;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Simplify;

namespace ModelDsl.Generator.Lowering;

/// <summary>A derivative that the user gives, held against fourth-order differences of its function, in double, while the project is being built.</summary>
internal static class DerivativeCheck
{
    private const double Step = 1e-3, Tolerance = 1e-5;

    /// <summary>Of both signs, small and large, and no number at which functions are likely to have a kink.</summary>
    private static readonly double[] Points = [0.713, -0.937, 1.234, -1.613, 0.131, -0.373, 2.093, -2.571, 3.119, -3.831, 0.0293, -0.0571, 5.303, -6.107, 0.487, -0.219];

    /// <param name="g">The function's nodes, lowered.</param>
    /// <param name="node">The call of WithDerivative.</param>
    /// <param name="inputs">Its value; then each argument and the derivative with respect to it.</param>
    public static Problem? Check(GraphBuilder g, BodyNode node, NodeId[] inputs)
    {
        NodeId[] arguments = [.. inputs.Where((_, k) => k % 2 == 1).Distinct()];

        // an argument that is computed from another one has no value of its own
        GraphArena arena = g.Build();
        if (arguments.Any(a => arguments.Any(b => a != b && arena.Reachable([a]).Contains(b)))) return null;
        for (int p = 0; p < Points.Length; p++)
        {
            double[] at = [.. arguments.Select((_, i) => Points[(p + 5 * i) % Points.Length])];
            for (int i = 0; i < arguments.Length; i++)
            {
                double At(NodeId value, double step) => new Point(g, arguments, [.. at.Select((x, k) => k == i ? x + step : x)])[value];
                double Difference(double h) => (8 * (At(inputs[0], h) - At(inputs[0], -h)) - (At(inputs[0], 2 * h) - At(inputs[0], -2 * h))) / (12 * h);
                double given = inputs.Select((x, k) => k % 2 == 1 && x == arguments[i] ? At(inputs[k + 1], 0) : 0).Sum();
                double expected = Difference(Step), allowed = Tolerance * (1 + Math.Abs(expected));

                // outside of the domain there is nothing to compare with; where differences of two steps disagree there is a kink
                if (!(Math.Abs(expected - Difference(2 * Step)) < allowed) || Math.Abs(given - expected) <= allowed) continue;
                return Problem.At(node.Site, Ids.DerivativeMismatch, (i + 1).ToString(CultureInfo.InvariantCulture), Text(given), string.Join(", ", at.Select(Text)), Text(expected));
            }
        }

        return null;
    }

    private static string Text(double x) => x.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Elementwise values where the arguments are numbers; NaN for what is not elementwise.</summary>
    private sealed class Point(GraphBuilder g, NodeId[] arguments, double[] at)
    {
        private readonly Dictionary<NodeId, double> _values = arguments.Zip(at, (a, x) => (a, x)).ToDictionary(p => p.a, p => p.x);

        public double this[NodeId id]
        {
            get
            {
                if (_values.TryGetValue(id, out double known)) return known;
                NodeId[] x = [.. g[id].Inputs];
                return _values[id] = g[id].Op switch
                {
                    Constant c => c.Value,
                    Unary u => Folding.Fold(u, this[x[0]]),
                    Binary b => Folding.Fold(b.Kind, this[x[0]], this[x[1]]),
                    Where => this[this[x[0]] != 0 ? x[1] : x[2]],
                    Broadcast or WithDerivative => this[x[0]],
                    _ => double.NaN,
                };
            }
        }
    }
}
