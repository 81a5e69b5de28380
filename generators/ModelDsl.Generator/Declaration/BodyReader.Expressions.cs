using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelDsl.Generator.Declaration;

internal sealed partial class BodyReader
{
    private BodyValue Read(ExpressionSyntax e, Scope scope, SemanticModel model)
    {
        if (++_expressions > LongestBody) throw Unsupported(e.GetLocation(), $"a body of more than {LongestBody} expressions, loops unrolled", "shorten its loops");
        cancellation.ThrowIfCancellationRequested();
        if (e is IdentifierNameSyntax local && scope[local.Identifier.ValueText] is { } value) return value;
        if (Constant(e, model) is { } constant) return constant;
        return e switch
        {
            ParenthesizedExpressionSyntax p => Read(p.Expression, scope, model),
            CastExpressionSyntax c => Cast(c, scope, model),
            PrefixUnaryExpressionSyntax u => Unary(u, scope, model),
            BinaryExpressionSyntax b when Operator(b.Kind()) is { } op => Arithmetic(op, Read(b.Left, scope, model), Read(b.Right, scope, model), b.GetLocation()),
            BinaryExpressionSyntax b => Logic(b, scope, model),
            ConditionalExpressionSyntax c => Conditional(c, scope, model),
            TupleExpressionSyntax t => new TupleValue([.. t.Arguments.Select(a => Read(a.Expression, scope, model))]),
            InvocationExpressionSyntax i => Invoke(i, scope, model),
            MemberAccessExpressionSyntax m => Member(m, model),
            IdentifierNameSyntax n => Property(n, model),
            _ => throw Unsupported(e.GetLocation(), Name(e), "use arithmetic, ops, layers, conditional expressions and own static methods"),
        };
    }

