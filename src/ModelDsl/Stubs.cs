// STAND-INS, NOT TO BE MERGED: the least that the training layer needs of what others write.
#pragma warning disable CS1591
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl
{
    public sealed class Dataset
    {
        private readonly double[] _x, _y;

        internal Dataset(double[] x, double[] y, int featureSize, int targetSize, bool targetIsClass)
        {
            (_x, _y, Count, FeatureSize, TargetSize, TargetIsClass) = (x, y, x.Length / featureSize, featureSize, targetSize, targetIsClass);
        }

        public int Count { get; }
        public int FeatureSize { get; }
        public int TargetSize { get; }
        public bool TargetIsClass { get; }

        public void CopyFeatures<T>(ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T> => Copy(_x, FeatureSize, rows, destination);

        public void CopyTargets<T>(ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T> => Copy(_y, TargetSize, rows, destination);

        public void RequireFinite()
        {
            int i = Array.FindIndex(_x, v => !double.IsFinite(v));
            if (i >= 0) throw new ArgumentException($"{_x[i]} at row {i / FeatureSize}, column {i % FeatureSize}.");
        }

        public void RequireClasses(int classes)
        {
            int i = Array.FindIndex(_y, v => v < 0 || v >= classes);
            if (i >= 0) throw new ArgumentException($"class {_y[i]} at row {i}.");
        }

        private static void Copy<T>(double[] source, int width, ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T>
        {
            for (int i = 0; i < rows.Length; i++)
                for (int j = 0; j < width; j++) destination[i * width + j] = T.CreateTruncating(source[rows[i] * width + j]);
        }
    }

    internal static class Permutation
    {
        public static void Fill(Span<int> order, ulong seed, ulong stream)
        {
            for (int i = 0; i < order.Length; i++) order[i] = i;
            new Random((int)(seed * 1000 + stream)).Shuffle(order);
        }
    }

    internal sealed class MetricAccumulator(ModelInfo info)
    {
        private int _count, _right;
        private double _loss, _squares;

        public void Add<T, TTarget>(int rows, T loss, ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TTarget : unmanaged, INumberBase<TTarget>
        {
            _count += rows;
            _loss += rows * double.CreateTruncating(loss);
            int width = predictions.Length / rows;
            for (int i = 0; i < rows; i++)
            {
                if (info.TargetIsClass) _right += ArgMax(predictions.Slice(i * width, width)) == int.CreateTruncating(targets[i]) ? 1 : 0;
                else
                    for (int j = 0; j < width; j++)
                        _squares += Math.Pow(double.CreateTruncating(predictions[i * width + j]) - double.CreateTruncating(targets[i * width + j]), 2) / width;
            }
        }

        public Evaluation Finish() => info.TargetIsClass
            ? new(_count, _loss / _count, Accuracy: (double)_right / _count)
            : new(_count, _loss / _count, Mse: _squares / _count);

        private static int ArgMax<T>(ReadOnlySpan<T> x) where T : IComparable<T>
        {
            int best = 0;
            for (int i = 1; i < x.Length; i++) if (x[i].CompareTo(x[best]) > 0) best = i;
            return best;
        }
    }
}

namespace ModelDsl.Kernels
{
    internal struct PhiloxSequence(ulong seed, uint stream)
    {
        private ulong _state = seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03UL + 1;

        public ulong NextUInt64()
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    public interface ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        void Run<V>() where V : struct, ILanes<V, T>;
    }

    public static class Lanes
    {
        private static readonly bool Narrow = Environment.GetEnvironmentVariable("MODELDSL_FORCE_LANES") == "1" || !Vector512.IsHardwareAccelerated;

        public static int Width => Narrow ? 1 : 16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<T, TAction>(ref TAction action)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TAction : struct, ILaneAction<T>
        {
            if (Narrow) action.Run<Lanes1<T>>();
            else action.Run<Lanes512<T>>();
        }
    }

    public readonly struct Lanes1<T>(T v) : ILanes<Lanes1<T>, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T _v = v;
        public static int Count => 1;
        public static Lanes1<T> Zero => default;
        public static Lanes1<T> Broadcast(T value) => new(value);
        public static Lanes1<T> Iota => throw new NotSupportedException();
        public static Lanes1<T> Load(ReadOnlySpan<T> x, int i) { if (x.Length - i >= Count) return LoadUnsafe(in x[i]); Span<T> b = stackalloc T[Count]; b.Clear(); x[i..].CopyTo(b); return LoadUnsafe(in b[0]); }
        public static void Store(Span<T> x, int i, Lanes1<T> value) { if (x.Length - i >= Count) { StoreUnsafe(ref x[i], value); return; } Span<T> b = stackalloc T[Count]; StoreUnsafe(ref b[0], value); b[..(x.Length - i)].CopyTo(x[i..]); }
        public static Lanes1<T> LoadUnsafe(ref readonly T x) => new(Unsafe.As<T, T>(ref Unsafe.AsRef(in x)));
        public static void StoreUnsafe(ref T x, Lanes1<T> value) => Unsafe.As<T, T>(ref x) = value._v;
        public static Lanes1<T> operator +(Lanes1<T> a, Lanes1<T> b) => new(a._v + b._v);
        public static Lanes1<T> operator -(Lanes1<T> a, Lanes1<T> b) => new(a._v - b._v);
        public static Lanes1<T> operator *(Lanes1<T> a, Lanes1<T> b) => new(a._v * b._v);
        public static Lanes1<T> operator /(Lanes1<T> a, Lanes1<T> b) => new(a._v / b._v);
        public static Lanes1<T> operator -(Lanes1<T> a) => new(-a._v);
        public static Lanes1<T> MultiplyAdd(Lanes1<T> a, Lanes1<T> b, Lanes1<T> c) => new(T.FusedMultiplyAdd(a._v, b._v, c._v));
        public static Lanes1<T> Abs(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Sqrt(Lanes1<T> x) => new(T.Sqrt(x._v));
        public static Lanes1<T> Max(Lanes1<T> a, Lanes1<T> b) => new(T.Max(a._v, b._v));
        public static Lanes1<T> Min(Lanes1<T> a, Lanes1<T> b) => new(T.Min(a._v, b._v));
        public static Lanes1<T> Greater(Lanes1<T> a, Lanes1<T> b) => throw new NotSupportedException();
        public static Lanes1<T> GreaterOrEqual(Lanes1<T> a, Lanes1<T> b) => throw new NotSupportedException();
        public static Lanes1<T> Equal(Lanes1<T> a, Lanes1<T> b) => throw new NotSupportedException();
        public static Lanes1<T> Round(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Exp(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Expm1(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Log(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Log1p(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Tanh(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Sigmoid(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Softplus(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> LogCosh(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Erf(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Relu(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Sign(Lanes1<T> x) => throw new NotSupportedException();
        public static T Sum(Lanes1<T> x) => throw new NotSupportedException();
        public static T MaxAcross(Lanes1<T> x) => throw new NotSupportedException();
        public static T First(Lanes1<T> x) => throw new NotSupportedException();
        public static Lanes1<T> Where(Lanes1<T> mask, Lanes1<T> a, Lanes1<T> b) => throw new NotSupportedException();
        public static Lanes1<T> Keep(Lanes1<T> x, int n, T fill) => throw new NotSupportedException();
        public static Lanes1<T> ScaleByPowerOf2(Lanes1<T> x, Lanes1<T> n) => throw new NotSupportedException();
        public static Lanes1<T> Decompose(Lanes1<T> x, out Lanes1<T> exponent) => throw new NotSupportedException();
        public static Lanes1<T> OneHot(int label, int column) => throw new NotSupportedException();
        public static Lanes1<T> Dropout(in Randomness random, uint element, T rate) => throw new NotSupportedException();
    }

    public readonly struct Lanes512<T>(Vector512<T> v) : ILanes<Lanes512<T>, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector512<T> _v = v;
        public static int Count => Vector512<T>.Count;
        public static Lanes512<T> Zero => default;
        public static Lanes512<T> Broadcast(T value) => new(Vector512.Create(value));
        public static Lanes512<T> Iota => throw new NotSupportedException();
        public static Lanes512<T> Load(ReadOnlySpan<T> x, int i) { if (x.Length - i >= Count) return LoadUnsafe(in x[i]); Span<T> b = stackalloc T[Count]; b.Clear(); x[i..].CopyTo(b); return LoadUnsafe(in b[0]); }
        public static void Store(Span<T> x, int i, Lanes512<T> value) { if (x.Length - i >= Count) { StoreUnsafe(ref x[i], value); return; } Span<T> b = stackalloc T[Count]; StoreUnsafe(ref b[0], value); b[..(x.Length - i)].CopyTo(x[i..]); }
        public static Lanes512<T> LoadUnsafe(ref readonly T x) => new(Unsafe.As<T, Vector512<T>>(ref Unsafe.AsRef(in x)));
        public static void StoreUnsafe(ref T x, Lanes512<T> value) => Unsafe.As<T, Vector512<T>>(ref x) = value._v;
        public static Lanes512<T> operator +(Lanes512<T> a, Lanes512<T> b) => new(a._v + b._v);
        public static Lanes512<T> operator -(Lanes512<T> a, Lanes512<T> b) => new(a._v - b._v);
        public static Lanes512<T> operator *(Lanes512<T> a, Lanes512<T> b) => new(a._v * b._v);
        public static Lanes512<T> operator /(Lanes512<T> a, Lanes512<T> b) => new(a._v / b._v);
        public static Lanes512<T> operator -(Lanes512<T> a) => new(-a._v);
        public static Lanes512<T> MultiplyAdd(Lanes512<T> a, Lanes512<T> b, Lanes512<T> c) => new(typeof(T) == typeof(float) ? Vector512.FusedMultiplyAdd(a._v.AsSingle(), b._v.AsSingle(), c._v.AsSingle()).As<float, T>() : Vector512.FusedMultiplyAdd(a._v.AsDouble(), b._v.AsDouble(), c._v.AsDouble()).As<double, T>());
        public static Lanes512<T> Abs(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Sqrt(Lanes512<T> x) => new(Vector512.Sqrt(x._v));
        public static Lanes512<T> Max(Lanes512<T> a, Lanes512<T> b) => new(Vector512.Max(a._v, b._v));
        public static Lanes512<T> Min(Lanes512<T> a, Lanes512<T> b) => new(Vector512.Min(a._v, b._v));
        public static Lanes512<T> Greater(Lanes512<T> a, Lanes512<T> b) => throw new NotSupportedException();
        public static Lanes512<T> GreaterOrEqual(Lanes512<T> a, Lanes512<T> b) => throw new NotSupportedException();
        public static Lanes512<T> Equal(Lanes512<T> a, Lanes512<T> b) => throw new NotSupportedException();
        public static Lanes512<T> Round(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Exp(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Expm1(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Log(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Log1p(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Tanh(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Sigmoid(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Softplus(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> LogCosh(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Erf(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Relu(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Sign(Lanes512<T> x) => throw new NotSupportedException();
        public static T Sum(Lanes512<T> x) => throw new NotSupportedException();
        public static T MaxAcross(Lanes512<T> x) => throw new NotSupportedException();
        public static T First(Lanes512<T> x) => throw new NotSupportedException();
        public static Lanes512<T> Where(Lanes512<T> mask, Lanes512<T> a, Lanes512<T> b) => throw new NotSupportedException();
        public static Lanes512<T> Keep(Lanes512<T> x, int n, T fill) => throw new NotSupportedException();
        public static Lanes512<T> ScaleByPowerOf2(Lanes512<T> x, Lanes512<T> n) => throw new NotSupportedException();
        public static Lanes512<T> Decompose(Lanes512<T> x, out Lanes512<T> exponent) => throw new NotSupportedException();
        public static Lanes512<T> OneHot(int label, int column) => throw new NotSupportedException();
        public static Lanes512<T> Dropout(in Randomness random, uint element, T rate) => throw new NotSupportedException();
    }
}
