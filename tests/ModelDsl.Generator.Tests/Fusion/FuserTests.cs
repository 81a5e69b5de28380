using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Tests.Support;
using static ModelDsl.Generator.Tests.Support.Declare;

namespace ModelDsl.Generator.Tests.Fusion;

/// <summary>What becomes one kernel, as formulas.</summary>
public sealed class FuserTests
{
    /// <summary>Product, bias and activation are one kernel; so are the loss's own elements and their gradient; the mask of a ReLU is applied in the product that reads it.</summary>
    [Fact]
    public void Perceptron() => Assert.Equal("""
        forward Contraction Bx8: dense1 = relu(input · dense1_weight + dense1_bias)
        forward Contraction Bx3: t13 = dense1 · dense2_weight + dense2_bias − target; t14 = t13²; d_dense2 = 2 * t13 * 1/3B
        forward Row Bx3: t15 = sum_columns(t14)
        forward Row 1xB: loss = sum_columns(t16) * 1/3B
        backward Column Bx3: d_dense2_bias = sum_rows(d_dense2)
        backward Contraction Bx8: d_dense1_sum = where(dense1 > 0, d_dense2 · dense2_weightᵀ, 0)
        backward Contraction 8x3: d_dense2_weight = dense1ᵀ · d_dense2
        backward Column Bx8: d_dense1_bias = sum_rows(d_dense1_sum)
        backward Contraction 4x8: d_dense1_weight = inputᵀ · d_dense1_sum
        """, Kernels(ProgramKind.Training, Target(LossKind.Mse), Dense(8, ActivationKind.Relu), Dense(3)));

    /// <summary>What is frozen has no gradient, and nothing flows back to what only frozen layers follow.</summary>
    [Fact]
    public void FrozenLayers_HaveNoBackwardKernels() => Assert.Equal("""
        forward Contraction Bx8: dense1 = relu(input · dense1_weight + dense1_bias)
        forward Contraction Bx3: t13 = dense1 · dense2_weight + dense2_bias − target; t14 = t13²; d_dense2 = 2 * t13 * 1/3B
        forward Row Bx3: t15 = sum_columns(t14)
        forward Row 1xB: loss = sum_columns(t16) * 1/3B
        backward Column Bx3: d_dense2_bias = sum_rows(d_dense2)
        backward Contraction 8x3: d_dense2_weight = dense1ᵀ · d_dense2
        """, Kernels(ProgramKind.Training, Target(LossKind.Mse), Dense(8, ActivationKind.Relu, frozen: true), Dense(3)));

    /// <summary>Cross-entropy and its gradient p − t are one pass over the logits.</summary>
    [Fact]
    public void Classifier() => Assert.Equal("""
        forward Contraction Bx3: dense1 = input · dense1_weight + dense1_bias
        forward Row Bx3: dense1_shifted = dense1 − max_columns(dense1); dense1_exp = exp(dense1_shifted); dense1_exp_sum = sum_columns(dense1_exp); losses = log(dense1_exp_sum) − sum_columns(onehot(target) * dense1_shifted); d_dense1 = 1/B * (dense1_exp / dense1_exp_sum − onehot(target))
        forward Row 1xB: loss = sum_columns(t18) * 1/B
        backward Column Bx3: d_dense1_bias = sum_rows(d_dense1)
        backward Contraction 4x3: d_dense1_weight = inputᵀ · d_dense1
        """, Kernels(ProgramKind.Training, Target(LossKind.SparseCrossEntropy), Dense(3)));

    /// <summary>Weights are one more factor in the same pass: as many kernels as without, and loss and gradient in one.</summary>
    [Fact]
    public void WeightedClassifier()
    {
        string[] kernels = Kernels(ProgramKind.Training, Target(LossKind.SparseCrossEntropy) with { Weighted = true }, Dense(3)).Split('\n');
        Assert.Equal(5, kernels.Length);
        Assert.Contains(kernels, k => k.StartsWith("forward Row Bx3", StringComparison.Ordinal) && k.Contains("losses = ", StringComparison.Ordinal) && k.Contains("d_dense1 = ", StringComparison.Ordinal));
    }

