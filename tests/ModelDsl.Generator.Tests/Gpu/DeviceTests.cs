using System.Globalization;
using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Emit;
using ModelDsl.Generator.Tests.Support;
using ModelDsl.Gpu;

namespace ModelDsl.Generator.Tests.Gpu;

/// <summary>Emitted kernels for a GPU on the simulator, against the interpreter in double: every op, the zoo, random models.</summary>
public sealed class DeviceTests
{
    /// <summary>Lanes in a group: fewer than a row's share, and as many as there may be.</summary>
    private static readonly int[] Lanes = [4, 16, 64, 256];

    /// <summary>Of the zoo, and of what is less than everything, every so many models: MODELDSL_DEVICE_EVERY=1 takes all.</summary>
    private static readonly int Every = Setting("MODELDSL_DEVICE_EVERY", 6);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gallery_IsTheInterpreter(bool fused)
    {
        ModelGraph[] all = [.. Gallery.All.Where((_, i) => fused || i % Every == 0).Select(OnDevice)];
        var models = GeneratedModels.Compile([], [.. all.Select(m => ModelCompiler.Plan(m, new PassRunner(), fused))]);
        var check = new DeviceComparison();
        foreach ((int i, ModelGraph graph) in all.Index())
            foreach (int batch in new[] { 1, 5 })
                check.Add(graph.Declaration.Type.Name, new Oracle(graph), batch, i, models[graph.Declaration.Type.Name], new SimulatedDevice(Lanes[(i + batch) % Lanes.Length]));
        check.Report(fused ? "every op on the simulator" : "every op, unfused, on the simulator");
    }

    [Fact]
    public void Zoo_IsTheInterpreter()
    {
        Specimen[] zoo = [.. Zoo.All.Where((_, i) => i % Every == 0)];
        var models = GeneratedModels.Compile([], [.. zoo.Select(s => Plan(s))]);
        var check = new DeviceComparison();
        foreach ((int i, Specimen s) in zoo.Index()) check.Add(s.ToString(), new Oracle(s.Declaration), s.Batch, i, models[s.Name], new SimulatedDevice(Lanes[i % Lanes.Length]));
        check.Report("the zoo on the simulator");
    }

    /// <summary>Where a library multiplies, a kernel of its own does the rest.</summary>
    [Fact]
    public void ProductsOfALibrary_AreTheInterpreter()
    {
        ModelGraph[] all = [.. Gallery.All.Select(OnDevice), .. Zoo.All.Where((_, i) => i % Every == 3 % Every).Select(s => Lowerer.Lower(s.Declaration with { HasGpu = true }).Graph!)];
        all = [.. all.Where(m => m.Arena.Ids.Any(id => m.Arena[id].Op is MatMul))];
        var models = GeneratedModels.Compile([], [.. all.Select(m => ModelCompiler.Plan(m, new PassRunner()))]);
        var check = new DeviceComparison();
        int products = 0;
        foreach ((int i, ModelGraph graph) in all.Index())
        {
            var device = new SimulatedDevice(Lanes[i % Lanes.Length], x => x);
            check.Add(graph.Declaration.Type.Name, new Oracle(graph), 3, i, models[graph.Declaration.Type.Name], device);
            products += device.Products;
        }

        check.Report("models on the simulator with a library's products");
        Assert.True(products > 3 * all.Length, $"{products} products by the library in {all.Length} models");
    }

    /// <summary>
    /// What rounding a product's operands to p bits does to losses, outputs and gradients. Each operand is off by 2⁻ᵖ at most, so a product by 2¹⁻ᵖ of the sum of its terms' magnitudes; networks of a few layers gather
    /// some of those.
    /// </summary>
    [Fact]
    public void RoundedProducts_AreAsCloseAsTheirBits()
    {
        ModelGraph[] all = [.. Zoo.All.Where((_, i) => i % (2 * Every) == 1).Select(s => Lowerer.Lower(s.Declaration with { HasGpu = true }).Graph!).Where(m => m.Arena.Ids.Any(id => m.Arena[id].Op is MatMul))];
        var models = GeneratedModels.Compile([], [.. all.Select(m => ModelCompiler.Plan(m, new PassRunner()))]);
        foreach (int bits in new[] { 11, 8 })
        {
            (double worst, double total, int count) = (0, 0, 0);
            foreach ((int i, ModelGraph graph) in all.Index())
            {
                var oracle = new Oracle(graph);
                if (oracle.Draw(3, i) is not { } feed) continue;
                Outcome expected = oracle.Run(feed), actual = models[graph.Declaration.Type.Name].Run(feed, 1, device: new SimulatedDevice(64, x => Rounded(x, bits)));
                double error = expected.Names.Max(n => expected[n].Zip(actual[n], (a, b) => Math.Abs(a - b)).Max() / Math.Max(1, expected[n].Max(Math.Abs)));
                (worst, total, count) = (Math.Max(worst, error), total + error, count + 1);
            }

            Console.WriteLine($"products of operands of {bits} bits: {count} models, worst error {worst:E1} of the largest element or 1, {total / count:E1} on average");
            Assert.True(count > 5 && worst > Math.Pow(2, -bits - 4), "nothing was rounded");
            Assert.True(total / count < 4 * Math.Pow(2, 1 - bits));
        }
    }

    /// <summary>To so many significant bits, halves to even.</summary>
    private static float Rounded(float x, int bits)
    {
        int shift = 24 - bits;
        uint word = BitConverter.SingleToUInt32Bits(x);
        word += (1u << (shift - 1)) - 1 + ((word >> shift) & 1);
        return BitConverter.UInt32BitsToSingle(word >> shift << shift);
    }

