using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;
using ModelDsl.Randomness;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>What a graph is evaluated on.</summary>
/// <param name="Size">Samples in the batch, B.</param>
/// <param name="Inputs">By index; class indices as whole numbers.</param>
/// <param name="Target">The target; class indices as whole numbers.</param>
/// <param name="Parameters">The tensors, by index.</param>
/// <param name="Seed">Of the dropout masks.</param>
/// <param name="Step">Of the dropout masks.</param>
internal sealed record Feed(int Size, double[][] Inputs, double[] Target, double[][] Parameters, ulong Seed = 42, ulong Step = 0)
{
    /// <summary>What the samples' losses are multiplied by; empty where the target has no weights.</summary>
    public double[] Weights { get; init; } = [];

    /// <summary>The number that a size stands for in this batch.</summary>
    public int Of(Dim dim) => dim.IsConstant ? dim.Factor : dim.Factor * Size;

    /// <summary>Inverted dropout's factor, from the published definition: word 0 of the block at (element, stream, step), as a fraction, against the rate.</summary>
    public double Mask(DropoutMask mask, int element)
    {
        PhiloxBlock block = Philox.Block(new((uint)element, (uint)mask.Stream, (uint)Step, (uint)(Step >> 32)), (uint)Seed, (uint)(Seed >> 32));
        return block.X0 / 4294967296.0 >= (float)mask.Rate ? 1 / (1 - mask.Rate) : 0;
    }
}

/// <summary>
/// The oracle: evaluates any node of a graph in double with plain loops, one case per op, composites by their formulas. It knows nothing of kernels,
/// vectors or memory, and shares no code with the emitter.
/// </summary>
/// <param name="arena">The graph.</param>
/// <param name="feed">The values of its leaves.</param>
/// <param name="round">Applied to every arithmetic result; null for none. With random relative errors this measures a graph's conditioning.</param>
internal sealed class Interpreter(GraphArena arena, Feed feed, Func<double, double>? round = null)
{
    private readonly double[]?[] _values = new double[arena.Count][];

    /// <summary>The smallest distance of an argument from a kink (relu, abs, comparison) that was not exactly at it.</summary>
    public double Margin { get; private set; } = double.PositiveInfinity;

    /// <summary>Whether a value may be computed; null: every value may. A kernel has to manage with what it was given.</summary>
    public Func<NodeId, bool>? MayCompute { get; init; }

    public double[] this[NodeId id]
    {
        get => _values[id.Index] ??= MayCompute?.Invoke(id) == false ? throw new InvalidOperationException($"{id} = {arena[id].Op} is neither given nor to be computed") : Evaluate(id);
        set => _values[id.Index] = value;
    }

