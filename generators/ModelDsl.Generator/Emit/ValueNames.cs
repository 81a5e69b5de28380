using System.Globalization;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;

namespace ModelDsl.Generator.Emit;

/// <summary>What values are called in generated code: the declaration's names where they have one, made unique; else t and their id.</summary>
internal sealed class ValueNames
{
    /// <summary>C#'s reserved words, which users may write with an @ before them.</summary>
    private static readonly HashSet<string> Reserved = [.. (
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach goto if "
        + "implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc "
        + "static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' ')];

    private readonly Dictionary<NodeId, string> _names = [];

    public ValueNames(ExecutionPlan plan)
    {
        GraphArena arena = plan.Graph.Source.Arena;

        // No word of the kernels' own; unique as constants too: layerNorm2_2 and layerNorm22 are both LayerNorm22
        HashSet<string> taken =
        [
            "S", "V", "Part", "Operands", "At", "Row", "Column", "Start", "End", "I", "Sum", "Epilogue", "FirstRow", "A", "B", "Matrix", "Outer", "From", "To", "Into", "Dividend", "FirstSample", "EndSample", "Sums", Dim.SeenSymbol, .. plan.Graph.Source.Model.Symbols.Select(s => s.Name),
        ];
        foreach (NodeId id in arena.Ids)
        {
            string given = arena.Names.TryGetValue(id, out string? chosen) ? chosen : "t" + id.Index.ToString(CultureInfo.InvariantCulture);
            string name = given;
            for (int n = 2; Reserved.Contains(name) || !taken.Add(Pascal(name)); n++) name = $"{given}_{n.ToString(CultureInfo.InvariantCulture)}";
            _names.Add(id, name);
        }
    }

    public string this[NodeId id] => _names[id];

    /// <summary>dense1_weight as DenseWeight: for methods and constants.</summary>
    public static string Pascal(string name)
    {
        var letters = new char[name.Length];
        int count = 0;
        for (int i = 0; i < name.Length; i++)
            if (name[i] != '_') letters[count++] = i == 0 || name[i - 1] == '_' ? char.ToUpperInvariant(name[i]) : name[i];
        return new string(letters, 0, count);
    }
}
