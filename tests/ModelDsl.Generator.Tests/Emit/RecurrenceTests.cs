using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>What the steps of a recurrence are compiled to, however many they are.</summary>
public sealed class RecurrenceTests
{
    public static TheoryData<string> Layers => ["Rnn", "Gru", "Lstm"];

    /// <summary>Steps at both ends, whose values are kept or computed again as their neighbours happen to be, differ from the others: a few kernels more, not a few for each step.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void Steps_ShareTheirKernels(string layer)
    {
        int few = Methods(Plan(layer, 6)), many = Methods(Plan(layer, 24));
        Assert.InRange(few, 10, 40);
        Assert.InRange(many, few, few + 6);
    }

    /// <summary>A weight's gradient is one product of all steps, and nothing the size of all steps is made once for each.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void Work_GrowsAsTheSteps(string layer)
    {
        (ExecutionPlan few, ExecutionPlan many) = (Plan(layer, 8), Plan(layer, 32));
        KernelProgram training = many.Programs[0].Program;
        GraphArena arena = many.Graph.Source.Arena;

        // x·W, dense, and the gradients of W, U and dense; U and its transpose once a step, but for the first and the last
        Assert.Equal(5 + 2 * 31 + 1, training.Kernels.Count(k => k.Body.Any(id => arena[id].Op is MatMul)));
        Assert.InRange(Elements(many) / Elements(few), 3.5, 4.25);
    }

    /// <summary>What training stores of each sample.</summary>
    private static double Elements(ExecutionPlan plan) =>
        plan.Programs[0].Program.Kernels.SelectMany(k => k.Stores).Select(s => plan.Graph.Source.Arena[s.Value].Shape.Count).Where(n => !n.IsConstant).Sum(n => (double)n.Factor);

    private static int Methods(ExecutionPlan plan) => new KernelCatalog(plan, ScalarToken.Single).Methods.Count;

    private static ExecutionPlan Plan(string layer, int steps)
    {
        LayerDeclaration recurrent = layer switch { "Rnn" => Declare.Rnn(8), "Gru" => Declare.Gru(8), _ => Declare.Lstm(8) };
        ModelDeclaration declaration = Declare.Model("Steps", [steps, 3], Declare.Target(LossKind.Mse), recurrent, Declare.Dense(2));
        return ModelCompiler.Plan(Lowerer.Lower(declaration).Graph!, new PassRunner());
    }
}
