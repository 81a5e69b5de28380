using System.Globalization;
using System.Text;
using ModelDsl.Data;

namespace ModelDsl.Checkpoints;

/// <summary>
/// Finds a model's tensors among those of a PyTorch module. Files list tensors by name, not in the module's order, so that only names and shapes tell: names that are given; else equal names, where all
/// are; else the tensors of a layer together have the shapes of one module, or of several whose names differ in their numbers only.
/// </summary>
internal sealed class TorchNames
{
    private readonly ModelInfo _info;
    private readonly Dictionary<(string Module, string Role), StoredTensor> _left = [];
    private readonly TorchTensor[] _tensors;
    private readonly string?[] _found;

    private TorchNames(ModelInfo info, TorchTensor[] tensors, StoredTensor[] stored)
    {
        (_info, _tensors, _found) = (info, tensors, new string?[tensors.Length]);
        foreach (StoredTensor t in stored)
        {
            (string module, string role) = Split(t.Name);
            if (role == "num_batches_tracked") continue;
            if (!_left.TryAdd((module, role), t)) throw new ModelFormatException($"tensor {FileText.Quote(t.Name)} is there twice, under another name");
        }
    }

    /// <summary>The name of each tensor in the file, whose tensors are the model's.</summary>
    public static string[] Find(ModelInfo info, TorchTensor[] tensors, StoredTensor[] stored, IReadOnlyDictionary<string, string> names)
    {
        var search = new TorchNames(info, tensors, stored);
        search.TakeGiven(names);
        search.TakeEqual();
        search.TakeAlike();
        search.RequireAll();
        return search._found!;
    }

    /// <summary>Module and place in it. Recurrent layers of PyTorch number their levels: of <c>lstm.weight_ih_l1</c>, <c>weight_ih</c> of <c>lstm.l1</c>; the first has no number.</summary>
    public static (string Module, string Role) Split(string name)
    {
        int dot = name.LastIndexOf('.');
        (string module, string role) = (name[..Math.Max(0, dot)], name[(dot + 1)..]);
        int level = role.IndexOf("h_l", StringComparison.Ordinal) + 1;
        if (level == 0 || !(role.StartsWith("weight_", StringComparison.Ordinal) || role.StartsWith("bias_", StringComparison.Ordinal))) return (module, role);
        int end = level + 2;
        while (end < role.Length && char.IsAsciiDigit(role[end])) end++;
        string number = role[(level + 2)..end];
        return number.Length == 0 ? (module, role) : (number == "0" ? module : $"{module}.l{number}", role[..level] + role[end..]);
    }

    private void TakeGiven(IReadOnlyDictionary<string, string> names)
    {
        var unused = names.Keys.ToHashSet();
        for (int i = 0; i < _tensors.Length; i++)
        {
            string name = _tensors[i].Ours.Name;
            (string module, string role) = Split(name);
            string[] keys = [.. names.Keys.Where(k => k == name || k == module || module.StartsWith(k + ".", StringComparison.Ordinal)).OrderByDescending(k => k.Length)];
            unused.ExceptWith(keys);
            if (keys.Length == 0) continue;
            string theirs = names[keys[0]];
            Take(i, keys[0] == name ? Split(theirs) : ((theirs + module[keys[0].Length..]).TrimStart('.'), role));
        }
        if (unused.Count > 0)
            throw new ArgumentException($"{_info.Name} has no layer or tensor {FileText.List(unused)}; it has {FileText.List([.. _tensors.Select(t => t.Ours.Name)])}.", nameof(names));
    }

    private void TakeEqual()
    {
        (string, string)[] ours = [.. Open().Select(i => Split(_tensors[i].Ours.Name))];
        if (!_left.Keys.ToHashSet().SetEquals(ours)) return;
        foreach (int i in Open()) Take(i, Split(_tensors[i].Ours.Name));
    }

