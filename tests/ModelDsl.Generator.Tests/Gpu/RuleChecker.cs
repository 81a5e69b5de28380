using System.Reflection;
using System.Reflection.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Gpu;

namespace ModelDsl.Generator.Tests.Gpu;

/// <summary>What ILGPU does not take, or takes and compiles to something else, looked for in the IL of kernels and of all that they call, and in their C#.</summary>
internal static class RuleChecker
{
    private static readonly HashSet<OpCode> Banned =
    [
        OpCodes.Throw, OpCodes.Rethrow, OpCodes.Leave, OpCodes.Leave_S, OpCodes.Endfinally, OpCodes.Box, OpCodes.Unbox, OpCodes.Unbox_Any, OpCodes.Newarr, OpCodes.Localloc, OpCodes.Ldftn, OpCodes.Ldvirtftn, OpCodes.Ldstr,
        OpCodes.Newobj, OpCodes.Ldtoken, OpCodes.Ldsfld, OpCodes.Stsfld, OpCodes.Conv_R8, OpCodes.Ldc_R8, OpCodes.Calli, OpCodes.Castclass, OpCodes.Isinst,
    ];

    private static readonly HashSet<string> Functions = ["Abs", "Sqrt", "Exp", "Log", "Floor", "Sin", "Cos"];

    private static readonly Dictionary<short, OpCode> ByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    /// <summary>What is against the rules in a kernel and what it calls.</summary>
    public static IEnumerable<string> Faults(MethodInfo kernel)
    {
        HashSet<MethodBase> seen = [];
        Stack<MethodBase> pending = new([kernel]);
        while (pending.Count > 0)
        {
            MethodBase method = pending.Pop();
            if (method is MethodInfo { IsGenericMethod: true } generic) method = generic.GetGenericMethodDefinition();
            if (!seen.Add(method)) continue;
            if (method.GetMethodBody()!.ExceptionHandlingClauses.Count > 0) yield return $"{method.Name} handles exceptions";
            foreach ((OpCode code, MethodBase? called) in Instructions(method))
            {
                if (Banned.Contains(code)) yield return $"{method.Name} has {code}";
                if (called is null || IsOfDevice(called.DeclaringType!)) continue;
                if (called.DeclaringType == typeof(MathF) && Functions.Contains(called.Name)) continue;
                if (called.DeclaringType == typeof(DeviceMath) || called.DeclaringType == kernel.DeclaringType) pending.Push(called);
                else yield return $"{method.Name} calls {called.DeclaringType}.{called.Name}";
            }
        }
    }

    /// <summary>Divisions and remainders of signed numbers, and anything in double.</summary>
    public static IEnumerable<string> Faults(SemanticModel model)
    {
        foreach (SyntaxNode node in model.SyntaxTree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.TypeParameterList is { } p && p.Parameters.Any(t => t.Identifier.Text == "F") && m.ParameterList.Parameters.Count > 0).SelectMany(m => m.Body!.DescendantNodes()))
        {
            if (node is not ExpressionSyntax expression || model.GetTypeInfo(expression).Type is not { } type) continue;
            if (type.SpecialType is SpecialType.System_Double or SpecialType.System_Decimal) yield return $"{node} is of {type}";
            if (node.Kind() is SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression or SyntaxKind.DivideAssignmentExpression && type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64)
                if (node is BinaryExpressionSyntax && model.GetConstantValue(expression).HasValue == false && node.Kind() is SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression) yield return $"{node} is a signed division";
        }
    }

    private static bool IsOfDevice(Type type) => type == typeof(IDevice) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IBuffer<,>));

    private static IEnumerable<(OpCode Code, MethodBase? Called)> Instructions(MethodBase method)
    {
        byte[] il = method.GetMethodBody()!.GetILAsByteArray()!;
        Type[] ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [], ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int i = 0; i < il.Length;)
        {
            OpCode code = il[i] == 0xFE ? ByValue[unchecked((short)(0xFE00 | il[i + 1]))] : ByValue[il[i]];
            i += code.Size;
            MethodBase? called = code.OperandType == OperandType.InlineMethod ? method.Module.ResolveMethod(BitConverter.ToInt32(il, i), ofType, ofMethod) : null;
            yield return (code, called);
            i += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, i),
                _ => 4,
            };
        }
    }
}
