using System.Reflection;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ModelDsl.Generator;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Tests.Emit;
using ModelDsl.Generator.Tests.Gpu;
using ModelDsl.Generator.Tests.Support;
using ModelDsl.Gpu;

namespace ModelDsl.Ilgpu.Tests;

/// <summary>Emitted kernels through ILGPU: on its emulation of a GPU against the interpreter; and compiled for one.</summary>
public sealed class AcceleratorTests
{
    /// <summary>Each lane is a thread of the processor there, which is slow.</summary>
    [Fact]
    public void Ops_AreTheInterpreter()
    {
        ModelGraph[] some = [.. Gallery.All.Where((_, i) => i % Every("MODELDSL_DEVICE_EVERY", 12) == 0).Select(OnDevice)];
        var models = GeneratedModels.Compile([], [.. some.Select(m => ModelCompiler.Plan(m, new PassRunner()))]);
        using var device = GpuDevice.Open(GpuKind.Emulated);
        var check = new DeviceComparison();
        foreach ((int i, ModelGraph graph) in some.Index()) check.Add(graph.Declaration.Type.Name, new Oracle(graph), 3, i, models[graph.Declaration.Type.Name], device);
        check.Report($"ops on {device.Name}");
    }

    [Fact]
    public void Layers_AreTheInterpreter()
    {
        Specimen[] some = [.. Zoo.All.Where((_, i) => i % Every("MODELDSL_DEVICE_EVERY", 24) == 0)];
        var models = GeneratedModels.Compile([], [.. some.Select(Plan)]);
        using var device = GpuDevice.Open(GpuKind.Emulated);
        var check = new DeviceComparison();
        foreach ((int i, Specimen s) in some.Index()) check.Add(s.ToString(), new Oracle(s.Declaration), s.Batch, i, models[s.Name], device);
        check.Report($"layers on {device.Name}");
    }

    [Fact]
    public void Examples_AreTheInterpreter()
    {
        using var device = GpuDevice.Open(GpuKind.Emulated);
        DeviceTests.CompareExamples($"the examples' models on {device.Name}", Every("MODELDSL_DEVICE_EVERY", 12), () => device);
    }

    /// <summary>No local memory, no function that a driver lacks, a barrier and an access of four elements for each in the C#, shared memory and global memory told apart.</summary>
    [Fact]
    public void Kernels_CompileToCleanPtx()
    {
        ExecutionPlan[] plans = [.. Gallery.All.Select(OnDevice).Select(m => ModelCompiler.Plan(m, new PassRunner())), .. Zoo.All.Select(Plan)];
        plans = [.. plans.Where((_, i) => i % Every("MODELDSL_DEVICE_EVERY", 24) == 0)];
        (CompiledModel[] models, _) = GeneratedModels.OnDevice(plans);
        using Context context = Context.Create(b => b.Optimize(OptimizationLevel.O2).EnableAlgorithms());
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_80, null!);
        List<string> faults = [];
        (int kernels, int barriers, int quads) = (0, 0, 0);
        var updates = typeof(DeviceUpdates).GetMethods().Where(m => m.IsStatic && m.IsGenericMethod).Select(m => ("Updates", m.MakeGenericMethod(typeof(GpuLanes), typeof(GpuFloats), typeof(GpuIntegers))));
        foreach ((string model, MethodInfo kernel) in models.SelectMany(m => m.DeviceCode!.Kernels<GpuLanes, GpuFloats, GpuIntegers>().Select(k => (m.Info.Name, k.Method))).Concat(updates))
        {
            (kernels, barriers, quads) = (kernels + 1, barriers + Barriers(kernel), quads + Calls(kernel, "Load4", "Store4"));
            faults.AddRange(Faults(model, kernel, backend));
        }

