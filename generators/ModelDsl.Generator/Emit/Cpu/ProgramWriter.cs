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
            Calls(writer, kernels, operands, holder, [.. Methods(kernels, calls)], program);
        }
    }

    /// <summary>What a program calls: a kernel's method, or one that runs several kernels in blocks.</summary>
    /// <param name="Name">The method.</param>
    /// <param name="Kernels">What it runs.</param>
    /// <param name="Run">Its blocks; null for a kernel.</param>
    private sealed record CalledMethod(string Name, Kernel[] Kernels, BlockRun? Run);

    private static IEnumerable<CalledMethod> Methods(KernelCatalog kernels, Kernel[] calls)
    {
        int next = 0;
        foreach (BlockRun run in Blocks.Of(kernels.Plan.Graph.Source.Arena, calls, kernels.Plan.Graph.BlockElements))
        {
            for (; next < run.Start; next++) yield return Single(calls[next]);
            Kernel[] some = [.. calls.Skip(run.Start).Take(run.Count)];
            yield return new CalledMethod(BlocksName(kernels, some), some, run);
            next = run.End;
        }

        for (; next < calls.Length; next++) yield return Single(calls[next]);

        CalledMethod Single(Kernel kernel) => new(kernels.Method(kernel).Name, [kernel], null);
    }

    /// <summary>Forward_04_05_06: the numbers of all kernels, so that different runs have different names.</summary>
    private static string BlocksName(KernelCatalog kernels, Kernel[] run)
    {
        string[][] names = [.. run.Select(k => kernels.Method(k).Name.Split(['_'], 3))];
        return string.Join("_", names.Select((name, i) => i > 0 && name[0] == names[i - 1][0] ? name[1] : name[0] + "_" + name[1]));
    }

    private static void WriteBlocks(CodeWriter writer, KernelCatalog kernels)
    {
        GraphArena arena = kernels.Plan.Graph.Source.Arena;
        HashSet<string> written = [];
        foreach ((_, int program, Func<Kernel, bool> which) in Methods(kernels.Plan))
            foreach (CalledMethod method in Methods(kernels, [.. kernels.Plan.Programs[program].Program.Kernels.Where(which)]))
            {
                if (method.Run is not { } run || !written.Add(method.Name)) continue;
                KernelSource[] sources = [.. method.Kernels.Select(kernels.Method)];
                Dim[] each = [.. sources.Select(s => Blocks.Each(arena, s.Kernel, run.Units)!.Value * (s.Form == Form.Flat ? s.Kernel.Columns : 1))];
                writer.Line();
                writer.Line($"/// <summary>{Sinks.Comment(string.Join(", ", sources.Select(s => s.Name)))} in blocks: what one hands on to the next stays in the cache.</summary>");
                writer.Line(RuntimeNames.Optimize);
                using IDisposable body = writer.Block($"public static void {method.Name}<V>({RuntimeNames.Workspace}<{kernels.Scalar.Name}> s, {RuntimeNames.Part} part) where V : struct, {RuntimeNames.ILanes}<V, {kernels.Scalar.Name}>");
                if (KernelSource.Locals([.. each.Append(run.Units).Append(run.Elements).SelectMany(d => d.Symbols).Distinct()], kernels.Sizes) is { Length: > 0 } locals) writer.Line(locals);
                (int grain, int budget) = (run.AreRows ? Blocks.RowGrain : 1, kernels.Plan.Graph.BlockElements);
                writer.Line($"(int start, int end) = part.Of({KernelSource.Text(run.Units)}{(run.AreRows ? ", 8" : "")});");
                writer.Line(run.Elements.IsConstant
                    ? $"const int most = {Number(Math.Max(grain, budget / run.Elements.Factor / grain * grain))};"
                    : $"int most = global::System.Math.Max(1, {Number(budget)} / {ViewWriter.Factor(run.Elements)});");
                using IDisposable loop = writer.Block("for (int first = start; first < end; first += most)");
                writer.Line("int next = global::System.Math.Min(first + most, end);");
                int taken = 0;
                for (int k = 0; k < sources.Length; k++)
                {
                    string at = sources[k].Operands is null ? "" : $", part.Operands{(taken == 0 ? "" : " + " + Number(taken))}";
                    writer.Line($"{sources[k].Name}<V>(s, {RuntimeNames.Part}.Rows({KernelSource.Times("first", each[k])}, {KernelSource.Times("next", each[k])}{at}));");
                    if (sources[k].Operands is not null) taken += kernels.Operands(method.Kernels[k], program).Count();
                }
            }
    }

    /// <summary>A call for each method; where a stack of equal layers repeats the same calls, a loop over their operands.</summary>
    private static void Calls(CodeWriter writer, KernelCatalog kernels, OperandTable operands, string holder, CalledMethod[] calls, int program)
    {
        foreach (Repeat part in Repeats.Find([.. calls.Select(c => c.Name)]))
        {
            CalledMethod[] round = [.. calls.Skip(part.Start).Take(part.Period)];
            int[][] rows = [.. Enumerable.Range(0, part.Count).Select(i => calls.Skip(part.Start + i * part.Period).Take(part.Period).SelectMany(Operands).ToArray())];
            if (part.Count == 1)
            {
                writer.Line(Call(round[0], rows[0].Length == 0 ? "" : ", " + Number(operands.Add(rows))));
                continue;
            }

            int offset = operands.Add(rows);
            using IDisposable loop = writer.Block($"for (int at = {Number(offset)}; at < {Number(offset + part.Count * rows[0].Length)}; at += {Number(rows[0].Length)})");
            int taken = 0;
            foreach (CalledMethod call in round)
            {
                writer.Line(Call(call, taken == 0 ? ", at" : ", at + " + Number(taken)));
                taken += Operands(call).Count();
            }
        }

        IEnumerable<int> Operands(CalledMethod call) => call.Kernels.Where(k => kernels.Method(k).Operands is not null).SelectMany(k => kernels.Operands(k, program));

        string Call(CalledMethod call, string at)
        {
            string work = Text(call.Kernels.Aggregate(default(Operations), (sum, k) => sum + kernels.Method(k).Work));
            return call.Run is null && kernels.Method(call.Kernels[0]).BatchSums is { } sums
                ? $"s.RunSums({holder}.{call.Name}<V>, {work}, {Text(Cost.Times(sums.Read, 1))}, {Number(sums.Sums)}{at});"
                : $"s.Run({holder}.{call.Name}<V>, {work}{at});";
        }
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
