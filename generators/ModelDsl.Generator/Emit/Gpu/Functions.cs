using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>The C# of each function of one element. What devices have not, or have other than C#, is in the runtime's DeviceMath.</summary>
internal static class Functions
{
    public static Expression Unary(Unary op, Expression x) => op.Kind switch
    {
        UnaryKind.Negate => new("-" + x.Within(Expression.Primary), Expression.Product),
        UnaryKind.Square => new($"{x.Within(Expression.Product)} * {x.Within(Expression.Primary)}", Expression.Product),
        UnaryKind.Reciprocal => new($"1f / {x.Within(Expression.Primary)}", Expression.Product),
        UnaryKind.Abs or UnaryKind.Sqrt or UnaryKind.Exp or UnaryKind.Log or UnaryKind.Sin or UnaryKind.Cos => Expression.Call($"{DeviceNames.MathF}.{op.Kind}({x.Text})"),
        UnaryKind.LeakyRelu or UnaryKind.Elu => Expression.Call($"{DeviceNames.Math}.{op.Kind}({x.Text}, {Literals.Real(op.Alpha, ScalarToken.Single)})"),
        _ => Expression.Call($"{DeviceNames.Math}.{op.Kind}({x.Text})"),
    };

    public static Expression Binary(BinaryKind kind, Expression a, Expression b) => kind switch
    {
        BinaryKind.Add => new($"{a.Within(Expression.Sum)} + {b.Within(Expression.Product)}", Expression.Sum),
        BinaryKind.Subtract => new($"{a.Within(Expression.Sum)} - {b.Within(Expression.Product)}", Expression.Sum),
        BinaryKind.Multiply => new($"{a.Within(Expression.Product)} * {b.Within(Expression.Primary)}", Expression.Product),
        BinaryKind.Divide => new($"{a.Within(Expression.Product)} / {b.Within(Expression.Primary)}", Expression.Product),
        BinaryKind.Greater when a.Text == b.Text => Expression.Call("false"),
        BinaryKind.GreaterOrEqual or BinaryKind.Equal when a.Text == b.Text => Expression.Call($"{DeviceNames.Math}.IsNumber({a.Text})"),
        BinaryKind.Greater => new($"{a.Text} > {b.Text}", 0),
        BinaryKind.GreaterOrEqual => new($"{a.Text} >= {b.Text}", 0),
        BinaryKind.Equal => new($"{a.Text} == {b.Text}", 0),
        _ => Expression.Call($"{DeviceNames.Math}.{kind}({a.Text}, {b.Text})"),
    };
}

/// <summary>The runtime's names that devices' code uses beside <see cref="RuntimeNames"/>.</summary>
internal static class DeviceNames
{
    private const string Gpu = RuntimeNames.Root + "Gpu.";

    public const string Math = Gpu + "DeviceMath";
    public const string MathF = "global::System.MathF";
    public const string Code = Gpu + "DeviceCode";
    public const string Program = Gpu + "DeviceProgram";
    public const string Sizes = Gpu + "DeviceSizes";
    public const string IDevice = Gpu + "IDevice";
    public const string IBuffer = Gpu + "IBuffer";
    public const string Product = Gpu + "DeviceProduct";
    public const string Quad = Gpu + "Quad<float>";
}
