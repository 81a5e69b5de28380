using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>C# text and how tightly it binds.</summary>
internal readonly record struct Expression(string Text, int Precedence)
{
    public const int Sum = 1, Product = 2, Primary = 3;

    public static Expression Call(string text) => new(text, Primary);

    public string Within(int precedence) => Precedence < precedence ? $"({Text})" : Text;
}

/// <summary>
/// The C# of each op over lanes, from the C# of its inputs. Table only: what an input's text is (a local, a load, a nested expression) is the caller's affair.
/// A right operand of its operator's own precedence gets parentheses: a·(b·c) and (a·b)·c are rounded differently, and the graph says which.
/// </summary>
internal static class Expressions
{
    /// <summary>Whether an op's text names its input twice, so that the input needs a local.</summary>
    public static bool ReadsTwice(Op op) => op is Unary { Kind: UnaryKind.Square or UnaryKind.LeakyRelu or UnaryKind.Elu };

    /// <summary>Of these functions a kernel has at most so many in place; more are calls.</summary>
    public const int MostInPlace = 2;

    /// <summary>Whether a long function is compiled into the kernel that has it. The longest are methods of the runtime's, which are always called.</summary>
    public static bool IsInPlace(Op op) =>
        Values.IsLong(op) && op is not Unary { Kind: UnaryKind.Erf or UnaryKind.ErfInv or UnaryKind.Gelu or UnaryKind.GeluSlope or UnaryKind.Softplus or UnaryKind.LogCosh };

    /// <param name="op">The op.</param>
    /// <param name="scalar">The scalar type.</param>
    /// <param name="calls">Whether long functions are calls.</param>
    /// <param name="input">The text of each input.</param>
    public static Expression Render(Op op, ScalarToken scalar, bool calls, Func<int, Expression> input)
    {
        string Argument(int i) => input(i).Text;
        return op switch
        {
            Unary u => Unary(u, scalar, calls, input(0)),
            Binary { Kind: BinaryKind.Add } => new($"{input(0).Within(Expression.Sum)} + {input(1).Within(Expression.Product)}", Expression.Sum),
            Binary { Kind: BinaryKind.Subtract } => new($"{input(0).Within(Expression.Sum)} - {input(1).Within(Expression.Product)}", Expression.Sum),
            Binary { Kind: BinaryKind.Multiply } => new($"{input(0).Within(Expression.Product)} * {input(1).Within(Expression.Primary)}", Expression.Product),
            Binary { Kind: BinaryKind.Divide } => new($"{input(0).Within(Expression.Product)} / {input(1).Within(Expression.Primary)}", Expression.Product),
            Binary b => Expression.Call($"V.{b.Kind}({Argument(0)}, {Argument(1)})"),
            Where => Expression.Call($"V.Where({Argument(0)}, {Argument(1)}, {Argument(2)})"),
            _ => throw new InvalidOperationException($"{op.GetType().Name} has no renderer"),
        };
    }

    public static Expression Constant(double value, ScalarToken scalar) =>
        value == 0 ? Expression.Call("V.Zero") : Broadcast(Literals.Real(value, scalar));

    public static Expression Broadcast(string scalar) => Expression.Call($"V.Broadcast({scalar})");

    private static Expression Unary(Unary op, ScalarToken scalar, bool calls, Expression x) => op.Kind switch
    {
        UnaryKind.Negate => new("-" + x.Within(Expression.Primary), Expression.Product),
        UnaryKind.Square => new($"{x.Text} * {x.Text}", Expression.Product),
        UnaryKind.Reciprocal => new($"V.Broadcast({Literals.Real(1, scalar)}) / {x.Within(Expression.Primary)}", Expression.Product),
        UnaryKind.LeakyRelu => Expression.Call($"V.Where(V.Greater({x.Text}, V.Zero), {x.Text}, V.Broadcast({Literals.Real(op.Alpha, scalar)}) * {x.Text})"),
        UnaryKind.Elu => Expression.Call($"V.Where(V.Greater({x.Text}, V.Zero), {x.Text}, V.Broadcast({Literals.Real(op.Alpha, scalar)}) * {Function(UnaryKind.Expm1, scalar, calls, x)})"),
        _ => Expression.Call(Function(op.Kind, scalar, calls && IsInPlace(op), x)),
    };

    private static string Function(UnaryKind kind, ScalarToken scalar, bool isCall, Expression x) =>
        isCall ? $"{RuntimeNames.LaneCalls}.{kind}<V, {scalar.Name}>({x.Text})" : $"V.{kind}({x.Text})";
}