    [Fact]
    public void ClassifiersPrediction() => Assert.Equal("""
        forward Contraction Bx3: dense1 = input · dense1_weight + dense1_bias
        forward Row Bx3: dense1_exp = exp(dense1 − max_columns(dense1)); prediction = dense1_exp / sum_columns(dense1_exp)
        """, Kernels(ProgramKind.Prediction, Target(LossKind.SparseCrossEntropy), Dense(3)));

    /// <summary>The mask is drawn where it is applied, and again for the gradient; neither it nor the ReLU's input is stored.</summary>
    [Fact]
    public void Dropout_IsInTheEpilogues()
    {
        string kernels = Kernels(ProgramKind.Training, Target(LossKind.Mse), Dense(8, ActivationKind.Relu), Dropout(0.2), Dense(3));
        Assert.Contains("forward Contraction Bx8: dropout1 = relu(input · dense1_weight + dense1_bias) * mask(p=0.2)\n", kernels);
        Assert.Contains("backward Contraction Bx8: d_dense1_sum = where(dropout1 > 0, mask(p=0.2) * d_dense2 · dense2_weightᵀ, 0)\n", kernels);
    }

    [Fact]
    public void BatchNorm_IsOneKernel_WithItsRunningStatistics() => Assert.StartsWith("""
        forward Column Bx4: input_mean = sum_rows(input) * 1/B; input_centered = input − input_mean; input_var = 1/B * sum_rows(input_centered²); input_rstd = 1 / sqrt(input_var + 1E-05); batchNorm1 = input_centered * input_rstd * batchNorm1_weight + batchNorm1_bias; t27 = 0.9 * batchNorm1_running_mean + 0.1 * input_mean; t32 = 0.9 * batchNorm1_running_var + 0.1 * input_var * B/(B − 1)
        forward Contraction
        """, Kernels(ProgramKind.Training, Target(LossKind.Mse), BatchNorm(), Dense(3)), StringComparison.Ordinal);

    [Fact]
    public void LayerNorm_IsOneKernel() => Assert.StartsWith("""
        forward Row Bx4: input_mean = 0.25 * sum_columns(input); input_centered = input − input_mean; input_rstd = 1 / sqrt(0.25 * sum_columns(input_centered²) + 1E-05); layerNorm1 = input_centered * input_rstd * layerNorm1_weight + layerNorm1_bias
        forward Contraction
        """, Kernels(ProgramKind.Training, Target(LossKind.Mse), LayerNorm(), Dense(3)), StringComparison.Ordinal);

    /// <summary>GELU's derivative costs an exponential, so it is made beside the GELU and kept, and is one factor in the backward product.</summary>
    [Fact]
    public void Gelu_KeepsItsDerivative() => Assert.Matches(
        @"= geluslope\(dense1_sum\)(.|\n)*backward Contraction Bx5: d_dense1_sum = d_dense2 · dense2_weightᵀ \* t\d+\n", Kernels(ProgramKind.Training, Target(LossKind.Mse), Dense(5, ActivationKind.Gelu), Dense(3)));

    /// <summary>In prediction batch norm and ReLU are the epilogue of the product before them: a multiply-add by vectors that are made once a call, the product's bias among them.</summary>
    [Fact]
    public void BatchNormOfPredictions_IsAnEpilogue() => Assert.Equal("""
        forward Map 1x5: batchNorm1_scale = batchNorm1_weight * 1 / sqrt(batchNorm1_running_var + 1E-05); batchNorm1_shift = batchNorm1_bias + batchNorm1_scale * (dense1_bias − batchNorm1_running_mean)
        forward Contraction Bx5: activation1_2 = relu(input · dense1_weight * batchNorm1_scale + batchNorm1_shift)
        forward Contraction Bx3: dense2_2 = dense2_bias + activation1_2 · dense2_weight
        """, Kernels(ProgramKind.Logits, Target(LossKind.Mse), Dense(5), BatchNorm(), Activation(ActivationKind.Relu), Dense(3)));

