using System.Numerics;
using ModelDsl;
using static ModelDsl.Ops;

namespace CustomActivation;

// y = f(x + Shift) and the loss Σ y: for one sample the loss is the function's value, the shift's gradient its derivative.

[Model]
public sealed partial class MishFloat
{
    [Param(1)] private partial Tensor Shift { get; }
    [Forward] public Tensor Forward([Input(1)] Tensor x) => Map(Functions.Mish<float>, x + Shift);
    [LossFunction] public static Tensor Loss(Tensor y, Tensor target) => Sum(y);
}

[Model(Scalar = Scalar.Double)]
public sealed partial class MishDouble
{
    [Param(1)] private partial Tensor Shift { get; }
    [Forward] public Tensor Forward([Input(1)] Tensor x) => Map(Functions.Mish<double>, x + Shift);
    [LossFunction] public static Tensor Loss(Tensor y, Tensor target) => Sum(y);
}

[Model]
public sealed partial class SnakeFloat
{
    [Param(1)] private partial Tensor Shift { get; }
    [Param(1, Initializer = Initializer.Ones)] private partial Tensor Frequency { get; }
    [Forward] public Tensor Forward([Input(1)] Tensor x) => Map(Functions.Snake<float>, x + Shift, Frequency);
    [LossFunction] public static Tensor Loss(Tensor y, Tensor target) => Sum(y);
}

[Model(Scalar = Scalar.Double)]
public sealed partial class SnakeDouble
{
    [Param(1)] private partial Tensor Shift { get; }
    [Param(1, Initializer = Initializer.Ones)] private partial Tensor Frequency { get; }
    [Forward] public Tensor Forward([Input(1)] Tensor x) => Map(Functions.Snake<double>, x + Shift, Frequency);
    [LossFunction] public static Tensor Loss(Tensor y, Tensor target) => Sum(y);
}

/// <summary>Float code against double code.</summary>
internal static class Probe
{
    /// <summary>Prints a line of the table; the worst error of all, in units of the last place of max(1, |value|).</summary>
    public static double Compare<TFloat, TDouble>(string name, Trainer<TFloat, float, float> single, Trainer<TDouble, double, double> exact)
        where TFloat : class, IModel<TFloat, float>
        where TDouble : class, IModel<TDouble, double>
    {
        var worst = new (double Error, double Ulps)[2];
        for (float x = -20; x <= 20; x += 1 / 64f)
        {
            (double[] got, double[] expected) = (At(single, x), At(exact, x));
            for (int i = 0; i < 2; i++)
            {
                double error = Math.Abs(got[i] - expected[i]);
                worst[i] = (Math.Max(worst[i].Error, error), Math.Max(worst[i].Ulps, error / Unit(expected[i])));
            }
        }

        Console.WriteLine(FormattableString.Invariant($"{name,-8} {worst[0].Error,8:0.0E-0} {worst[0].Ulps,6:F1}   {worst[1].Error,10:0.0E-0} {worst[1].Ulps,6:F1}"));
        return Math.Max(worst[0].Ulps, worst[1].Ulps);
    }

    private static double[] At<TModel, T>(Trainer<TModel, T, T> probe, double x) where TModel : class, IModel<TModel, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T value = probe.Forward([T.CreateChecked(x)], [T.Zero]);
        probe.Backward();
        return [double.CreateChecked(value), double.CreateChecked(probe.Gradient("Shift")[0])];
    }

    private static double Unit(double value) => Math.ScaleB(1, Math.Max(0, Math.ILogB(value)) - 23);
}
