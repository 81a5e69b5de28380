using System.Globalization;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;

namespace ModelDsl.Generator.Emit;

/// <summary>What values are called in generated code: the declaration's names where they have one, made unique; else t and their id.</summary>
internal sealed class ValueNames
{
    private readonly Dictionary<NodeId, string> _names = [];

    public ValueNames(ExecutionPlan plan)
    {
        GraphArena arena = plan.Graph.Source.Arena;
        HashSet<string> taken = ["s", "part", "row", "column", "start", "end", "i", "sum", "epilogue"];
        foreach (NodeId id in arena.Ids)
        {
            string name = arena.Names.TryGetValue(id, out string? given) ? given : "t" + id.Index.ToString(CultureInfo.InvariantCulture);
            for (int n = 2; !taken.Add(name); n++) name = $"{given}_{n}";
            _names.Add(id, name);
        }
    }

    public string this[NodeId id] => _names[id];

    /// <summary>dense1_weight as DenseWeight: for methods and constants.</summary>
    public static string Pascal(string name) =>
        string.Concat(name.Split('_').Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w.Substring(1)));
}