    [Fact]
    public void BatchNormOfConvolutionsPredictions_IsAnEpilogue() => Assert.EndsWith("""
        forward Map 1x3: batchNorm1_scale = batchNorm1_weight * 1 / sqrt(batchNorm1_running_var + 1E-05); batchNorm1_shift = batchNorm1_bias + batchNorm1_scale * (conv2D1_bias − batchNorm1_running_mean)
        forward Contraction 16Bx3: activation1_2 = relu(windows · conv2D1_weight_flat * batchNorm1_scale + batchNorm1_shift)
        """, Windows(Kernels(new Oracle(Model("Sample", [5, 5, 2], Target(LossKind.Mse), Conv(2, 3, 2), BatchNorm(), Activation(ActivationKind.Relu))).Model, ProgramKind.Logits)));

    /// <summary>A product's left operand by what it is, not by its number.</summary>
    private static string Windows(string kernels) => System.Text.RegularExpressions.Regex.Replace(kernels, @"t\d+ ·", "windows ·");

    /// <summary>Bias and activation of a convolution are in its product, and so is the mask of the ReLU on the way back.</summary>
    [Fact]
    public void ConvolutionsBiasAndActivation_AreAnEpilogue()
    {
        string kernels = Windows(Kernels(new Oracle(Model("Sample", [5, 5, 2], Target(LossKind.Mse), Conv(2, 3, 2, ActivationKind.Relu), Conv(2, 4, 2, ActivationKind.Tanh))).Model, ProgramKind.Training));
        Assert.Contains("forward Contraction 16Bx3: conv2D1 = relu(windows · conv2D1_weight_flat + conv2D1_bias)\n", kernels);
        Assert.DoesNotContain("forward Map 16B", kernels);
        Assert.DoesNotContain("forward Map 9B", kernels);
    }

    /// <summary>The slow twin: an op a kernel.</summary>
    [Fact]
    public void WithoutMerging_KernelsAreMore()
    {
        ModelGraph model = new Oracle(Zoo.All.Single(s => s.Name == "Everything").Declaration).Model;
        int Count(bool merge) => ModelCompiler.Plan(model, new PassRunner(), merge).Programs.Sum(p => p.Program.Kernels.Count);
        Assert.True(Count(false) > 2 * Count(true), $"{Count(false)} and {Count(true)}");
    }

    /// <summary>Rows of the table, the positions' and the norm are one loop nest; here even the loss's gradient joins them.</summary>
    [Fact]
    public void EmbeddingWithPositionsAndNorm_IsOneKernel()
    {
        ModelDeclaration declaration = Assert.Single(Declaration.DeclarationSource.Read("""
            [Model, Target(Loss.Mse)]
            partial class M
            {
                [Embedding(9, 8)] private partial Layer Token { get; }
                [Param(6, 8)] private partial Tensor Position { get; }
                [LayerNorm(Affine = false)] private partial Layer Norm { get; }
                [Forward] public Tensor Forward([Input(6, Classes = 9)] Tensor x) => Norm(Token(x) + Position);
            }
            """));
        Assert.Equal("""
            forward Row 6Bx8: t5 = Token_weight[input] + Position[j, k]; t10 = t5 − 0.125 * sum_columns(t5); t17 = 1 / sqrt(0.125 * sum_columns(t10²) + 1E-05); Norm = t10 * t17; t21 = Norm − target; t23 = sum_columns(t21²); t30 = t21 * 1/48B; d_Norm = 2 * t30; d_Token = t17 * (d_Norm − 0.125 * sum_columns(d_Norm) − Norm * 0.125 * sum_columns(2 * Norm * t30))
            forward Row 1x6B: loss = sum_columns(t24) * 1/48B
            backward Column Bx48: t45 = sum_rows(d_Token_flat)
            backward Scatter 9x8: d_Token_weight = scatter(input, d_Token)
            """, Kernels(new Oracle(declaration).Model, ProgramKind.Training));
    }

