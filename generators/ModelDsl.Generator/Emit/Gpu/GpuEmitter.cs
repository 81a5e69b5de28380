using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>
/// Stage 8 for a device: one file more, <c>Name.Gpu.model.g.cs</c>. It has the same kernels as the CPU's, of the same plan, as static methods generic over the device, and the programs as tables of launches.
/// </summary>
internal static class GpuEmitter
{
    /// <summary>What the memory of a device is.</summary>
    public const string Buffers = $"where F : struct, {DeviceNames.IBuffer}<F, float> where I : struct, {DeviceNames.IBuffer}<I, int>";

    private const string Device = $"where D : struct, {DeviceNames.IDevice} ";

    public static SourceFile Emit(ExecutionPlan plan)
    {
        TypeIdentity type = plan.Graph.Source.Model.Declaration.Type;
        var catalog = new KernelCatalog(plan, ScalarToken.Single);
        DeviceMethods methods = new(catalog);
        return new(type.HintName + GeneratedFiles.DeviceKernels + GeneratedFiles.Extension, CpuEmitter.File(
            type, _ => { }, "",
            w => w.Line($"static {DeviceNames.Code}? {RuntimeNames.IModel}<{type.Identifier}, float>.DeviceCode {{ get; }} = new global::{(type.Namespace.Length > 0 ? type.Namespace + "." : "")}{type.Name}DeviceCode();"),
            w => Code(w, type, methods)));
    }

    private static void Code(CodeWriter w, TypeIdentity type, DeviceMethods methods)
    {
        w.Line();
        w.Line("/// <summary>The kernels for a device, and the programs' launches. B is the batch.</summary>");
        using IDisposable block = w.Block($"file sealed class {type.Name}DeviceCode : {DeviceNames.Code}");
        w.Line("/// <inheritdoc/>");
        w.Line("public override global::System.Action<F, I, int>[] Kernels<D, F, I>() =>");
        using (w.List(";"))
            foreach (DeviceMethod m in methods.All) w.Line($"{m.Name}<D, F, I>,");
        w.Line();
        w.Line("/// <inheritdoc/>");
        w.Line($"public override long Groups(int kernel, {DeviceNames.Sizes} s) => kernel switch");
        using (w.Braces("};"))
        {
            for (int i = 0; i < methods.All.Count; i++) w.Line($"{DeviceKernel.Number(i)} => {methods.All[i].Groups},");
            w.Line("_ => throw new global::System.ArgumentOutOfRangeException(nameof(kernel)),");
        }

        if (methods.Products.Count > 0)
        {
            w.Line();
            w.Line("/// <inheritdoc/>");
            w.Line($"public override {DeviceNames.Product} Product(int kernel, {DeviceNames.Sizes} s) => kernel switch");
            using IDisposable products = w.Braces("};");
            foreach ((int kernel, string product) in methods.Products) w.Line($"{DeviceKernel.Number(kernel)} => {product},");
            w.Line("_ => default,");
        }

        w.Line();
        w.Line("/// <inheritdoc/>");
        w.Line($"public override {RuntimeNames.ReadOnlySpan}<int> Program({DeviceNames.Program} program) => program switch");
        using (w.Braces("};"))
        {
            foreach ((string name, IReadOnlyList<int[]> launches) in methods.Programs)
            {
                w.Line($"{DeviceNames.Program}.{name} =>");
                using (w.List())
                    foreach (int[] launch in launches) w.Line(string.Join(", ", launch.Select(DeviceKernel.Number)) + ",");
            }

            w.Line("_ => [],");
        }

        foreach (DeviceMethod m in methods.All) Method(w, m);
    }

    private static void Method(CodeWriter w, DeviceMethod method)
    {
        DeviceKernel kernel = method.Kernel;
        var formula = new FormulaWriter(kernel.Arena, kernel.Source.Names, kernel.Kernel);
        w.Line();
        w.Line("/// <summary>\n/// <code>\n" + string.Join("\n", formula.Lines().Select(l => "/// " + Sinks.Comment(l))) + "\n/// </code>\n/// </summary>");
        w.Line($"/// <remarks>{Sinks.Comment(formula.Shapes())}</remarks>");
        using (w.Block($"private static void {method.Name}<D, F, I>(F memory, I numbers, int at) {Device}{Buffers}"))
        {
            kernel.WriteFetches(w);
            method.Write(w, kernel);
        }

        if (method.IsRest) return;
        if (kernel.Kernel.Kind == KernelKind.Contraction) new ProductWriter(kernel, w).WriteStore();
        else if (kernel.Kernel.Kind == KernelKind.Map) LoopWriter.WriteElement(w, kernel);
    }
}

/// <summary>A kernel's method on a device, or one of several that are launched one after the other; or the rest of a product that a library makes.</summary>
internal sealed record DeviceMethod(string Name, DeviceKernel Kernel, string Groups, Action<CodeWriter, DeviceKernel> Write, bool IsRest = false);