    /// <summary>MODELDSL_RANDOM_MODELS=N takes N models, MODELDSL_SEED=S other ones.</summary>
    [Fact]
    public void RandomModels_AreTheInterpreter()
    {
        int count = Setting("MODELDSL_RANDOM_MODELS", 16), first = Setting("MODELDSL_SEED", 0);
        var check = new DeviceComparison();
        foreach (int[] numbers in Enumerable.Range(first, count).Chunk(60))
        {
            Specimen[] some = [.. numbers.Select(n => RandomModels.New(n))];
            var models = GeneratedModels.Compile([], [.. some.Select(s => Plan(s))]);
            foreach ((int i, Specimen s) in numbers.Zip(some)) check.Add($"MODELDSL_SEED={i}\n{s}", new Oracle(s.Declaration), s.Batch, i, models[s.Name], new SimulatedDevice(Lanes[i % Lanes.Length]));
        }

        check.Report("random models on the simulator");
    }

    /// <summary>
    /// The models of the examples, whose half alone is compiled: those of one output that leave no size to a batch. The GPT reads 16 characters instead of 64, through the same
    /// kernels: the interpreter would take a minute (MODELDSL_DEVICE_EVERY=1 takes it).
    /// </summary>
    [Fact]
    public void Examples_AreTheInterpreter() => CompareExamples("the examples' models on the simulator", 1, () => new SimulatedDevice(256));

    /// <summary>Every so many of them on a device.</summary>
    internal static void CompareExamples(string what, int every, Func<ComputeDevice> device)
    {
        ModelDeclaration[] examples = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "examples")).Order(StringComparer.Ordinal).SelectMany(Declared).Where((_, i) => i % every == 0)];
        var models = GeneratedModels.Compile([], [.. examples.Select(d => ModelCompiler.Plan(Lowerer.Lower(d).Graph!, new PassRunner()))]);
        var check = new DeviceComparison();
        foreach ((int i, ModelDeclaration d) in examples.Index())
        {
            var oracle = new Oracle(d);
            int batch = oracle.Model.Parameters.Sum(p => p.Length) > 50_000 ? 1 : 2;             // the interpreter takes its time for a GPT
            check.Add(d.Type.Name, oracle, batch, i, models[d.Type.Name], device());
        }

        check.Report(what);
    }

    private static IEnumerable<ModelDeclaration> Declared(string folder)
    {
        bool isShort = Every > 1 && Path.GetFileName(folder) == "04-CharGpt";
        var project = CompilerHost.Project(Directory.GetFiles(folder, "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText)
            .Select(text => isShort ? text.Replace("[Input(64,", "[Input(16,").Replace("[PositionEmbedding(64)]", "[PositionEmbedding(16)]") : text));
        foreach (INamedTypeSymbol type in project.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>().Where(t => DeclarationReader.Has(t, DeclarationReader.Attribute)))
        {
            ModelDeclaration? read = DeclarationReader.Read(type, project, TestContext.Current.CancellationToken).Declaration;
            if (read?.Target is null || read.IsDouble || read.Outputs.Count > 1 || read.Inputs.Any(i => i.Shape.Any(s => s.Symbol is not null))) continue;
            string name = Path.GetFileName(folder).TrimStart([.. "0123456789-"]) + type.Name;
            yield return read with { HasGpu = true, IsExported = false, HasDecoder = false, Properties = EquatableArray<string>.Empty, Type = Declare.Type(name) };
        }
    }

    /// <summary>Kernels of the gallery and the zoo, and those of the optimizers: nothing that ILGPU rejects, or takes for something else.</summary>
    [Fact]
    public void Kernels_KeepTheRules()
    {
        ExecutionPlan[] plans = [.. Gallery.All.Where((_, i) => i % Every == 0).Select(OnDevice).Select(m => ModelCompiler.Plan(m, new PassRunner())), .. Zoo.All.Where((_, i) => i % (2 * Every) == 0).Select(Plan)];
        (CompiledModel[] models, Compilation compilation) = GeneratedModels.OnDevice(plans);
        int kernels = 0;
        List<string> faults = [];
        foreach (DeviceCode code in models.Select(m => m.DeviceCode!))
            foreach (Delegate kernel in code.Kernels<Simulated, SimulatedBuffer<float>, SimulatedBuffer<int>>())
            {
                kernels++;
                faults.AddRange(RuleChecker.Faults(kernel.Method));
            }

        foreach (string update in new[] { "Descent", "Velocity", "Adam" })
            faults.AddRange(RuleChecker.Faults(typeof(DeviceUpdates).GetMethod(update)!.MakeGenericMethod(typeof(Simulated), typeof(SimulatedBuffer<float>), typeof(SimulatedBuffer<int>))));
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(t => t.FilePath.Contains(".Gpu.", StringComparison.Ordinal))) faults.AddRange(RuleChecker.Faults(compilation.GetSemanticModel(tree)));
        Assert.True(faults.Count == 0, $"{faults.Count} faults\n" + string.Join('\n', faults.Distinct().Take(20)));
        Console.WriteLine($"rules for devices: {kernels} kernels, 0 faults");
    }

    private static ExecutionPlan Plan(Specimen s) => ModelCompiler.Plan(Lowerer.Lower(s.Declaration with { HasGpu = true }).Graph!, new PassRunner());

    private static ModelGraph OnDevice(ModelGraph model) => model with { Declaration = model.Declaration with { IsDouble = false, HasGpu = true } };

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
