using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Planning;

/// <summary>Plans of the zoo and of random models: verified, executed over memory that turns to NaN when it dies, and no larger than without sharing.</summary>
public sealed class PlanTests
{
    internal static IReadOnlyList<Specimen> Models { get; } = [.. Zoo.All, .. RandomModels.Take(300)];

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Plan_ExecutedOverMemoryThatDies_IsTheInterpreter(bool merge, bool keeps)
    {
        var check = new Comparison();
        List<string> broken = [];
        foreach ((int i, Specimen s) in Models.Index().Where(m => merge || m.Index % 3 == 0))
        {
            var oracle = new Oracle(s.Declaration);
            try
            {
                ExecutionPlan plan = ModelCompiler.Plan(oracle.Model, new PassRunner(), merge);
                _ = Generator.Emit.Cpu.CpuEmitter.Emit(plan);
                check.Add(s.ToString(), oracle.Draw(s.Batch, i), f => PlanSimulator.Run(plan, f, keeps), oracle.Run, 1e-11);
            }
            catch (InvalidOperationException e)
            {
                broken.Add($"{s}\n{e}");
            }
        }

        Assert.True(broken.Count == 0, $"{broken.Count} broken\n\n" + string.Join("\n\n", broken.Take(4)));
        check.Report();
    }

    [Fact]
    public void Arena_IsNotLargerThanWithoutSharing()
    {
        (long shared, long unshared) = (0, 0);
        foreach (Specimen s in Models)
        {
            foreach (ProgramPlan program in ModelCompiler.Plan(new Oracle(s.Declaration).Model, new PassRunner()).Programs)
            {
                Assert.True(program.Regions.All(r => r.Length <= program.Unshared(r)), s.ToString());
                (shared, unshared) = (shared + program.PerRow, unshared + program.Unshared(program.Regions[1]));
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{Models.Count} models: arenas are {100.0 * shared / unshared:F0} % of their buffers");
    }
}