        Assert.True(faults.Count == 0, $"{faults.Count} faults in {kernels} kernels\n" + string.Join('\n', faults.Take(20)));
        Assert.True(barriers > kernels / 10 && quads > 3 + 5 + 7); // those of the updates, and some of the models'
        Console.WriteLine($"PTX of {kernels} kernels of {models.Length} models: no local memory, no external function, {barriers} barriers and {quads} accesses of four elements as written");
    }

    /// <summary>Row-major products as the library's, whose matrices lie column after column: by a product that is written as its documentation is.</summary>
    [Theory, InlineData(false, false), InlineData(false, true), InlineData(true, false), InlineData(true, true)]
    public void ColumnMajorProducts_AreTheRowMajorOnes(bool isLeftTurned, bool isRightTurned)
    {
        const int rows = 3, columns = 5, depth = 4;
        var random = new Random(1);
        float[] memory = [.. Enumerable.Range(0, 64).Select(_ => random.NextSingle())];
        var c = ColumnMajor.Of(new Multiplication(1, rows, columns, depth, 2, isLeftTurned, 20, isRightTurned, 0));
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
            {
                float expected = 0, actual = 0;
                for (int k = 0; k < depth; k++)
                {
                    expected += memory[2 + (isLeftTurned ? k * rows + i : i * depth + k)] * memory[20 + (isRightTurned ? j * depth + k : k * columns + j)];
                    actual += At(c.Left, c.LeftStride, c.IsLeftTurned, j, k) * At(c.Right, c.RightStride, c.IsRightTurned, k, i);
                }

                Assert.Equal(expected, actual); // element (j, i) of the library's result, columns of c.Rows, lies where (i, j) of the row-major one does
            }

        Assert.Equal((columns, rows, depth), (c.Rows, c.Columns, c.Depth));

        float At(int place, int stride, bool isTurned, int row, int column) => memory[place + (isTurned ? row * stride + column : column * stride + row)];
    }

    [Fact]
    public void PrecisionsThatADeviceLacks_AreRefused()
    {
        string message = Assert.Throws<NotSupportedException>(() => GpuDevice.Open(GpuKind.Emulated, precision: GpuPrecision.BFloat16)).Message;
        Assert.Contains("does not multiply in BFloat16: that takes an NVIDIA GPU of compute capability 8.0 or later", message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Faults(string model, MethodInfo kernel, PTXBackend backend)
    {
        string ptx, name = $"{model}.{kernel.Name}";
        string? error = null;
        try
        {
            ptx = ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), new KernelSpecialization(256, null))).PTXAssembly;
        }
        catch (Exception e)
        {
            (ptx, error) = ("", $"{name}: {e.GetType().Name} {e.Message} {e.InnerException?.Message}");
        }

        if (error is not null) yield return error;
        if (ptx.Contains(".local", StringComparison.Ordinal)) yield return $"{name} has local memory";
        if (ptx.Contains(".extern .func", StringComparison.Ordinal) || ptx.Contains("__ilgpu__nv", StringComparison.Ordinal)) yield return $"{name} calls what is not there";
        if (ptx.Contains("ld.f32", StringComparison.Ordinal) || ptx.Contains("st.f32", StringComparison.Ordinal)) yield return $"{name} has accesses that do not say which memory";
        int vectors = ptx.Split("ld.global.v4").Length + ptx.Split("st.global.v4").Length - 2, quads = Calls(kernel, "Load4", "Store4");
        if (error is null && vectors != quads) yield return $"{name} has {vectors} accesses of four elements, not {quads}";
        int barriers = ptx.Split("bar.sync").Length - 1, written = Barriers(kernel);
        if (error is null && barriers != written) yield return $"{name} has {barriers} barriers, not {written}";
    }

    /// <summary>Calls of Barrier in the IL.</summary>
    private static int Barriers(MethodInfo kernel) => Calls(kernel, nameof(ModelDsl.Gpu.IDevice.Barrier));

    /// <summary>Calls of a device's or a buffer's members in the IL.</summary>
    private static int Calls(MethodInfo kernel, params string[] names)
    {
        byte[] il = kernel.GetMethodBody()!.GetILAsByteArray()!;
        Type[] arguments = kernel.GetGenericMethodDefinition().GetGenericArguments();
        int count = 0;
        for (int i = 0; i + 4 < il.Length; i++)
        {
            // call or callvirt: the byte, then the token
            if (il[i] is not (0x28 or 0x6F)) continue;
            int token = BitConverter.ToInt32(il, i + 1);
            if ((token >> 24) != 0x0A) continue;
            try
            {
                if (kernel.Module.ResolveMethod(token, [], arguments) is { DeclaringType: { } of } m && names.Contains(m.Name) && (of == typeof(ModelDsl.Gpu.IDevice) || (of.IsGenericType && of.GetGenericTypeDefinition() == typeof(IBuffer<,>)))) count++;
            }
            catch (ArgumentException)
            {
                // a number that only looks like a call
            }
        }

        return count;
    }

    private static ExecutionPlan Plan(Specimen s) => ModelCompiler.Plan(Lowerer.Lower(s.Declaration with { HasGpu = true }).Graph!, new PassRunner());

    private static ModelGraph OnDevice(ModelGraph model) => model with { Declaration = model.Declaration with { IsDouble = false, HasGpu = true } };

    private static int Every(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int n) ? n : otherwise;
}
