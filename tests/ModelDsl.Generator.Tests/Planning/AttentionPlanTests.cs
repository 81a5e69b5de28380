using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Tests.Support;
using static ModelDsl.Generator.Tests.Support.Declare;

namespace ModelDsl.Generator.Tests.Planning;

/// <summary>What attention keeps: a T×T matrix of probabilities for each head, and nothing else of that size for longer than its kernel's neighbours.</summary>
public sealed class AttentionPlanTests
{
    private const int Length = 24, Heads = 2;

    [Theory]
    [InlineData(2, true, false)]
    [InlineData(2, false, true)]
    [InlineData(1, true, true)]
    public void OneMatrixIsKept_TwoAreAlive(int keyValueHeads, bool causal, bool rotary)
    {
        ModelDeclaration declaration = Model("Kept", [Length, 8], Target(LossKind.Mse), Dense(8), Attention(Heads, keyValueHeads, causal: causal, rotary: rotary), Dense(3));
        ExecutionPlan plan = ModelCompiler.Plan(new Oracle(declaration).Model, new PassRunner());
        ProgramPlan training = plan.Programs.Single(p => p.Program.Kind == ProgramKind.Training);
        TestContext.Current.TestOutputHelper!.WriteLine(plan.Print());

        var matrices = training.Buffers.Where(b => b.Width == Heads * Length * Length).GroupBy(b => b.Offset).Select(g => g.ToArray()).ToArray();
        int lastForward = training.Program.Kernels.Count(k => k.IsForward) - 1;
        int kept = matrices.SelectMany(b => b).Count(b => b.First <= lastForward && b.Last > lastForward);
        Kernel scores = training.Program.Kernels.First(k => k.Kind == KernelKind.Contraction && k.Columns == Length);
        Assert.Equal(causal, scores.Body.Any(id => plan.Graph.Source.Arena[id].Op is Where));
        Assert.Equal(1, kept);
        Assert.Equal(2, matrices.Length);
    }

    /// <summary>Heads are turned while they are laid out, forward and backward: as many kernels as without.</summary>
    [Fact]
    public void RotaryHeads_AreTurnedInTheKernelsThatLayThemOut()
    {
        int plain = Kernels(false), turned = Kernels(true);
        const int tables = 2;
        Assert.Equal(plain + tables, turned);

        static int Kernels(bool rotary)
        {
            ModelDeclaration declaration = Model("Turned", [Length, 8], Target(LossKind.Mse), Dense(8), Attention(Heads, rotary: rotary), Dense(3));
            return ModelCompiler.Plan(new Oracle(declaration).Model, new PassRunner()).Programs.Single(p => p.Program.Kind == ProgramKind.Training).Program.Kernels.Count;
        }
    }
}
