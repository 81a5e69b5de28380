using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Emit.Gpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Simplify;

namespace ModelDsl.Generator;

/// <summary>The generated files, or what stands in their way.</summary>
internal sealed record CompilationResult(IReadOnlyList<SourceFile> Files, IReadOnlyList<Problem> Problems);

/// <summary>Stages 2 to 8, in order.</summary>
internal static class ModelCompiler
{
    public static CompilationResult Compile(ModelDeclaration declaration, PassRunner runner)
    {
        LoweringResult lowered = Lowerer.Lower(declaration);

        // what cannot be run keeps its properties' halves: else the compiler's complaint about them would hide ours
        if (lowered.Graph is null) return new CompilationResult(declaration.Properties.Count > 0 ? CpuEmitter.EmitPart(declaration) : [], lowered.Problems);
        ExecutionPlan plan = Plan(lowered.Graph, runner);
        return new CompilationResult(runner.Run("emit", () => (SourceFile[])[.. CpuEmitter.Emit(plan), .. plan.Graph.Source.Model.Declaration.HasGpu ? [GpuEmitter.Emit(plan)] : Array.Empty<SourceFile>()], files => string.Concat(files.Select(f => f.Text))), lowered.Problems);
    }

    /// <summary>Stages 4 to 7.</summary>
    /// <param name="model">Lowered and typed.</param>
    /// <param name="runner">Verifies and prints between the passes.</param>
    /// <param name="merge">False: no fusion.</param>
    /// <param name="blockElements">What kernels that run in blocks may take of a cache.</param>
    public static ExecutionPlan Plan(ModelGraph model, PassRunner runner, bool merge = true, int blockElements = Blocks.MostElements)
    {
        runner.Run("lower", () => model, g => g.Print(), GraphVerifier.Verify);
        TrainingGraph graph = runner.Run("differentiate", () => Differentiator.Differentiate(model), g => g.Print(), GraphVerifier.Verify);
        graph = runner.Run("simplify", () => Simplifier.Simplify(graph), g => g.Print(), GraphVerifier.Verify);
        graph = runner.Run("decompose", () => Simplifier.Simplify(Decomposer.Decompose(graph)), g => g.Print(), GraphVerifier.Verify);
        KernelGraph kernels = runner.Run("fuse", () => Fuser.Fuse(graph, merge, blockElements), g => g.Print());
        return runner.Run("plan", () => MemoryPlanner.Plan(kernels), p => p.Print(), PlanVerifier.Verify);
    }
}
