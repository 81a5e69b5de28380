using MathNet.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

/// <summary>Accuracy of the elementary functions, at 512 bits; LanesContract shows that the other widths give the same bits.</summary>
public class LaneMathTests
{
    public static TheoryData<string, double> FloatBounds => new()
    {
        { "exp", 1.0 }, { "expm1", 1.5 }, { "log", 1.0 }, { "log1p", 1.5 }, { "tanh", 1.75 }, { "sigmoid", 2.5 }, { "softplus", 2.5 }, { "logcosh", 2.0 }, { "erf", 1.5 }, { "erfinv", 3.5 }, { "gelu", 4.0 }, { "sin", 2.0 }, { "cos", 2.0 },
    };

    [Theory]
    [MemberData(nameof(FloatBounds))]
    public void Float_errors_in_units_of_the_last_place(string name, double bound)
    {
        // The stride is prime to 2³², so all exponents, signs and NaN payloads come up; every last bit too.
        const uint stride = 4093;
        var reference = Reference(name);
        var function = Function<Lanes512<float>, float>(name);
        var (worst, at) = (0.0, 0f);
        Span<float> x = stackalloc float[16], y = stackalloc float[16];
        for (ulong bits = 0; bits < 1UL << 32;)
        {
            for (int lane = 0; lane < 16; lane++, bits += stride) x[lane] = BitConverter.UInt32BitsToSingle((uint)bits);
            Lanes512<float>.Store(y, 0, function(Lanes512<float>.Load(x, 0)));
            for (int lane = 0; lane < 16; lane++)
            {
                double error = Ulps(y[lane], reference(x[lane]));
                if (error > worst) (worst, at) = (error, x[lane]);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {worst:F3} ULP at {at:R}");
        Assert.True(worst <= bound, $"{name}({at:R}): {worst:F3} ULP");
    }

    public static TheoryData<string, double> DoubleBounds => new()
    {
        { "exp", 4e-16 }, { "expm1", 5e-16 }, { "log", 4e-16 }, { "log1p", 5e-16 }, { "tanh", 6e-16 }, { "sigmoid", 6e-16 }, { "softplus", 8e-16 }, { "logcosh", 1e-15 }, { "erf", 5e-16 }, { "erfinv", 1e-15 }, { "sin", 4e-16 }, { "cos", 4e-16 },
    };

    [Theory]
    [MemberData(nameof(DoubleBounds))]
    public void Double_errors_relative(string name, double bound)
    {
        var random = new Random(11);
        var reference = Reference(name);
        var function = Function<Lanes512<double>, double>(name);
        var (worst, at) = (0.0, 0.0);
        for (int i = 0; i < 300_000; i++)
        {
            double x = (i % 4) switch
            {
                0 => (random.NextDouble() - 0.5) * 4,
                1 => (random.NextDouble() - 0.5) * 30,
                2 => (random.NextDouble() - 0.5) * 1400,
                _ => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-500, 500)),
            };
            double expected = reference(x), got = Lanes512<double>.First(function(Lanes512<double>.Broadcast(x)));
            if (double.IsNaN(expected)) { Assert.True(double.IsNaN(got)); continue; }
            double error = expected == got ? 0 : Math.Abs(expected - got) / Math.Max(Math.Abs(expected), 1e-307);
            if (!(error <= worst)) (worst, at) = (error, x);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {worst:G3} at {at:R}");
        Assert.True(worst <= bound, $"{name}({at:R}): {worst:G3}");
    }

    /// <summary>Of what crosses zero, or is computed by a formula that loses the left tail's digits in double, the absolute error.</summary>
    [Fact]
    public void Gelu_and_its_slope_are_near()
    {
        (double slope, double gelu, double doubleSlope) = (0, 0, 0);
        for (double x = -45; x < 45; x += 1.7e-4)
        {
            float single = (float)x;
            slope = Math.Max(slope, Math.Abs(Lanes512<float>.First(Lanes512<float>.GeluSlope(Lanes512<float>.Broadcast(single))) - Reference("geluslope")(single)));
            gelu = Math.Max(gelu, Math.Abs(Lanes512<double>.First(Lanes512<double>.Gelu(Lanes512<double>.Broadcast(x))) - Gelu(x)) / Math.Max(1, Math.Abs(x)));
            doubleSlope = Math.Max(doubleSlope, Math.Abs(Lanes512<double>.First(Lanes512<double>.GeluSlope(Lanes512<double>.Broadcast(x))) - Reference("geluslope")(x)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{slope:G3}, {gelu:G3}, {doubleSlope:G3}");
        Assert.InRange(slope, 0, 2e-7);
        Assert.InRange(gelu, 0, 4e-16);
        Assert.InRange(doubleSlope, 0, 6e-16);
        foreach (double infinity in (double[])[double.NegativeInfinity, double.PositiveInfinity])
        {
            Assert.Equal(infinity > 0 ? 1 : 0, Lanes512<float>.First(Lanes512<float>.GeluSlope(Lanes512<float>.Broadcast((float)infinity))));
            Assert.Equal(infinity > 0 ? 1 : 0, Lanes512<double>.First(Lanes512<double>.GeluSlope(Lanes512<double>.Broadcast(infinity))));
        }
    }

    /// <summary>Next to the multiples of π/2, where the digits of the result are those that the reduction leaves; on both sides of where the slow path begins.</summary>
    [Theory]
    [InlineData("sin")]
    [InlineData("cos")]
    public void Circular_functions_keep_their_digits_next_to_the_zeros(string name)
    {
        var reference = Reference(name);
        (double single, double real) = (0, 0);
        for (int n = -700_000; n <= 700_000; n++)
        {
            double x = n * (Math.PI / 2);
            double got = Lanes512<double>.First(Function<Lanes512<double>, double>(name)(Lanes512<double>.Broadcast(x))), expected = reference(x);
            real = Math.Max(real, got == expected ? 0 : Math.Abs((got - expected) / expected));
            single = Math.Max(single, Ulps(Lanes512<float>.First(Function<Lanes512<float>, float>(name)(Lanes512<float>.Broadcast((float)x))), reference((float)x)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {single:F3} ULP, {real:G3}");
        Assert.InRange(single, 0, 2);
        Assert.InRange(real, 0, 4e-16);
    }

    public static TheoryData<string, double[]> SpecialValues => new()
    {
        // f(−∞), f(−0), f(0), f(∞)
        { "exp", [0, 1, 1, double.PositiveInfinity] },
        { "expm1", [-1, -0.0, 0, double.PositiveInfinity] },
        { "log", [double.NaN, double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity] },
        { "log1p", [double.NaN, -0.0, 0, double.PositiveInfinity] },
        { "tanh", [-1, -0.0, 0, 1] },
        { "sigmoid", [0, 0.5, 0.5, 1] },
        { "softplus", [0, Math.Log(2), Math.Log(2), double.PositiveInfinity] },
        { "logcosh", [double.PositiveInfinity, 0, 0, double.PositiveInfinity] },
        { "erf", [-1, -0.0, 0, 1] },
        { "erfinv", [double.NaN, -0.0, 0, double.NaN] },
        { "gelu", [0, -0.0, 0, double.PositiveInfinity] },
        { "sin", [double.NaN, -0.0, 0, double.NaN] },
        { "cos", [double.NaN, 1, 1, double.NaN] },
    };

    [Theory]
    [MemberData(nameof(SpecialValues))]
    public void Special_values(string name, double[] expected)
    {
        double[] x = [double.NegativeInfinity, -0.0, 0, double.PositiveInfinity];
        for (int i = 0; i < 4; i++)
        {
            Bits.AssertEqual((float)expected[i], Lanes512<float>.First(Function<Lanes512<float>, float>(name)(Lanes512<float>.Broadcast((float)x[i]))), $"{name}({x[i]})");
            Bits.AssertEqual(expected[i], Lanes512<double>.First(Function<Lanes512<double>, double>(name)(Lanes512<double>.Broadcast(x[i]))), $"{name}({x[i]})");
        }
        Assert.True(float.IsNaN(Lanes512<float>.First(Function<Lanes512<float>, float>(name)(Lanes512<float>.Broadcast(float.NaN)))));
        Assert.True(double.IsNaN(Lanes512<double>.First(Function<Lanes512<double>, double>(name)(Lanes512<double>.Broadcast(double.NaN)))));
    }

    /// <summary>Random numbers are seldom as near to ±1 as where the last of the polynomials is used.</summary>
    [Fact]
    public void ErfInv_keeps_its_digits_next_to_the_poles()
    {
        (double single, double real) = (0, 0);
        for (int i = 1; i <= 20_000; i++)
        {
            double x = 1 - Math.ScaleB(1 + i % 97 / 97.0, -2 - i % 52), expected = SpecialFunctions.ErfInv(x);
            real = Math.Max(real, Math.Abs(Lanes512<double>.First(Lanes512<double>.ErfInv(Lanes512<double>.Broadcast(-x))) / -expected - 1));
            if ((float)x < 1) single = Math.Max(single, Ulps(Lanes512<float>.First(Lanes512<float>.ErfInv(Lanes512<float>.Broadcast((float)x))), SpecialFunctions.ErfInv((float)x)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{single:F3} ULP, {real:G3}");
        Assert.InRange(single, 0, 3.5);
        Assert.InRange(real, 0, 1e-15);
        foreach (double pole in (double[])[1, -1]) Assert.Equal(pole / 0, Lanes512<double>.First(Lanes512<double>.ErfInv(Lanes512<double>.Broadcast(pole))));
    }

    private static Func<V, V> Function<V, T>(string name)
        where V : struct, ILanes<V, T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => name switch
        {
            "exp" => V.Exp,
            "expm1" => V.Expm1,
            "log" => V.Log,
            "log1p" => V.Log1p,
            "tanh" => V.Tanh,
            "sigmoid" => V.Sigmoid,
            "softplus" => V.Softplus,
            "logcosh" => V.LogCosh,
            "sin" => V.Sin,
            "cos" => V.Cos,
            "erfinv" => V.ErfInv,
            "gelu" => V.Gelu,
            "geluslope" => V.GeluSlope,
            _ => V.Erf,
        };

    /// <summary>In double, from the C library's functions by identities that do not cancel; erf and its inverse from MathNet.</summary>
    private static Func<double, double> Reference(string name) => name switch
    {
        "exp" => Math.Exp,
        "expm1" => Expm1,
        "log" => Math.Log,
        "log1p" => Log1p,
        "tanh" => Math.Tanh,
        "sigmoid" => x => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)),
        "softplus" => x => (x > 0 ? x : 0) + Log1p(Math.Exp(-Math.Abs(x))),
        "logcosh" => x => Math.Abs(x) < 2 ? Log1p(2 * Math.Sinh(x / 2) * Math.Sinh(x / 2)) : Math.Abs(x) - Math.Log(2) + Log1p(Math.Exp(-2 * Math.Abs(x))),
        "sin" => Math.Sin,
        "cos" => Math.Cos,
        "erfinv" => x => Math.Abs(x) > 1 ? double.NaN : SpecialFunctions.ErfInv(x),
        "gelu" => Gelu,
        "geluslope" => x => NormalCdf(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI),
        _ => SpecialFunctions.Erf,
    };

    private static double NormalCdf(double x) => SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2;

    private static double Gelu(double x) => x == double.NegativeInfinity ? 0 : x * NormalCdf(x);

    /// <summary>eˣ − 1 = 2·sinh(x/2)·e^(x/2)</summary>
    private static double Expm1(double x) => Math.Abs(x) > 40 ? Math.Exp(x) - 1 : 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);

    /// <summary>log(1 + x) = 2·artanh(x/(2 + x))</summary>
    private static double Log1p(double x) => Math.Abs(x) < 0.5 ? 2 * Math.Atanh(x / (2 + x)) : Math.Log(1 + x);

    private static double Ulps(float got, double expected)
    {
        if (double.IsNaN(expected)) return float.IsNaN(got) ? 0 : double.PositiveInfinity;
        if (float.IsInfinity(got) || double.IsInfinity(expected)) return got == (float)expected ? 0 : double.PositiveInfinity;
        int exponent = Math.Max(expected == 0 ? -126 : Math.ILogB(expected), -126);
        return Math.Abs(got - expected) / Math.ScaleB(1, exponent - 23);
    }
}
