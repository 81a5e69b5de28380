using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelDsl.Generator.Declaration;

internal sealed partial class BodyReader
{
    /// <summary>Runs statements; the value of a return among them, or null when they run out.</summary>
    private BodyValue? Run(IReadOnlyList<StatementSyntax> statements, Scope scope, SemanticModel model)
    {
        for (int i = 0; i < statements.Count; i++)
        {
            StatementSyntax[] rest = [.. statements.Skip(i + 1)];
            switch (statements[i])
            {
                case ReturnStatementSyntax { Expression: { } value }: return Read(value, scope, model);
                case IfStatementSyntax branch: return If(branch, rest, scope, model);
                case BlockSyntax block when Run([.. block.Statements], scope, model) is { } value: return value;
                case ForStatementSyntax loop when For(loop, scope, model) is { } value: return value;
                case LocalDeclarationStatementSyntax { Declaration.Variables: var variables }:
                    foreach (VariableDeclaratorSyntax v in variables)
                        if (v.Initializer is { } initializer) scope[v.Identifier.ValueText] = Read(initializer.Value, scope, model);
                    break;
                case ExpressionStatementSyntax { Expression: var expression }: Execute(expression, scope, model); break;
                case BlockSyntax or ForStatementSyntax or EmptyStatementSyntax: break;
                default: throw Unsupported(statements[i].GetLocation(), Name(statements[i]), "use locals, for with constant bounds, if, and return");
            }
        }

        return null;
    }

    /// <summary>
    /// The rest of the block is run once behind each branch, when either returns; else the branches are run and what they assign differently becomes a choice.
    /// </summary>
    private BodyValue? If(IfStatementSyntax branch, StatementSyntax[] rest, Scope scope, SemanticModel model)
    {
        Location location = branch.Condition.GetLocation();
        BodyValue condition = Condition(branch.Condition, scope, model);
        StatementSyntax[] then = [branch.Statement], otherwise = branch.Else is { } e ? [e.Statement] : [];
        if (condition is TruthValue truth) return Run(truth.Value ? [.. then, .. rest] : [.. otherwise, .. rest], scope, model);
        Scope thenScope = new(scope), elseScope = new(scope);
        BodyValue? thenValue = Run(then, thenScope, model), elseValue = Run(otherwise, elseScope, model);
        if (thenValue is not null || elseValue is not null)
        {
            thenValue ??= Run(rest, thenScope, model);
            elseValue ??= Run(rest, elseScope, model);
            return thenValue is null || elseValue is null ? null : Choose(condition, thenValue, elseValue, location);
        }

        foreach (string name in scope.Names.ToArray()) scope[name] = Choose(condition, thenScope[name]!, elseScope[name]!, location);
        return Run(rest, scope, model);
    }

    private BodyValue? For(ForStatementSyntax loop, Scope scope, SemanticModel model)
    {
        foreach (VariableDeclaratorSyntax v in loop.Declaration?.Variables ?? default)
            if (v.Initializer is { } initializer) scope[v.Identifier.ValueText] = Read(initializer.Value, scope, model);
        for (int rounds = 0; ; rounds++)
        {
            if (loop.Condition is null || rounds > LongestLoop || Read(loop.Condition, scope, model) is not TruthValue goesOn)
                throw Unsupported(loop.Condition?.GetLocation() ?? loop.GetLocation(), "a loop whose end is not a constant", $"count to a constant, at most {LongestLoop}");
            if (!goesOn.Value) return null;
            if (Run([loop.Statement], scope, model) is { } value) return value;
            foreach (ExpressionSyntax step in loop.Incrementors) Execute(step, scope, model);
        }
    }

    private void Execute(ExpressionSyntax expression, Scope scope, SemanticModel model)
    {
        switch (expression)
        {
            case AssignmentExpressionSyntax { Left: var target } assignment when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression):
                Assign(target, Read(assignment.Right, scope, model), scope);
                break;
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment when Operator(assignment.Kind()) is { } op:
                scope[target.Identifier.ValueText] = Arithmetic(op, Read(target, scope, model), Read(assignment.Right, scope, model), assignment.GetLocation());
                break;
            case PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } step: Count(target, step.Kind() == SyntaxKind.PostIncrementExpression ? 1 : -1, scope, model); break;
            case PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } step: Count(target, step.Kind() == SyntaxKind.PreIncrementExpression ? 1 : -1, scope, model); break;
            default: throw Unsupported(expression.GetLocation(), Name(expression), "assign its value to a local");
        }
    }

    private void Count(IdentifierNameSyntax target, int by, Scope scope, SemanticModel model) =>
        scope[target.Identifier.ValueText] = Arithmetic("Add", Read(target, scope, model), new NumberValue(by, true), target.GetLocation());

    private static void Assign(ExpressionSyntax target, BodyValue value, Scope scope)
    {
        switch (target, value)
        {
            case (IdentifierNameSyntax name, _): scope[name.Identifier.ValueText] = value; break;
            case (DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax name }, _): scope[name.Identifier.ValueText] = value; break;
            case (DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax names }, TupleValue tuple) when names.Variables.Count == tuple.Items.Length:
                for (int i = 0; i < tuple.Items.Length; i++)
                    if (names.Variables[i] is SingleVariableDesignationSyntax name) scope[name.Identifier.ValueText] = tuple.Items[i];
                break;
            case (TupleExpressionSyntax targets, TupleValue tuple) when targets.Arguments.Count == tuple.Items.Length:
                for (int i = 0; i < tuple.Items.Length; i++) Assign(targets.Arguments[i].Expression, tuple.Items[i], scope);
                break;
            default: throw Unsupported(target.GetLocation(), $"an assignment to '{target}'", "assign to a local");
        }
    }

    private static string Name(SyntaxNode node) => $"a{("AEIOU".Contains(node.Kind().ToString()[0]) ? "n" : "")} {string.Concat(node.Kind().ToString().Replace("Statement", " statement").Replace("Expression", " expression").Select(char.ToLowerInvariant))}";
}
