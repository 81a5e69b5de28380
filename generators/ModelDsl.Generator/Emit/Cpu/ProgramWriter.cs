using System.Globalization;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>The kernels' file: each program as a list of calls, each kernel once however many programs and places call it.</summary>
internal static class ProgramWriter
{
    public static string Write(KernelCatalog kernels)
    {
        TypeIdentity type = kernels.Plan.Graph.Source.Model.Declaration.Type;
        var operands = new OperandTable();
        return CpuEmitter.File(
            type, _ => { }, "",
            w => Programs(w, kernels, operands, QualifiedHolderName(type)),
            w => Kernels(w, kernels, operands, HolderName(type)));
    }

    /// <summary>The file-local class of the kernels; the model's own class keeps its members to itself.</summary>
    private static string HolderName(TypeIdentity type) => type.Name + "Kernels";

    /// <summary>From inside the model's class, whose members, and those of the classes around it, may have the holder's name.</summary>
    private static string QualifiedHolderName(TypeIdentity type) => $"global::{(type.Namespace.Length > 0 ? type.Namespace + "." : "")}{HolderName(type)}";

    private static void Programs(CodeWriter writer, KernelCatalog kernels, OperandTable operands, string holder)
    {
        string model = $"{RuntimeNames.IModel}<{kernels.Plan.Graph.Source.Model.Declaration.Type.Identifier}, {kernels.Scalar.Name}>";
        bool first = true;
        foreach ((string method, int program, Func<Kernel, bool> which) in Methods(kernels.Plan))
        {
            if (!first) writer.Line();
            first = false;
            using IDisposable body = writer.Block($"static void {model}.{method}<V>({RuntimeNames.Workspace}<{kernels.Scalar.Name}> s)");
            Kernel[] calls = [.. kernels.Plan.Programs[program].Program.Kernels.Where(which)];
            if (KernelSource.Locals(calls.Select(kernels.Method).Distinct().SelectMany(m => m.Work.Symbols).Distinct(), kernels.Sizes) is { Length: > 0 } locals) writer.Line(locals);
            foreach ((Kernel[] some, bool areBlocks) in Apart(kernels, calls))
            {
                if (areBlocks) writer.Line($"s.Run({holder}.{BlocksName(kernels, some)}<V>, {Text(some.Aggregate(default(Operations), (sum, k) => sum + kernels.Method(k).Work))});");
                else Calls(writer, kernels, operands, holder, some, program);
            }
        }
    }

    /// <summary>Runs of kernels that run in blocks, and those between them. A kernel that several calls share finds its operands by a call.</summary>
    private static IEnumerable<(Kernel[] Kernels, bool AreBlocks)> Apart(KernelCatalog kernels, Kernel[] calls)
    {
        int from = 0;
        foreach ((int start, int count) in Blocks.Of(kernels.Plan.Graph.Source.Arena, calls))
        {
            Kernel[] run = [.. calls.Skip(start).Take(count)];
            if (run.Any(k => kernels.Method(k).Operands is not null)) continue;
            if (start > from) yield return ([.. calls.Skip(from).Take(start - from)], false);
            yield return (run, true);
            from = start + count;
        }

        if (from < calls.Length) yield return ([.. calls.Skip(from)], false);
    }

    /// <summary>Forward_04_to_06.</summary>
    private static string BlocksName(KernelCatalog kernels, Kernel[] run)
    {
        string first = kernels.Method(run[0]).Name, last = kernels.Method(run[run.Length - 1]).Name;
        return $"{first}_to_{last}";
    }

    private static void WriteBlocks(CodeWriter writer, KernelCatalog kernels)
    {
        HashSet<string> written = [];
        foreach ((_, int program, Func<Kernel, bool> which) in Methods(kernels.Plan))
            foreach ((Kernel[] run, bool areBlocks) in Apart(kernels, [.. kernels.Plan.Programs[program].Program.Kernels.Where(which)]))
            {
                if (!areBlocks || !written.Add(BlocksName(kernels, run))) continue;
                Dim rows = run.First(k => k.Kind == KernelKind.Map).Rows;
                string most = Number(Blocks.RowsOf(kernels.Plan.Graph.Source.Arena, run));
                writer.Line();
                writer.Line("/// <summary>In blocks of rows: what one hands on to the next stays in the cache.</summary>");
                writer.Line(RuntimeNames.Optimize);
                using IDisposable body = writer.Block($"public static void {BlocksName(kernels, run)}<V>({RuntimeNames.Workspace}<{kernels.Scalar.Name}> s, {RuntimeNames.Part} part) where V : struct, {RuntimeNames.ILanes}<V, {kernels.Scalar.Name}>");
                if (KernelSource.Locals(rows.Symbols, kernels.Sizes) is { Length: > 0 } locals) writer.Line(locals);
                writer.Line($"(int start, int end) = part.Of({KernelSource.Text(rows)}, 8);");
                using IDisposable loop = writer.Block($"for (int row = start; row < end; row += {most})");
                writer.Line($"{RuntimeNames.Part} block = {RuntimeNames.Part}.Rows(row, global::System.Math.Min(row + {most}, end));");
                foreach (Kernel kernel in run) writer.Line($"{kernels.Method(kernel).Name}<V>(s, block);");
            }
    }

