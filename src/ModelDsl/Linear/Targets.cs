using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.LinearModels;

/// <summary>The targets of a regression, read where the data set has them. (samples, outputs), row-major</summary>
internal sealed class Targets
{
    private readonly float[]? _singles;
    private readonly double[] _doubles;

    private Targets(float[]? singles, double[] doubles) => (_singles, _doubles) = (singles, doubles);

    public int Length => _singles?.Length ?? _doubles.Length;

    public double this[int index] => _singles is null ? _doubles[index] : _singles[index];

    public static Targets Of(double[] values) => new(null, values);

    public static Targets Of(Dataset data) => data.Stored<float>(data.Targets[0]) is { } singles ? new(singles, []) : Of(LinearLayer.Targets(data));

    /// <summary>scale·(y − shift) of one output of some samples, every 16th element of the destination.</summary>
    /// <typeparam name="P">float or double.</typeparam>
    /// <param name="start">The first sample.</param>
    /// <param name="output">Which.</param>
    /// <param name="outputs">How many there are.</param>
    /// <param name="shift">What is taken off.</param>
    /// <param name="scales">Of each sample's difference.</param>
    /// <param name="destination">A column of a stripe.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most programs fit once
    public void Centre<P>(int start, int output, int outputs, double shift, ReadOnlySpan<P> scales, Span<P> destination) where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        int first = start * outputs + output, length = (scales.Length - 1) * outputs + 1;
        if (_singles is null) Centre<double, P>(_doubles.AsSpan(first, length), outputs, shift, scales, destination);
        else Centre<float, P>(_singles.AsSpan(first, length), outputs, shift, scales, destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Centre<S, P>(ReadOnlySpan<S> y, int outputs, double shift, ReadOnlySpan<P> scales, Span<P> destination)
        where S : unmanaged, IBinaryFloatingPointIeee754<S>
        where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        ref P to = ref destination[..((scales.Length - 1) * Tiles.Size + 1)][0];
        for (int i = 0; i < scales.Length; i++)
        {
            to = Rounded<P>(double.CreateTruncating(y[i * outputs]) - shift) * scales[i];
            to = ref Unsafe.Add(ref to, Tiles.Size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Rounded<P>(double value) where P : unmanaged => typeof(P) == typeof(float) ? Unsafe.BitCast<float, P>((float)value) : Unsafe.BitCast<double, P>(value);
}
