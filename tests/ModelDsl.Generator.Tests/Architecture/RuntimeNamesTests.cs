using System.Reflection;
using System.Text.RegularExpressions;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Tests.Architecture;

/// <summary>Generator and runtime share no code: what each believes of the other is held together here.</summary>
public partial class RuntimeNamesTests
{
    public static TheoryData<string> Names => [.. typeof(RuntimeNames).GetFields(BindingFlags.Static | BindingFlags.Public).Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Name_ExistsInTheRuntime(string field)
    {
        string text = (string)typeof(RuntimeNames).GetField(field)!.GetRawConstantValue()!;
        MatchCollection names = GlobalNames().Matches(text);
        Assert.NotEmpty(names);
        Assert.All(names, n => Assert.True(Exists(n.Groups[1].Value), n.Value));
    }

    /// <summary>A kernel of several long functions calls them: each has to be there that is not called anyway.</summary>
    [Fact]
    public void LongFunctions_CanBeCalled() => Assert.Equal(
        Enum.GetValues<UnaryKind>().Where(k => k != UnaryKind.Elu && Expressions.IsInPlace(new Unary(k))).Select(k => k.ToString()).Order(StringComparer.Ordinal),
        typeof(ModelDsl.Kernels.LaneCalls).GetMethods(BindingFlags.Static | BindingFlags.Public).Select(m => m.Name).Order(StringComparer.Ordinal));

    /// <summary>The generator counts no function that the runtime never inlines.</summary>
    [Fact]
    public void LongestFunctions_AreNeverInlined() => Assert.Equal(
        Enum.GetValues<UnaryKind>().Where(k => Values.IsLong(new Unary(k)) && !Expressions.IsInPlace(new Unary(k))).Select(k => k.ToString()).Order(StringComparer.Ordinal),
        typeof(ModelDsl.Kernels.LaneMath).GetMethods(BindingFlags.Static | BindingFlags.Public).Where(m => m.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining)).Select(m => m.Name).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(typeof(Activation), typeof(ActivationKind))]
    [InlineData(typeof(Initializer), typeof(InitializerKind))]
    [InlineData(typeof(Loss), typeof(LossKind))]
    [InlineData(typeof(Metric), typeof(MetricKinds))]
    [InlineData(typeof(Scalar), typeof(ScalarKind))]
    [InlineData(typeof(Targets), typeof(TargetKinds))]
    [InlineData(typeof(Impute), typeof(ImputeKind))]
    [InlineData(typeof(Scaling), typeof(ScalingKind))]
    public void Enums_AreTheSame(Type runtime, Type compiler) => Assert.Equal(Members(runtime), Members(compiler));

    /// <summary>What an attribute's property says when it is not given is what the compiler takes it for.</summary>
    [Fact]
    public void Defaults_AreTheSame()
    {
        ModelDeclaration declared = Assert.Single(Tests.Declaration.DeclarationSource.Read(
            "[Model, Input(3), LayerNorm, BatchNorm, Dense(2), Dense(2, Activation.Elu), Target(Loss.Huber)] partial class M;"));
        var layerNorm = (LayerNormDeclaration)declared.Layers[0];
        var batchNorm = (BatchNormDeclaration)declared.Layers[1];
        var dense = (DenseDeclaration)declared.Layers[2];
        Assert.Equal((new LayerNormAttribute().Epsilon, new LayerNormAttribute().Affine), ((float)layerNorm.Epsilon, layerNorm.Affine));
        Assert.Equal(
            (new BatchNormAttribute().Epsilon, new BatchNormAttribute().Momentum, new BatchNormAttribute().Affine),
            ((float)batchNorm.Epsilon, (float)batchNorm.Momentum, batchNorm.Affine));
        Assert.Equal((new DenseAttribute(2).UseBias, (int)new DenseAttribute(2).Activation), (dense.UseBias, (int)dense.Activation.Kind));
        Assert.Equal(1, ((DenseDeclaration)declared.Layers[3]).Activation.Alpha);
        Assert.Equal((new TargetAttribute(Loss.Huber).Delta, (int)new TargetAttribute(Loss.Huber).Metrics), ((float)declared.Target!.Delta, (int)declared.Target.Metrics));
        Assert.Equal(
            (new TargetAttribute(Loss.Huber).Gamma, new TargetAttribute(Loss.Huber).Alpha, new TargetAttribute(Loss.Huber).Quantile),
            ((float)declared.Target.Gamma, (float)declared.Target.Alpha, (float)declared.Target.Quantile));
    }

    /// <summary>Each attribute of the runtime is one that the reader knows, or [Model].</summary>
    [Fact]
    public void Attributes_AreAllRead()
    {
        string[] read = [.. DeclarationReader.Language, "Cell", "CompiledBody", "Derivative", "Elementwise", "Forward", "LossFunction", DeclarationReader.Attribute, "Param", RowReader.Attribute, "Sub", .. RowPropertyReader.Roles, "Column", HyperparametersReader.Attribute, .. HyperparameterReader.Roles];
        Assert.Equal(read.Order(StringComparer.Ordinal), typeof(ModelAttribute).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Attribute)) && !t.IsAbstract).Select(t => t.Name.Replace("Attribute", "")).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Members(Type type) => Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt32(Enum.Parse(type, n))}");

    private static bool Exists(string name)
    {
        Type[] types = [.. typeof(ModelAttribute).Assembly.GetExportedTypes(), .. typeof(object).Assembly.GetExportedTypes(), .. typeof(Enumerable).Assembly.GetExportedTypes(), typeof(System.CodeDom.Compiler.GeneratedCodeAttribute)];
        string owner = name[..Math.Max(0, name.LastIndexOf('.'))], member = name[(name.LastIndexOf('.') + 1)..];
        return name.EndsWith('.')
            ? types.Any(t => t.Namespace == name.TrimEnd('.'))
            : types.Any(t => t.FullName!.Split('`')[0] is var full && (full == name || full == name + "Attribute" || (full == owner && t.GetMember(member).Length > 0)));
    }

    [GeneratedRegex(@"global::([\w.]+)")]
    private static partial Regex GlobalNames();
}
