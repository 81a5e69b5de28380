using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Parts;

/// <summary>A part of models of another project, which sees this one's assembly and not its source.</summary>
[Model]
public sealed partial class Block
{
    [LayerNorm] private partial Layer Norm { get; }
    [Dense(12, Activation.Silu)] private partial Layer Up { get; }
    [Dense(6)] private partial Layer Down { get; }

    [Forward] public Tensor Forward([Input(6)] Tensor x) => x + Down(Up(Norm(x)));
}

/// <summary>Tied weights, a scalar function and two outputs.</summary>
[Model]
public sealed partial class Tied
{
    [Dense(5)] private partial Layer Code { get; }

    [Forward]
    public (Tensor Code, Tensor Back) Forward([Input(6)] Tensor x)
    {
        var code = Map(Bent, Code(x));
        return (code, MatMul(code, Transpose(Code.Weight)));
    }

    [Elementwise] private static float Bent(float x) => x > 0 ? x : 0.5f * MathF.Sin(x);
}

/// <summary>A step of a recurrence.</summary>
[Model]
public sealed partial class Leaky
{
    [Dense(4, Activation.Tanh)] private partial Layer In { get; }
    [Param(4, Initializer = Initializer.Ones)] private partial Tensor Rate { get; }

    [Cell(4)] public Tensor Step(Tensor x, Tensor h) => In(x) + h * Sigmoid(Rate);
}
