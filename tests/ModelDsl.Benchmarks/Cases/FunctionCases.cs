using System.Runtime.CompilerServices;
using MathNet.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>A function of lanes.</summary>
internal interface ILaneFunction
{
    static abstract V Of<V>(V x) where V : struct, ILanes<V, float>;
}

/// <summary>An elementary function: what it promises, and how it is measured.</summary>
/// <param name="Name">As the command line, and the twin in C, know it.</param>
/// <param name="MostUlps">Units of the last place that it may be off, for any of the 2³² floats.</param>
/// <param name="IsOfPositives">Whether it is timed on positive numbers only.</param>
/// <param name="HasTwin">Whether the C library has a vector function for it.</param>
/// <param name="Reference">The function in double.</param>
/// <param name="Fill">y = f(x) with vectors of so many floats.</param>
internal sealed record ElementaryFunction(string Name, double MostUlps, bool IsOfPositives, bool HasTwin, Func<double, double> Reference, ElementaryFunction.Filling Fill)
{
    public const int Elements = 4096;

    /// <summary>y = f(x) with vectors of so many floats.</summary>
    public delegate void Filling(ReadOnlySpan<float> x, Span<float> y, int width);

    public static IReadOnlyList<ElementaryFunction> All { get; } =
    [
        Of<Exp>("exp", 2, Math.Exp),
        Of<Log>("log", 2, Math.Log, isOfPositives: true),
        Of<Tanh>("tanh", 2, Math.Tanh),
        Of<Sigmoid>("sigmoid", 4, x => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x))),
        Of<Erf>("erf", 2, SpecialFunctions.Erf),
        Of<Gelu>("gelu", 4, x => x == double.NegativeInfinity ? 0 : x * SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2),
        Of<Expm1>("expm1", 2, Expm1OfDouble),
        Of<Log1p>("log1p", 2, Log1pOfDouble, isOfPositives: true),
        Of<Softplus>("softplus", 4, x => (x > 0 ? x : 0) + Log1pOfDouble(Math.Exp(-Math.Abs(x)))),
        Of<LogCosh>("logcosh", 4, x => Math.Abs(x) < 2 ? Log1pOfDouble(2 * Math.Sinh(x / 2) * Math.Sinh(x / 2)) : Math.Abs(x) - Math.Log(2) + Log1pOfDouble(Math.Exp(-2 * Math.Abs(x))), hasTwin: false),
        Of<Sin>("sin", 2, Math.Sin),
        Of<Cos>("cos", 2, Math.Cos),
        Of<ErfInv>("erfinv", 4, x => Math.Abs(x) > 1 ? double.NaN : SpecialFunctions.ErfInv(x), hasTwin: false),
    ];

    /// <summary>Seconds for one element of an array in the first cache.</summary>
    public double Measure()
    {
        AlignedMemory<float> x = new(Elements), y = new(Elements);
        for (int i = 0; i < Elements; i++) x.Span[i] = IsOfPositives ? (float)Math.Exp(20 * (i + 0.5) / Elements - 10) : 16 * (i + 0.5f) / Elements - 8;
        return Rounds.Measure(() => Fill(x.Span, y.Span, Lanes.Width)) / Elements;
    }

    private static ElementaryFunction Of<TFunction>(string name, double mostUlps, Func<double, double> reference, bool isOfPositives = false, bool hasTwin = true) where TFunction : struct, ILaneFunction =>
        new(name, mostUlps, isOfPositives, hasTwin, reference, (x, y, width) =>
        {
            var loop = new Loop<TFunction>(x, y);
            Lanes.Run<float, Loop<TFunction>>(ref loop, width);
        });

    /// <summary>eˣ − 1 = 2·sinh(x/2)·e^(x/2): nothing cancels.</summary>
    private static double Expm1OfDouble(double x) => Math.Abs(x) > 40 ? Math.Exp(x) - 1 : 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);

    /// <summary>log(1 + x) = 2·artanh(x/(2 + x)): nothing cancels.</summary>
    private static double Log1pOfDouble(double x) => Math.Abs(x) < 0.5 ? 2 * Math.Atanh(x / (2 + x)) : Math.Log(1 + x);

    private readonly ref struct Loop<TFunction>(ReadOnlySpan<float> x, Span<float> y) : ILaneAction<float> where TFunction : struct, ILaneFunction
    {
        private readonly ReadOnlySpan<float> _x = x;
        private readonly Span<float> _y = y;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V, float>
        {
            ReadOnlySpan<float> x = _x;
            Span<float> y = _y[..x.Length];
            for (int i = 0; i < x.Length; i += V.Count) V.StoreUnsafe(ref y[i], TFunction.Of(V.LoadUnsafe(in x[i])));
        }
    }

    private readonly struct Exp : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Exp(x); }
    private readonly struct Expm1 : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Expm1(x); }
    private readonly struct Log : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Log(x); }
    private readonly struct Log1p : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Log1p(x); }
    private readonly struct Tanh : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Tanh(x); }
    private readonly struct Sigmoid : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Sigmoid(x); }
    private readonly struct Softplus : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Softplus(x); }
    private readonly struct LogCosh : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.LogCosh(x); }
    private readonly struct Erf : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Erf(x); }
    private readonly struct ErfInv : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.ErfInv(x); }
    private readonly struct Gelu : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Gelu(x); }
    private readonly struct Sin : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Sin(x); }
    private readonly struct Cos : ILaneFunction { public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Cos(x); }
}

/// <summary>The functions as cases.</summary>
internal static class FunctionCases
{
    public static IEnumerable<Case> All => ElementaryFunction.All.Select(f => new Case($"function-{f.Name}", $"{f.Name} of one float", f.Measure));
}
