using System;
using System.Numerics;
using ModelDsl;
using static ModelDsl.Ops;

namespace CustomActivation;

/// <summary>Scalar functions. They are C#: they can be called, tested and debugged; the compiler reads them, differentiates them and makes them part of its kernels.</summary>
public static class Functions
{
    /// <summary>x + sin²(ax)/a, for periodic data (Ziyin et al. 2020). Its derivatives are given; the build compares them with differences of the function.</summary>
    [Elementwise, Derivative(nameof(SnakeDerivative))]
    public static T Snake<T>(T x, T a) where T : IFloatingPointIeee754<T> => x + T.Pow(T.Sin(a * x), T.CreateChecked(2)) / a;

    private static (T, T) SnakeDerivative<T>(T x, T a, T y) where T : IFloatingPointIeee754<T>
    {
        var sine = T.Sin(T.CreateChecked(2) * a * x);
        return (T.One + sine, (x * sine - (y - x)) / a);
    }

    /// <summary>x·tanh(log(1 + eˣ)). The compiler takes the derivative, and softplus in place of the logarithm, which overflows (MDSL0302).</summary>
    [Elementwise]
    public static T Mish<T>(T x) where T : IFloatingPointIeee754<T> => x * T.Tanh(T.Log(T.One + T.Exp(x)));
}

/// <summary>A wave and a trend: hidden units of learned frequencies, and a loss that outliers do not dominate.</summary>
[Model]
public sealed partial class Wave
{
    [Dense(32)] private partial Layer In { get; }
    [Param(32, Initializer = Initializer.Ones)] private partial Tensor Frequency { get; }
    [Dense(32)] private partial Layer Hidden { get; }
    [Dense(1)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(1)] Tensor x) => Out(Map(Functions.Mish, Hidden(Map(Functions.Snake, In(x), Frequency))));

    /// <summary>Of one element: √(e² + c²) − c, quadratic up to c, linear beyond (Charbonnier et al. 1994).</summary>
    [LossFunction] public static float Charbonnier(float y, float target) => MathF.Sqrt((y - target) * (y - target) + 0.01f) - 0.1f;
}