    /// <summary>A call for each kernel; where a stack of equal layers repeats the same calls, a loop over their operands.</summary>
    private static void Calls(CodeWriter writer, KernelCatalog kernels, OperandTable operands, string holder, Kernel[] calls, int program)
    {
        foreach (Repeat part in Repeats.Find([.. calls.Select(k => kernels.Method(k).Name)]))
        {
            Kernel[] round = [.. calls.Skip(part.Start).Take(part.Period)];
            if (part.Count == 1 && kernels.Method(round[0]).Operands is null)
            {
                writer.Line(Call(round[0], ""));
                continue;
            }

            int[][] rows = [.. Enumerable.Range(0, part.Count).Select(i => Row(part.Start + i * part.Period, part.Period))];
            int offset = operands.Add(rows);
            if (part.Count == 1)
            {
                writer.Line(Call(round[0], ", " + Number(offset)));
                continue;
            }

            using IDisposable loop = writer.Block($"for (int at = {Number(offset)}; at < {Number(offset + part.Count * rows[0].Length)}; at += {Number(rows[0].Length)})");
            int taken = 0;
            for (int i = 0; i < round.Length; i++)
            {
                writer.Line(Call(round[i], taken == 0 ? ", at" : ", at + " + Number(taken)));
                taken += kernels.Operands(round[i], program).Count();
            }
        }

        int[] Row(int start, int count) => [.. calls.Skip(start).Take(count).SelectMany(k => kernels.Operands(k, program))];

        string Call(Kernel kernel, string at) => $"s.Run({holder}.{kernels.Method(kernel).Name}<V>, {Text(kernels.Method(kernel).Work)}{at});";
    }

    private static IEnumerable<(string Method, int Program, Func<Kernel, bool> Which)> Methods(ExecutionPlan plan)
    {
        for (int i = 0; i < plan.Programs.Count; i++)
        {
            ProgramNames names = ProgramNames.Of(plan.Programs[i].Program.Kind);
            yield return (names.Method, i, k => names.Backward is null || k.IsForward);
            if (names.Backward is { } backward) yield return (backward, i, k => !k.IsForward);
        }
    }

    private static void Kernels(CodeWriter writer, KernelCatalog kernels, OperandTable operands, string holder)
    {
        writer.Line();
        string symbols = string.Join(" and ", kernels.Sizes.Symbols.Select(s => s.Name));
        writer.Line($"/// <summary>One method for each kernel. B is the batch{(symbols.Length == 0 ? "" : $", {symbols} what it chooses")}; V is a vector of as many scalars as the processor takes at once.</summary>");
        using IDisposable block = writer.Block($"file static class {holder}");
        using (writer.Block("private static class Buffers"))
        {
            for (int i = 0; i < kernels.Buffers.Count; i++)
                writer.Line($"public const int {ValueNames.Pascal(kernels.Names[kernels.Buffers[i]])} = {Number(i)};");
        }

        operands.Write(writer);
        foreach (KernelSource method in kernels.Methods) KernelWriter.Write(writer, method, kernels.Sizes);
        WriteBlocks(writer, kernels);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(Operations o) => o.Terms.Count == 0 ? "0"
        : string.Join(" + ", o.Terms.Select(t => Literals.Integer(t.Count) + (t.Unit.IsOne ? "" : "L * " + KernelSource.Text(t.Unit))));
}

/// <summary>The operands of all calls of shared kernels. Programs whose calls bring the same have them once.</summary>
internal sealed class OperandTable
{
    private readonly List<int[]> _rows = [];
    private readonly Dictionary<EquatableArray<int>, int> _offsets = [];
    private int _length;

    /// <summary>Where the rows begin, one after the other.</summary>
    public int Add(int[][] rows)
    {
        EquatableArray<int> all = rows.SelectMany(r => r).ToEquatableArray();
        if (_offsets.TryGetValue(all, out int offset)) return offset;
        _offsets.Add(all, _length);
        _rows.AddRange(rows);
        _length += all.Count;
        return _length - all.Count;
    }

    public void Write(CodeWriter writer)
    {
        if (_length == 0) return;
        writer.Line();
        writer.Line("/// <summary>What calls bring to kernels that several share: a row for each call, or for each round of a loop of calls.</summary>");
        writer.Line("/// <remarks>Addresses, as the workspace's Memory reads them: an offset, a multiple of 16, plus the number of its region; and dropout's streams.</remarks>");
        writer.Line($"private static {RuntimeNames.ReadOnlySpan}<int> Operands =>");
        using (writer.List(";"))
            foreach (int[] row in _rows) writer.Line(string.Join(", ", row.Select(n => n.ToString(CultureInfo.InvariantCulture))) + ",");
    }
}