/// <summary>All methods of a model, and the programs that launch them.</summary>
internal sealed class DeviceMethods
{
    private readonly List<DeviceMethod> _all = [];
    private readonly List<(int, string)> _products = [];

    public DeviceMethods(KernelCatalog catalog)
    {
        Dictionary<KernelSource, int[]> numbers = [];
        List<(string, IReadOnlyList<int[]>)> programs = [];
        for (int p = 0; p < catalog.Plan.Programs.Count; p++)
        {
            KernelProgram program = catalog.Plan.Programs[p].Program;
            if (program.Kind is ProgramKind.Decoding or ProgramKind.InputGradient) continue;
            ProgramNames names = ProgramNames.Of(program.Kind);
            programs.Add((names.Method, Launches(catalog, numbers, p, k => names.Backward is null || k.IsForward)));
            if (names.Backward is { } backward) programs.Add((backward, Launches(catalog, numbers, p, k => !k.IsForward)));
        }

        Programs = programs;
    }

    public IReadOnlyList<DeviceMethod> All => _all;

    /// <summary>The methods that a library's product may replace, and what it has to multiply.</summary>
    public IReadOnlyList<(int Method, string Product)> Products => _products;

    public IReadOnlyList<(string Name, IReadOnlyList<int[]> Launches)> Programs { get; }

    private List<int[]> Launches(KernelCatalog catalog, Dictionary<KernelSource, int[]> numbers, int program, Func<Kernel, bool> which)
    {
        List<int[]> launches = [];
        foreach (Kernel kernel in catalog.Plan.Programs[program].Program.Kernels.Where(which))
        {
            KernelSource source = catalog.Method(kernel);
            if (!numbers.TryGetValue(source, out int[]? methods)) numbers.Add(source, methods = Add(new DeviceKernel(source, catalog.OperandsOf(source.Kernel), catalog.Sizes)));
            DeviceKernel first = _all[methods[0]].Kernel;
            int[] operands = [.. catalog.OperandsOf(kernel).Addresses(catalog.Plan.Graph.Source.Arena, catalog.Places[program]), .. first.Batches.Select(id => Batch(first.Arena[id].Op))];
            launches.AddRange(methods.Select(m => (int[])[m, operands.Length, .. operands]));
        }

        return launches;
    }

    private static int Batch(Op op) => op is Input input ? (input.Index << 4) + Places.Input : (((Graph.Target)op).Index << 4) + Places.Target;

    private int[] Add(DeviceKernel kernel)
    {
        int first = _all.Count;
        _all.AddRange(Of(kernel));
        int[] launched = [.. Enumerable.Range(first, _all.Count - first)];
        if (kernel.Kernel.Kind != KernelKind.Contraction || !ProductWriter.IsOfMatrices(kernel)) return launched;
        bool isPlain = ProductWriter.IsPlain(kernel);
        _products.Add((first, ProductWriter.Description(kernel, isPlain ? -1 : _all.Count)));
        if (!isPlain) _all.Add(new(kernel.Name + "_Rest", kernel, $"{DeviceNames.Sizes}.Groups({kernel.OnHost(kernel.Kernel.Rows * kernel.Kernel.Columns)}, s.Lanes)", ProductWriter.WriteRest, IsRest: true));
        return launched;
    }

    private static DeviceMethod[] Of(DeviceKernel kernel)
    {
        DeviceMethod One(string groups, Action<CodeWriter, DeviceKernel> write) => new(kernel.Name, kernel, groups, write);
        return kernel.Kernel.Kind switch
        {
            KernelKind.Map => [One(LoopWriter.Groups(kernel), LoopWriter.Map)],
            KernelKind.Row or KernelKind.Column => [One(LoopWriter.Groups(kernel), LoopWriter.Sweep)],
            KernelKind.Contraction => [One(ProductWriter.Groups(kernel), (w, k) => new ProductWriter(k, w).Write())],
            KernelKind.Transpose => [One(MovementWriter.Groups(kernel), MovementWriter.Transpose)],
            KernelKind.Concat => [One(MovementWriter.Groups(kernel), MovementWriter.Concat)],
            KernelKind.Append => [One(MovementWriter.Groups(kernel), MovementWriter.Append)],
            KernelKind.Fold => [One(MovementWriter.Groups(kernel), MovementWriter.Fold)],
            KernelKind.Scatter =>
            [
                new(kernel.Name + "_Clear", kernel, $"{DeviceNames.Sizes}.Groups({kernel.OnHost(kernel.Arena[kernel.Kernel.Body[0]].Shape.Count)}, s.Lanes)", MovementWriter.Clear),
                One(MovementWriter.Groups(kernel), MovementWriter.Scatter),
            ],
            _ => throw new InvalidOperationException($"{kernel.Kernel.Kind} has no form for devices"),
        };
    }
}
