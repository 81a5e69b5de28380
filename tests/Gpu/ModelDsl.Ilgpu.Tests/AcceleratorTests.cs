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

    /// <summary>No local memory, no function that a driver lacks, a barrier for each in the C#, shared memory and global memory told apart.</summary>
    [Fact]
    public void Kernels_CompileToCleanPtx()
    {
        ExecutionPlan[] plans = [.. Gallery.All.Select(OnDevice).Select(m => ModelCompiler.Plan(m, new PassRunner())), .. Zoo.All.Select(Plan)];
        plans = [.. plans.Where((_, i) => i % Every("MODELDSL_DEVICE_EVERY", 24) == 0)];
        (CompiledModel[] models, _) = GeneratedModels.OnDevice(plans);
        using Context context = Context.Create(b => b.Optimize(OptimizationLevel.O2).EnableAlgorithms());
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_80, null!);
        List<string> faults = [];
        (int kernels, int barriers) = (0, 0);
        foreach (CompiledModel model in models)
            foreach (Delegate kernel in model.DeviceCode!.Kernels<GpuLanes, GpuFloats, GpuIntegers>())
            {
                (kernels, barriers) = (kernels + 1, barriers + Barriers(kernel.Method));
                faults.AddRange(Faults(model.Info.Name, kernel.Method, backend));
            }

        Assert.True(faults.Count == 0, $"{faults.Count} faults in {kernels} kernels\n" + string.Join('\n', faults.Take(20)));
        Assert.True(barriers > kernels / 10);
        Console.WriteLine($"PTX of {kernels} kernels of {models.Length} models: no local memory, no external function, {barriers} barriers as written");
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
        int barriers = ptx.Split("bar.sync").Length - 1, written = Barriers(kernel);
        if (error is null && barriers != written) yield return $"{name} has {barriers} barriers, not {written}";
    }

    /// <summary>Calls of Barrier in the IL.</summary>
    private static int Barriers(MethodInfo kernel)
    {
        byte[] il = kernel.GetMethodBody()!.GetILAsByteArray()!;
        Type[] arguments = kernel.GetGenericMethodDefinition().GetGenericArguments();
        int count = 0;
        for (int i = 0; i + 4 < il.Length; i++)
        {
            // call <IDevice.Barrier>: the byte, then the token
            if (il[i] != 0x28) continue;
            int token = BitConverter.ToInt32(il, i + 1);
            if ((token >> 24) != 0x0A) continue;
            try
            {
                if (kernel.Module.ResolveMethod(token, [], arguments) is { Name: "Barrier" } m && m.DeclaringType == typeof(ModelDsl.Gpu.IDevice)) count++;
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
