using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>
/// The long functions of <see cref="ILanes{V,T}"/> as calls. In a kernel of several of them the JIT comes to the end of what it inlines, after which even an addition is a call; so there
/// these are calls instead (an LSTM's step: 42 → 38 ms; Zen 4).
/// </summary>
public static class LaneCalls
{
    private const MethodImplOptions Call = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary><see cref="ILanes{V,T}.Exp"/>.</summary>
    [MethodImpl(Call)]
    public static V Exp<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Exp(x);

    /// <summary><see cref="ILanes{V,T}.Expm1"/>.</summary>
    [MethodImpl(Call)]
    public static V Expm1<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Expm1(x);

    /// <summary><see cref="ILanes{V,T}.Log"/>.</summary>
    [MethodImpl(Call)]
    public static V Log<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Log(x);

    /// <summary><see cref="ILanes{V,T}.Log1p"/>.</summary>
    [MethodImpl(Call)]
    public static V Log1p<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Log1p(x);

    /// <summary><see cref="ILanes{V,T}.Tanh"/>.</summary>
    [MethodImpl(Call)]
    public static V Tanh<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Tanh(x);

    /// <summary><see cref="ILanes{V,T}.Sigmoid"/>.</summary>
    [MethodImpl(Call)]
    public static V Sigmoid<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Sigmoid(x);

    /// <summary><see cref="ILanes{V,T}.Sin"/>.</summary>
    [MethodImpl(Call)]
    public static V Sin<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Sin(x);

    /// <summary><see cref="ILanes{V,T}.Cos"/>.</summary>
    [MethodImpl(Call)]
    public static V Cos<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Cos(x);
}
