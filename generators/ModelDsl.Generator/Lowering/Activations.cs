using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>Activation functions as elementwise ops. Those whose derivative is simplest in y are ops of their own; the others are composed.</summary>
internal static class Activations
{
    // Klambauer et al. 2017, equation 14
    private const double SeluAlpha = 1.6732632423543772848;
    private const double SeluScale = 1.0507009873554804934;

    public static NodeId Lower(GraphBuilder g, ActivationChoice activation, NodeId x) => activation.Kind switch
    {
        ActivationKind.Identity => x,
        ActivationKind.Relu => g.Unary(UnaryKind.Relu, x),
        ActivationKind.LeakyRelu => activation.Alpha == 0 ? g.Unary(UnaryKind.Relu, x) : g.Unary(UnaryKind.LeakyRelu, x, activation.Alpha),
        ActivationKind.Elu => activation.Alpha == 0 ? g.Unary(UnaryKind.Relu, x) : g.Unary(UnaryKind.Elu, x, activation.Alpha),

        // λ · elu(x; α)
        ActivationKind.Selu => g.Times(SeluScale, g.Unary(UnaryKind.Elu, x, SeluAlpha)),

        ActivationKind.Gelu => g.Unary(UnaryKind.Gelu, x),

        // ½x(1 + tanh u) = x · σ(2u), u = √(2/π)(x + 0.044715x³): the sum would cancel where tanh is near −1
        ActivationKind.GeluTanh => g.Times(x, g.Unary(UnaryKind.Sigmoid, g.Times(2 * Math.Sqrt(2 / Math.PI), g.Plus(x, g.Times(0.044715, g.Times(x, g.Square(x))))))),

        // x · σ(x)
        ActivationKind.Silu => g.Times(x, g.Unary(UnaryKind.Sigmoid, x)),

        // x · tanh(softplus(x))
        ActivationKind.Mish => g.Times(x, g.Unary(UnaryKind.Tanh, g.Unary(UnaryKind.Softplus, x))),

        ActivationKind.Softplus => g.Unary(UnaryKind.Softplus, x),
        ActivationKind.Tanh => g.Unary(UnaryKind.Tanh, x),
        ActivationKind.Sigmoid => g.Unary(UnaryKind.Sigmoid, x),
        ActivationKind.Softmax => g.Add(new Softmax(), x),
        _ => throw new InvalidOperationException($"{activation.Kind} is not lowered"),
    };
}