    private double[] Evaluate(NodeId id)
    {
        Node node = arena[id];
        double[][] x = [.. node.Inputs.Select(i => this[i])];
        int rows = feed.Of(node.Shape.Rows), columns = feed.Of(node.Shape.Last);
        int depth = node.Inputs.Count == 0 ? 0 : feed.Of(arena[node.Inputs[0]].Shape.Last);
        return node.Op switch
        {
            Input i => Sized(feed.Inputs[i.Index], rows * columns),
            Target t => Sized(t.Index == 0 ? feed.Target : feed.Weights, rows * columns),
            Parameter p => Sized(feed.Parameters[p.Index], rows * columns),
            Constant c => Fill(rows * columns, _ => c.Value),
            InverseSize s => Fill(rows * columns, _ => 1.0 / feed.Of(s.Size)),
            Bessel s => Fill(rows * columns, _ => feed.Of(s.Size) > 1 ? feed.Of(s.Size) / (feed.Of(s.Size) - 1.0) : 1),
            DropoutMask m => Fill(rows * columns, i => feed.Mask(m, i)),
            Unary u => Fill(rows * columns, i => Unary(u, x[0][i])),
            Binary b => Fill(rows * columns, i => Binary(b.Kind, x[0][i], x[1][i])),
            Where => Fill(rows * columns, i => x[0][i] != 0 ? x[1][i] : x[2][i]),
            Broadcast => Repeat(x[0], arena[node.Inputs[0]].Shape, node.Shape),
            Reshape => x[0],
            Transpose => Along(x[0], feed.Of(node.Shape.Dims[node.Shape.Rank - 2]) * columns, m => Fill(m.Length, i => m[i % columns * (m.Length / columns) + i / columns])),
            View v => Seen(x[0], v.Axes, arena[node.Inputs[0]].Shape, node.Shape, v.Fill),
            Fold f => Folded(x[0], f.Axes, arena[node.Inputs[0]].Shape, node.Shape),
            Assemble a => Assembled(x, a.Places, arena[node.Inputs[0]].Shape, node.Shape),
            Concat c => Joined(x, [.. node.Inputs.Select(i => arena[i].Shape)], c.Axis, node.Shape),
            Append { Runs.IsOne: true } => x[0],
            Position p => Fill(rows * columns, i => Positions(i, node.Shape)[p.Axis]),
            OneHot => Fill(rows * columns, i => (int)x[0][i / columns] == i % columns ? 1 : 0),
            Gather g => Fill(rows * columns, i => (int)x[1][i / columns] is var index && index == g.Padding ? 0 : x[0][index * columns + i % columns]),
            ScatterAdd s => Scattered(x[0], x[1], rows, columns, s.Padding),
            Reduce r => Reduced(r, x[0], depth),
            MatMul => Products(x[0], x[1], feed.Of(node.Shape.Matrices), feed.Of(node.Shape.Dims[node.Shape.Rank - 2]), depth, columns),
            Softmax => Along(x[0], columns, Normalized),
            LogSoftmax => Along(x[0], columns, v => { double log = LogOfSum(v), max = v.Max(); return [.. v.Select(e => Round(Round(e - max) - log))]; }),
            LogSumExp => [.. x[0].Chunk(depth).Select(v => Round(v.Max() + LogOfSum(v)))],
            Standardize s => Slices(x[0], depth, s.Along, v => Standardized(v, s.Epsilon)),
            InverseDeviation s => Collapse(x[0], depth, s.Along, v => Deviation(v, s.Epsilon)),
            WithDerivative => x[0],
            CrossEntropy => Fill(rows, i => Entropy(x[0].AsSpan(i * depth, depth).ToArray(), x[1].AsSpan(i * depth, depth).ToArray())),
            _ => throw new InvalidOperationException($"{node.Op.GetType().Name} has no case"),
        };
    }

    // ** elementwise

