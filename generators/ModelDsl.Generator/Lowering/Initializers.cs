using ModelDsl.Generator.Declaration;

namespace ModelDsl.Generator.Lowering;

/// <summary>What Default stands for, and the scale where none is given.</summary>
internal static class Initializers
{
    public static (InitializerKind Kind, double Scale) Weights(WeightedDeclaration layer, ActivationKind activationAfter)
    {
        InitializerKind kind = layer.Weights.Kind != InitializerKind.Default ? layer.Weights.Kind : activationAfter switch
        {
            ActivationKind.Relu or ActivationKind.LeakyRelu or ActivationKind.Elu or ActivationKind.Gelu or ActivationKind.GeluTanh
                or ActivationKind.Silu or ActivationKind.Mish => InitializerKind.HeUniform,
            ActivationKind.Selu => InitializerKind.LeCunNormal,
            _ => InitializerKind.GlorotUniform,
        };
        return (kind, Scale(kind, layer.Weights.Scale));
    }

    public static (InitializerKind Kind, double Scale) Bias(WeightedDeclaration layer)
    {
        InitializerKind kind = layer.Bias.Kind == InitializerKind.Default ? InitializerKind.Zeros : layer.Bias.Kind;
        return (kind, Scale(kind, layer.Bias.Scale));
    }

    /// <summary>N(0, 1) unless given.</summary>
    public static (InitializerKind Kind, double Scale) Embedding(InitializerChoice choice) => choice.Kind == InitializerKind.Default
        ? (InitializerKind.Normal, double.IsNaN(choice.Scale) ? 1 : choice.Scale)
        : (choice.Kind, Scale(choice.Kind, choice.Scale));

    public static (InitializerKind Kind, double Scale) Param(InitializerChoice choice)
    {
        InitializerKind kind = choice.Kind == InitializerKind.Default ? InitializerKind.Zeros : choice.Kind;
        return (kind, Scale(kind, choice.Scale));
    }

    private static double Scale(InitializerKind kind, double given) => !double.IsNaN(given) ? given : kind switch
    {
        InitializerKind.Uniform or InitializerKind.Normal or InitializerKind.TruncatedNormal => 0.05,
        _ => 1,
    };
}