    private void TakeAlike()
    {
        var theirs = _left.GroupBy(t => t.Key.Module).ToLookup(m => Form(m.Select(t => (t.Key.Role, t.Value.Shape))), m => m.Key);
        var ours = Open().GroupBy(i => Split(_tensors[i].Ours.Name).Module).ToLookup(m => Form(m.Select(i => (Split(_tensors[i].Ours.Name).Role, Shape(i)))), m => m.Key);
        foreach (IGrouping<string, string> form in ours)
        {
            string[] wanted = [.. form], given = [.. theirs[form.Key]];
            if (wanted.Length != given.Length) continue;
            if (wanted.Length > 1)
            {
                if (wanted.Select(Pattern).Distinct().Count() > 1 || given.Select(Pattern).Distinct().Count() > 1)
                    throw new ModelFormatException($"{FileText.List(given)} have the same shapes as each other, as have {FileText.List(wanted)} of model {_info.Name}: pass names that tell which is which, [\"{wanted[0]}\"] = \"…\"");
                Array.Sort(wanted, ByNumbers);
                Array.Sort(given, ByNumbers);
            }
            foreach (int i in Open())
            {
                (string module, string role) = Split(_tensors[i].Ours.Name);
                if (Array.IndexOf(wanted, module) is >= 0 and var place) Take(i, (given[place], role));
            }
        }
    }

    private void RequireAll()
    {
        string[] missing = [.. Open().Select(i => $"{_tensors[i].Ours.Name} ({SafeTensorsReader.Sizes(Shape(i))})")], left = [.. _left.Values.Select(t => $"{t.Name} ({SafeTensorsReader.Sizes(t.Shape)})")];
        if (missing.Length + left.Length == 0) return;
        throw new ModelFormatException($"the tensors are not those of model {_info.Name}" + (missing.Length > 0 ? $"; not found, in PyTorch's order of axes: {FileText.List(missing)}" : "")
            + (left.Length > 0 ? $"; left in the file: {FileText.List(left)}" : "") + ". If they belong together, pass names");
    }

    private IEnumerable<int> Open() => Enumerable.Range(0, _found.Length).Where(i => _found[i] is null).ToArray();

    private long[] Shape(int i) => Array.ConvertAll(_tensors[i].Shape, n => (long)n);

    private void Take(int i, (string Module, string Role) key)
    {
        string ours = _tensors[i].Ours.Name;
        if (!_left.Remove(key, out StoredTensor? stored))
            throw new ModelFormatException($"'{ours}' is to be {FileText.Quote($"{key.Module}.{key.Role}".TrimStart('.'))}, which is not in the file, or is another's already; it has {FileText.List([.. _left.Values.Select(t => t.Name)])}");
        if (!stored.Shape.SequenceEqual(Shape(i)))
            throw new ModelFormatException($"tensor {FileText.Quote(stored.Name)} has shape ({SafeTensorsReader.Sizes(stored.Shape)}) in the file; '{ours}' has ({string.Join(", ", _tensors[i].Ours.Shape)}) in the model, which is ({SafeTensorsReader.Sizes(Shape(i))}) in PyTorch");
        if (stored.Type is not ("F64" or "F32" or "F16" or "BF16")) throw new ModelFormatException($"tensor {FileText.Quote(stored.Name)} is {FileText.Quote(stored.Type)}; parameters are F64, F32, F16 or BF16");
        _found[i] = stored.Name;
    }

    /// <summary>Equal for modules that may stand for each other.</summary>
    private static string Form(IEnumerable<(string Role, long[] Shape)> tensors) =>
        string.Join("; ", tensors.OrderBy(t => t.Role, StringComparer.Ordinal).Select(t => $"{t.Role} {string.Join(",", t.Shape)}"));

    /// <summary>A name with # for each of its numbers.</summary>
    private static string Pattern(string name)
    {
        var pattern = new StringBuilder();
        foreach (char c in name)
            if (!char.IsAsciiDigit(c)) pattern.Append(c);
            else if (pattern.Length == 0 || pattern[^1] != '#') pattern.Append('#');
        return pattern.ToString();
    }

    /// <summary>The order of names of one pattern: that of their numbers, 2 before 10.</summary>
    private static int ByNumbers(string a, string b)
    {
        foreach ((double x, double y) in Numbers(a).Zip(Numbers(b)))
            if (x != y) return x.CompareTo(y);
        return string.CompareOrdinal(a, b);
    }

    private static IEnumerable<double> Numbers(string name) =>
        string.Concat(name.Select(c => char.IsAsciiDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => double.Parse(d, CultureInfo.InvariantCulture));
}