    private double Unary(Unary op, double x) => Round(op.Kind switch
    {
        UnaryKind.Negate => -x,
        UnaryKind.Abs => Kink(x) < 0 ? -x : x,
        UnaryKind.Sign => Kink(x) < 0 ? -1 : x > 0 ? 1 : 0,
        UnaryKind.Square => x * x,
        UnaryKind.Sqrt => Math.Sqrt(x),
        UnaryKind.Reciprocal => 1 / x,
        UnaryKind.Exp => Math.Exp(x),
        UnaryKind.Expm1 => Expm1(x),
        UnaryKind.Log => Math.Log(x),
        UnaryKind.Log1p => Log1p(x),
        UnaryKind.Tanh => Math.Tanh(x),
        UnaryKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        UnaryKind.Softplus => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))),
        UnaryKind.LogCosh => Math.Abs(x) + Log1p(Math.Exp(-2 * Math.Abs(x))) - Math.Log(2),
        UnaryKind.Erf => MathNet.Numerics.SpecialFunctions.Erf(x),
        UnaryKind.ErfInv => Math.Abs(x) > 1 ? double.NaN : MathNet.Numerics.SpecialFunctions.ErfInv(x),
        UnaryKind.Gelu => x * NormalCdf(x),
        UnaryKind.GeluSlope => NormalCdf(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI),
        UnaryKind.Sin => Math.Sin(x),
        UnaryKind.Cos => Math.Cos(x),
        UnaryKind.Relu => Kink(x) > 0 ? x : 0,
        UnaryKind.Round => Kink(x - Math.Floor(x) - 0.5) > 0 ? Math.Ceiling(x) : Math.Round(x),
        UnaryKind.LeakyRelu => Kink(x) > 0 ? x : op.Alpha * x,
        UnaryKind.Elu => Kink(x) > 0 ? x : op.Alpha * Expm1(x),
        _ => throw new InvalidOperationException($"{op.Kind} has no case"),
    });

    private static double NormalCdf(double x) => MathNet.Numerics.SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2;

    private double Binary(BinaryKind kind, double a, double b) => kind switch
    {
        BinaryKind.Add => Round(a + b),
        BinaryKind.Subtract => Round(a - b),
        BinaryKind.Multiply => Round(a * b),
        BinaryKind.Divide => Round(a / b),
        BinaryKind.Max => Kink(a - b) > 0 ? a : b,
        BinaryKind.Min => Kink(a - b) > 0 ? b : a,
        BinaryKind.Greater => Kink(a - b) > 0 ? 1 : 0,
        BinaryKind.GreaterOrEqual => Kink(a - b) >= 0 ? 1 : 0,
        BinaryKind.Equal => a == b ? 1 : 0,
        _ => throw new InvalidOperationException($"{kind} has no case"),
    };

    // Kahan's forms: the error of 1 + x (of eˣ) divides out
    private static double Log1p(double x) => 1 + x == 1 ? x : Math.Log(1 + x) * (x / (1 + x - 1));

    private static double Expm1(double x)
    {
        double e = Math.Exp(x);
        return e == 1 ? x : e - 1 == -1 || double.IsInfinity(e) ? e - 1 : (e - 1) * (x / Math.Log(e));
    }

    // ** reductions and products

    private double[] Reduced(Reduce op, double[] x, int depth) => Collapse(x, depth, op.Along, v =>
        op.Kind == ReduceKind.Max ? Largest(v) : Sum(v));

    /// <summary>Where another comes near, rounding may choose that one: a kink.</summary>
    private double Largest(double[] x)
    {
        double max = x.Max();
        foreach (double v in x) Kink(max - v);
        return max;
    }

    private double[] Products(double[] a, double[] b, int matrices, int rows, int depth, int columns) =>
        [.. Enumerable.Range(0, matrices).SelectMany(m => Product(a[(m * rows * depth)..], b[(m * depth * columns)..], rows, depth, columns))];

    private double[] Product(double[] a, double[] b, int rows, int depth, int columns) => Fill(rows * columns, i =>
        Sum(Fill(depth, p => Round(a[i / columns * depth + p] * b[p * columns + i % columns]))));

    private double[] Scattered(double[] indices, double[] x, int rows, int columns, int padding) => Fill(rows * columns, i =>
        Sum(Enumerable.Range(0, indices.Length).Where(p => (int)indices[p] == i / columns && i / columns != padding).Select(p => x[p * columns + i % columns])));

    private double Sum(IEnumerable<double> terms)
    {
        double sum = 0;
        foreach (double term in terms) sum = Round(sum + term);
        return sum;
    }

    // ** composites, each by the formula in its op's summary

    private double[] Normalized(double[] x)
    {
        double max = x.Max();
        double[] e = [.. x.Select(v => Round(Math.Exp(Round(v - max))))];
        double sum = Sum(e);
        return [.. e.Select(v => Round(v / sum))];
    }

    /// <summary>log Σ exp(x − max x)</summary>
    private double LogOfSum(double[] x) => Round(Math.Log(Sum(x.Select(v => Math.Exp(Round(v - x.Max()))))));

    private double[] Standardized(double[] x, double epsilon)
    {
        double mean = Round(Sum(x) / x.Length), r = Deviation(x, epsilon);
        return [.. x.Select(v => Round(Round(v - mean) * r))];
    }

    private double Deviation(double[] x, double epsilon)
    {
        double mean = Round(Sum(x) / x.Length);
        double variance = Sum(x.Select(v => Round(v - mean) * Round(v - mean))) / x.Length;
        return Round(1 / Math.Sqrt(Round(variance + epsilon)));
    }

    private double Entropy(double[] z, double[] t)
    {
        double max = z.Max();
        double log = Round(Math.Log(Sum(z.Select(v => Math.Exp(v - max)))));
        return -Sum(z.Zip(t, (v, p) => Round(p * Round(Round(v - max) - log))));
    }

    // ** movements

    /// <summary>The positions along each axis of an element.</summary>
    private int[] Positions(int element, Shape shape)
    {
        var positions = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            positions[axis] = element % feed.Of(shape.Dims[axis]);
            element /= feed.Of(shape.Dims[axis]);
        }

        return positions;
    }

    /// <summary>The element of x that a map gives to an element of y; null where there is none.</summary>
    private int? Mapped(IReadOnlyList<AxisMap> axes, Shape x, int element, Shape y)
    {
        int[] positions = Positions(element, y);
        int at = 0;
        for (int k = 0; k < x.Rank; k++)
        {
            int dividend = axes[k].Start.Factor + axes[k].Steps.Zip(positions, (step, p) => step * p).Sum();
            int position = Math.DivRem(dividend, axes[k].Divisor, out int rest);
            if (rest != 0 || position < 0 || position >= feed.Of(x.Dims[k])) return null;
            at = at * feed.Of(x.Dims[k]) + position;
        }

        return at;
    }

    private double[] Seen(double[] x, IReadOnlyList<AxisMap> axes, Shape from, Shape to, double fill) =>
        Fill(feed.Of(to.Count), i => Mapped(axes, from, i, to) is { } at ? x[at] : fill);

    private double[] Folded(double[] x, IReadOnlyList<AxisMap> axes, Shape from, Shape to)
    {
        var y = new double[feed.Of(to.Count)];
        for (int i = 0; i < x.Length; i++)
            if (Mapped(axes, to, i, from) is { } at) y[at] = Round(y[at] + x[i]);
        return y;
    }

    private double[] Assembled(double[][] parts, IReadOnlyList<EquatableArray<AxisMap>> places, Shape from, Shape to)
    {
        double[] y = Fill(feed.Of(to.Count), _ => double.NaN);
        for (int k = 0; k < parts.Length; k++)
            for (int i = 0; i < parts[k].Length; i++)
                if (Mapped(places[k], to, i, from) is { } at) y[at] = double.IsNaN(y[at]) ? parts[k][i] : throw new InvalidOperationException("two elements at one place");
        return y;
    }

    private double[] Joined(double[][] x, Shape[] shapes, int axis, Shape to) => Fill(feed.Of(to.Count), i =>
    {
        int[] positions = Positions(i, to);
        int part = 0;
        for (; positions[axis] >= feed.Of(shapes[part].Dims[axis]); part++) positions[axis] -= feed.Of(shapes[part].Dims[axis]);
        return x[part][positions.Zip(shapes[part].Dims, (p, d) => (p, d)).Aggregate(0, (at, pair) => at * feed.Of(pair.d) + pair.p)];
    });

    // ** loops

    private double Round(double x) => round is null ? x : round(x);

    private double Kink(double distance)
    {
        if (distance != 0) Margin = Math.Min(Margin, Math.Abs(distance));
        return distance;
    }

    private static double[] Sized(double[] values, int count) =>
        values.Length == count ? values : throw new InvalidOperationException($"{values.Length} values for {count} elements");

    private static double[] Fill(int count, Func<int, double> element)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = element(i);
        return values;
    }

    private double[] Repeat(double[] x, Shape from, Shape to)
    {
        int[] sizes = [.. to.Dims.Select(feed.Of)];
        int[] source = [.. Enumerable.Repeat(1, to.Rank - from.Rank), .. from.Dims.Select(feed.Of)];
        return Fill(sizes.Aggregate(1, (a, b) => a * b), i =>
        {
            int index = 0, stride = 1;
            for (int axis = to.Rank - 1; axis >= 0; axis--)
            {
                int position = i % sizes[axis];
                i /= sizes[axis];
                if (source[axis] > 1) index += position * stride;
                stride *= source[axis];
            }

            return x[index];
        });
    }

    /// <summary>f of each row.</summary>
    private static double[] Along(double[] x, int columns, Func<double[], double[]> f) => [.. x.Chunk(columns).SelectMany(f)];

    /// <summary>f of each row, or of each column.</summary>
    private static double[] Slices(double[] x, int columns, Along along, Func<double[], double[]> f)
    {
        if (along == Generator.Graph.Along.Last) return Along(x, columns, f);
        double[][] turned = [.. Enumerable.Range(0, columns).Select(j => f(Column(x, columns, j)))];
        return Fill(x.Length, i => turned[i % columns][i / columns]);
    }

    /// <summary>f of each row, or of each column, as one number.</summary>
    private static double[] Collapse(double[] x, int columns, Along along, Func<double[], double> f) => along == Generator.Graph.Along.Last
        ? [.. x.Chunk(columns).Select(f)]
        : Fill(columns, j => f(Column(x, columns, j)));

    private static double[] Column(double[] x, int columns, int column) => Fill(x.Length / columns, i => x[i * columns + column]);
}