    /// <summary>The parts of Winograd's stacks are computed where they are written, and no sum over columns writes them down.</summary>
    [Fact]
    public void PartsOfStacks_AreStoredInTheStack()
    {
        ExecutionPlan plan = ModelCompiler.Plan(new Oracle(Zoo.All.Single(s => s.Name == "WinogradWhole").Declaration).Model, new PassRunner());
        GraphArena arena = plan.Graph.Source.Arena;
        Kernel[] kernels = [.. plan.Graph.Programs.Single(p => p.Kind == ProgramKind.Training).Kernels];
        HashSet<NodeId> parts = [.. kernels.SelectMany(k => k.Body).Where(id => arena[id].Op is Assemble { IsStack: true }).SelectMany(id => arena[id].Inputs)];
        ILookup<NodeId, NodeId> readers = kernels.SelectMany(k => k.Body).Distinct().SelectMany(id => arena[id].Inputs.Select(input => (input, id))).ToLookup(e => e.input, e => e.id);
        Assert.Contains(kernels, k => k.Kind == KernelKind.Column && k.Rows.IsPerSample);
        foreach (Kernel kernel in kernels.Where(k => k.Kind == KernelKind.Column))
            Assert.DoesNotContain(kernel.Stores, s => parts.Contains(s.Value) && readers[s.Value].All(r => arena[r].Op is Assemble { IsStack: true }));
    }

    /// <summary>No kernel has so many values and places of views that the JIT would stop to inline.</summary>
    [Fact]
    public void Kernels_AreOfASizeThatTheJitInlines()
    {
        (int Size, string Of)[] sizes = [.. Zoo.All.Where(s => s.Name.StartsWith("Winograd") || s.Name is "Everything" or "HeadsCausal").Select(s => s.Declaration).Append(Model("Deep", [28, 28, 16], Target(LossKind.Mse), [.. Enumerable.Range(0, 3).Select(_ => Conv(2, 16, 3, ActivationKind.Relu, same: true, method: ConvolutionMethodKind.Winograd4x4))]))
            .SelectMany(d => ModelCompiler.Plan(new Oracle(d).Model, new PassRunner()) is var plan ? plan.Graph.Programs.SelectMany(p => p.Kernels).Select(k => (Size(plan.Graph.Source.Arena, k), d.Type.Name)) : [])];
        Assert.True(sizes.Max().Size <= Group.MostValues * 3 / 2, sizes.Max().ToString()); // what is read only to be recomputed comes on top
        Assert.True(sizes.Max().Size > Group.MostValues / 2);

        static int Size(GraphArena arena, Kernel kernel) => kernel.Body.Count(id => Values.IsElementwise(arena[id]) || arena[id].Op is View) + kernel.Loads.Count;
    }

    private static string Kernels(ProgramKind program, TargetDeclaration target, params LayerDeclaration[] layers) =>
        Kernels(new Oracle(Model("Sample", [4], target, layers)).Model, program);

    /// <summary>The kernels of a program: kind, domain, and stored values as formulas.</summary>
    private static string Kernels(ModelGraph model, ProgramKind program)
    {
        ExecutionPlan plan = ModelCompiler.Plan(model, new PassRunner());
        var names = new ValueNames(plan);
        GraphArena arena = plan.Graph.Source.Arena;
        return string.Join('\n', plan.Graph.Programs.Single(p => p.Kind == program).Kernels.Select(k =>
            $"{(k.IsForward ? "forward" : "backward")} {k.Kind} {k.Rows}x{k.Columns}: {string.Join("; ", new FormulaWriter(arena, names, k).Lines())}"));
    }
}
