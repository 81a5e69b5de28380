using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit;

/// <summary>A kernel's values as formulas, for the comment above it: · is the matrix product, * the elementwise one.</summary>
internal sealed class FormulaWriter(GraphArena arena, ValueNames names, Kernel kernel)
{
    private const int Sum = 1, Product = 2, Atom = 3;

    /// <summary>name = formula, for each value that is stored or used more than once.</summary>
    public IEnumerable<string> Lines()
    {
        Dictionary<NodeId, int> uses = Uses();
        HashSet<NodeId> named = [.. kernel.Stores.Select(s => s.Value), .. kernel.Body.Where(id => !Values.IsInline(arena, arena[id]) && uses[id] > 1)];
        HashSet<NodeId> written = [];
        foreach (NodeId id in kernel.Body.Where(named.Contains))
        {
            yield return $"{names[id]} = {Body(id, written).Text}";
            written.Add(id);
        }
    }

    /// <summary>How often the body reads each of its values; a broadcast reads its input as often as it is read itself.</summary>
    private Dictionary<NodeId, int> Uses()
    {
        Dictionary<NodeId, int> uses = kernel.Body.ToDictionary(id => id, _ => 0);
        foreach (NodeId user in kernel.Body.Reverse())
            foreach (NodeId input in arena[user].Inputs.Where(uses.ContainsKey))
                uses[input] += arena[user].Op is Broadcast ? uses[user] : 1;
        return uses;
    }

    /// <summary>name: (shape), for all that is read and stored.</summary>
    public string Shapes()
    {
        string loads = string.Join("  ", kernel.Loads.Select(l => $"{names[l]}: {arena[l].Shape}"));
        string stores = string.Join("  ", kernel.Stores.Select(s => s.Value).Distinct().Select(v => $"{names[v]}: {arena[v].Shape}"));
        return $"{loads}  →  {stores}";
    }

    private (string Text, int Precedence) Value(NodeId id, ISet<NodeId> written) =>
        kernel.Body.Contains(id) && !written.Contains(id) ? Body(id, written) : (names[id], Atom);

    private (string Text, int Precedence) Body(NodeId id, ISet<NodeId> written)
    {
        NodeId[] x = [.. arena[id].Inputs];
        string In(int i, int precedence)
        {
            (string text, int own) = Value(x[i], written);
            return own < precedence ? $"({text})" : text;
        }

        return arena[id].Op switch
        {
            Constant c => (Literals.Digits(c.Value), c.Value < 0 ? Sum : Atom),
            InverseSize s => ($"1/{s.Size}", Product),
            Bessel s => ($"{s.Size}/({s.Size} − 1)", Product),
            DropoutMask d => ($"mask(p={Literals.Digits(d.Rate)})", Atom),
            Unary { Kind: UnaryKind.Negate } => ("−" + In(0, Product), Sum),
            Unary { Kind: UnaryKind.Square } => (In(0, Atom) + "²", Atom),
            Unary { Kind: UnaryKind.Reciprocal } => ("1 / " + In(0, Atom), Product),
            Unary { Alpha: not 0 } u => ($"{Name(u.Kind)}({In(0, 0)}; {Literals.Digits(u.Alpha)})", Atom),
            Unary u => ($"{Name(u.Kind)}({In(0, 0)})", Atom),
            Binary b => Infix(b.Kind, In),
            Where => ($"where({In(0, 0)}, {In(1, 0)}, {In(2, 0)})", Atom),
            Broadcast or Reshape => Value(x[0], written),
            Transpose => (In(0, Atom) + "ᵀ", Atom),
            View v => ($"{In(0, Atom)}[{string.Join(", ", v.Axes)}{(v.Fill == 0 ? "" : " else " + Literals.Digits(v.Fill))}]", Atom),
            Fold f => ($"fold({In(0, 0)} at [{string.Join(", ", f.Axes)}])", Atom),
            Assemble a => ($"assemble({string.Join(", ", a.Places.Select((p, i) => $"{In(i, 0)} at [{string.Join(", ", p)}]"))})", Atom),
            Concat c => ($"concat_{c.Axis}({string.Join(", ", x.Select((_, i) => In(i, 0)))})", Atom),
            Append => ($"append({In(0, 0)})", Atom),
            Position p => ("ijklmnop"[p.Axis].ToString(), Atom),
            OneHot => ($"onehot({In(0, 0)})", Atom),
            Gather => ($"{In(0, Atom)}[{In(1, 0)}]", Atom),
            ScatterAdd => ($"scatter({In(0, 0)}, {In(1, 0)})", Atom),
            Reduce { Kind: ReduceKind.Max } r => ($"max_{Axis(r)}({In(0, 0)})", Atom),
            Reduce r => ($"sum_{Axis(r)}({In(0, 0)})", Atom),
            MatMul => (Operand(x[0]) + " · " + Operand(x[1]), Product),
            _ => (names[id], Atom),
        };
    }

    private string Operand(NodeId id) => arena[id].Op is Transpose && !kernel.Loads.Contains(id) ? names[arena[id].Inputs[0]] + "ᵀ" : names[id];

    private static (string Text, int Precedence) Infix(BinaryKind kind, Func<int, int, string> operand) => kind switch
    {
        BinaryKind.Add => ($"{operand(0, Sum)} + {operand(1, Sum)}", Sum),
        BinaryKind.Subtract => ($"{operand(0, Sum)} − {operand(1, Product)}", Sum),
        BinaryKind.Multiply => ($"{operand(0, Product)} * {operand(1, Product)}", Product),
        BinaryKind.Divide => ($"{operand(0, Product)} / {operand(1, Atom)}", Product),
        BinaryKind.Greater => ($"{operand(0, Sum)} > {operand(1, Sum)}", 0),
        BinaryKind.GreaterOrEqual => ($"{operand(0, Sum)} ≥ {operand(1, Sum)}", 0),
        BinaryKind.Equal => ($"{operand(0, Sum)} = {operand(1, Sum)}", 0),
        _ => ($"{kind.ToString().ToLowerInvariant()}({operand(0, 0)}, {operand(1, 0)})", Atom),
    };

    private static string Name(UnaryKind kind) => kind.ToString().ToLowerInvariant();

    private static string Axis(Reduce r) => r.Along == Along.Last ? "columns" : "rows";
}