    private static BodyValue? Constant(ExpressionSyntax e, SemanticModel model) => model.GetConstantValue(e) is { HasValue: true, Value: { } value } ? value switch
    {
        bool truth => new TruthValue(truth),
        float single => new NumberValue(Support.Literals.FromFloat(single), false),
        double real => new NumberValue(real, false),
        int or long or short or byte or uint or sbyte or ushort => new NumberValue(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture), true),
        _ => null,
    } : null;

    /// <summary>The name of an arithmetic operator, compound assignments included.</summary>
    private static string? Operator(SyntaxKind kind) => kind switch
    {
        SyntaxKind.AddExpression or SyntaxKind.AddAssignmentExpression => "Add",
        SyntaxKind.SubtractExpression or SyntaxKind.SubtractAssignmentExpression => "Subtract",
        SyntaxKind.MultiplyExpression or SyntaxKind.MultiplyAssignmentExpression => "Multiply",
        SyntaxKind.DivideExpression or SyntaxKind.DivideAssignmentExpression => "Divide",
        SyntaxKind.ModuloExpression => "Remainder",
        SyntaxKind.LessThanExpression => "Less",
        SyntaxKind.LessThanOrEqualExpression => "LessOrEqual",
        SyntaxKind.GreaterThanExpression => "Greater",
        SyntaxKind.GreaterThanOrEqualExpression => "GreaterOrEqual",
        SyntaxKind.EqualsExpression => "Equal",
        SyntaxKind.NotEqualsExpression => "NotEqual",
        _ => null,
    };

    private BodyValue Arithmetic(string op, BodyValue a, BodyValue b, Location location)
    {
        if (a is NumberValue x && b is NumberValue y)
        {
            bool integers = x.IsInteger && y.IsInteger;
            return op switch
            {
                "Add" => new NumberValue(x.Value + y.Value, integers),
                "Subtract" => new NumberValue(x.Value - y.Value, integers),
                "Multiply" => new NumberValue(x.Value * y.Value, integers),
                "Divide" when integers && y.Value == 0 => throw Unsupported(location, "a division of integers by 0", "divide by another number"),
                "Divide" => new NumberValue(integers ? Math.Truncate(x.Value / y.Value) : x.Value / y.Value, integers),
                "Remainder" => new NumberValue(x.Value % y.Value, integers),
                "Less" => new TruthValue(x.Value < y.Value),
                "LessOrEqual" => new TruthValue(x.Value <= y.Value),
                "Greater" => new TruthValue(x.Value > y.Value),
                "GreaterOrEqual" => new TruthValue(x.Value >= y.Value),
                "Equal" => new TruthValue(x.Value == y.Value),
                _ => new TruthValue(x.Value != y.Value),
            };
        }

        return op switch
        {
            "Remainder" => throw Unsupported(location, "a remainder", "only constants have one here"),
            "NotEqual" => Not(Arithmetic("Equal", a, b, location)),
            "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "Equal" => new ComparisonValue(Apply(op, location, a, b).Index),
            _ => Apply(op, location, a, b),
        };
    }

    private BodyValue Unary(PrefixUnaryExpressionSyntax e, Scope scope, SemanticModel model)
    {
        BodyValue x = Read(e.Operand, scope, model);
        return (e.Kind(), x) switch
        {
            (SyntaxKind.UnaryMinusExpression, NumberValue n) => new NumberValue(-n.Value, n.IsInteger),
            (SyntaxKind.UnaryMinusExpression, _) => Apply("Negate", e.GetLocation(), x),
            (SyntaxKind.UnaryPlusExpression, _) => x,
            (SyntaxKind.LogicalNotExpression, _) => Not(x),
            _ => throw Unsupported(e.GetLocation(), Name(e), "use +, - and !"),
        };
    }

    private static BodyValue Not(BodyValue x) => x switch
    {
        TruthValue t => new TruthValue(!t.Value),
        ModeValue m => new ModeValue(!m.IsTraining),
        NotValue n => n.Operand,
        _ => new NotValue(x),
    };

    /// <summary>What is known of a condition at build time decides at once, as in C#; the right operand is then not read.</summary>
    private BodyValue And(BodyValue a, Func<BodyValue> b) => a switch
    {
        TruthValue { Value: false } => a,
        TruthValue => b(),
        _ => b() switch
        {
            TruthValue t => t.Value ? a : t,
            var right => new AndValue(a, right),
        },
    };

    private BodyValue Logic(BinaryExpressionSyntax e, Scope scope, SemanticModel model)
    {
        BodyValue a = Read(e.Left, scope, model);
        BodyValue Right() => Read(e.Right, scope, model);
        return e.Kind() switch
        {
            SyntaxKind.LogicalAndExpression => And(a, Right),
            SyntaxKind.LogicalOrExpression => Not(And(Not(a), () => Not(Right()))),              // a || b = !(!a && !b)
            _ => throw Unsupported(e.GetLocation(), Name(e), "use arithmetic, comparisons, && and ||"),
        };
    }

    private BodyValue Conditional(ConditionalExpressionSyntax e, Scope scope, SemanticModel model)
    {
        BodyValue condition = Condition(e.Condition, scope, model);
        if (condition is TruthValue known) return Read(known.Value ? e.WhenTrue : e.WhenFalse, scope, model);
        return Choose(condition, Read(e.WhenTrue, scope, model), Read(e.WhenFalse, scope, model), e.GetLocation());
    }

    /// <summary>What is decided by; where it is no truth value, the compiler says so too.</summary>
    private BodyValue Condition(ExpressionSyntax e, Scope scope, SemanticModel model) =>
        Read(e, scope, model) is var value && (value is not NodeValue || model.GetTypeInfo(e).Type?.SpecialType == SpecialType.System_Boolean)
            ? value
            : throw Unsupported(e.GetLocation(), "a condition that is a number", "compare it, as in x > 0");

    private BodyValue Cast(CastExpressionSyntax e, Scope scope, SemanticModel model) =>
        model.GetTypeInfo(e).Type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double || model.GetTypeInfo(e).Type is ITypeParameterSymbol
            ? Read(e.Expression, scope, model) is var value && value is NumberValue n ? n with { IsInteger = false } : value
            : throw Unsupported(e.GetLocation(), $"a cast to {e.Type}", "values are real numbers: cast to float or double only");

    /// <summary>Mode.IsTraining, Up.Weight, Up.Bias.</summary>
    private BodyValue Member(MemberAccessExpressionSyntax e, SemanticModel model)
    {
        string name = e.Name.Identifier.ValueText;
        if (model.GetSymbolInfo(e).Symbol is IPropertySymbol { ContainingType: { Name: "Mode" } mode } && name == "IsTraining" && IsOurs(mode)) return new ModeValue(true);
        if (name is "Weight" or "Bias" && model.GetSymbolInfo(e.Expression).Symbol is IPropertySymbol layer && _layers.IndexOf(layer) is { } index)
            return Node(name == "Weight" ? BodyOp.Weight : BodyOp.Bias, index, "", [], [], e.GetLocation());
        if (model.GetSymbolInfo(e).Symbol is IPropertySymbol { IsStatic: true, ContainingType: ITypeSymbol owner } && owner.ContainingNamespace?.ToDisplayString() == "System.Numerics" && GenericConstant(name) is { } constant)
            return constant;
        return Property(e, model);
    }

    /// <summary>T.One, T.Pi, … of generic math.</summary>
    private static NumberValue? GenericConstant(string name) => name switch
    {
        "Zero" => new NumberValue(0, false),
        "One" => new NumberValue(1, false),
        "NegativeOne" => new NumberValue(-1, false),
        "Pi" => new NumberValue(Math.PI, false),
        "E" => new NumberValue(Math.E, false),
        "Tau" => new NumberValue(2 * Math.PI, false),
        _ => null,
    };

    /// <summary>A raw parameter.</summary>
    private BodyValue Property(ExpressionSyntax e, SemanticModel model) =>
        model.GetSymbolInfo(e).Symbol is IPropertySymbol property && _layers.ParamIndexOf(property) is { } index
            ? Node(BodyOp.Param, index, "", [], [], e.GetLocation())
            : throw Unsupported(e.GetLocation(), $"'{e}'", "a body sees its inputs, locals, constants, layers and [Param]s");

    private static bool IsOurs(ITypeSymbol type) => type.ContainingNamespace is { Name: DeclarationReader.Namespace, ContainingNamespace.IsGlobalNamespace: true };
}
