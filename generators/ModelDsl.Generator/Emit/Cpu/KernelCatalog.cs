using System.Globalization;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>
/// The methods of a model's kernels. A kernel that is the only one of its signature fetches its tensors itself, under their names; kernels of equal
/// signatures are one method, named by the first, whose calls bring the operands.
/// </summary>
internal sealed class KernelCatalog
{
    private readonly Dictionary<Kernel, (KernelSource Method, KernelOperands Operands)> _methods = [];

    public KernelCatalog(ExecutionPlan plan, ScalarToken scalar)
    {
        GraphArena arena = plan.Graph.Source.Arena;
        (Plan, Scalar, Sizes) = (plan, scalar, new SizeTable(plan));
        var names = new ValueNames(plan);
        var multiplyAdds = new MultiplyAdds(plan);
        Places = [.. plan.Programs.Select(p => new Places(plan, p))];
        List<(Kernel Kernel, ProgramKind Program, int Number, Places Places, KernelSignature Signature, KernelOperands Operands)> kernels = [];
        HashSet<Kernel> seen = [];
        foreach ((ProgramPlan program, Places places) in plan.Programs.Zip(Places, (p, q) => (p, q)))
        {
            int number = 0;
            foreach (Kernel kernel in program.Program.Kernels)
            {
                number++;
                if (!seen.Add(kernel)) continue;
                (KernelSignature signature, KernelOperands operands) = KernelSignature.Of(arena, multiplyAdds, kernel);
                kernels.Add((kernel, program.Program.Kind, number, places, signature, operands));
            }
        }

        List<KernelSource> methods = [];
        foreach (var same in kernels.GroupBy(k => k.Signature))
        {
            var first = same.First();
            int places = same.Count();
            string name = Name(first.Program, first.Number, first.Kernel, names);
            var method = new KernelSource(plan, names, multiplyAdds, scalar, name, first.Kernel, first.Places, places > 1 ? first.Operands : null) { CallingPlaces = places };
            methods.Add(method);
            foreach (var kernel in same) _methods.Add(kernel.Kernel, (method, kernel.Operands));
        }

        HashSet<NodeId> named = [.. methods.Where(m => m.Operands is null).SelectMany(m => m.Kernel.Loads.Select(l => Values.Owner(arena, l)).Concat(m.Kernel.Stores.Select(s => s.Value)))];
        (Methods, Names, Buffers) = (methods, names, [.. plan.BufferIds.Where(id => named.Contains(id) || Places.Any(p => p.IsInSlot(id)))]);
        Dictionary<NodeId, int> slots = Buffers.Select((id, i) => (id, i)).ToDictionary(b => b.id, b => b.i);
        foreach (Places places in Places) places.Slots = id => slots[id];
    }

    public ExecutionPlan Plan { get; }

    public ScalarToken Scalar { get; }

    public SizeTable Sizes { get; }

    public ValueNames Names { get; }

    /// <summary>In the order of their first calls.</summary>
    public IReadOnlyList<KernelSource> Methods { get; }

    /// <summary>By the order of the plan's programs.</summary>
    public IReadOnlyList<Places> Places { get; }

    /// <summary>The values that methods fetch by the id of their buffer, in the order of these ids.</summary>
    public IReadOnlyList<NodeId> Buffers { get; }

    public KernelSource Method(Kernel kernel) => _methods[kernel].Method;

    public KernelOperands OperandsOf(Kernel kernel) => _methods[kernel].Operands;

    /// <summary>What a program's call of the kernel's method brings: its entries in the table of operands.</summary>
    public IEnumerable<int> Operands(Kernel kernel, int program) => _methods[kernel].Operands.Of(Plan.Graph.Source.Arena, Places[program]);

    /// <summary>Program, number, first stored values: Backward_07_DDense1Weight. Equal kernels of several programs are one method, named by the first.</summary>
    private static string Name(ProgramKind program, int number, Kernel kernel, ValueNames names)
    {
        ProgramNames of = ProgramNames.Of(program);
        string phase = kernel.IsForward ? of.Method : of.Backward ?? of.Method;
        string stored = string.Join("_", kernel.Stores.Select(s => s.Value).Distinct().Take(2).Select(v => ValueNames.Pascal(names[v])));
        return $"{phase}_{number.ToString("00", CultureInfo.InvariantCulture)}_{stored}";
    }
}
