using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Training;

/// <summary>z = x·W₁·W₂ + b, mean (z − t)², x: (4), W₁: (4, 6), W₂: (6, 3): matrices of both forms, and a bias.</summary>
internal sealed class MatrixModel<T> : IModel<MatrixModel<T>, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int In = 4, Hidden = 6, Out = 3, Second = 32, Bias = 64;

    public static ModelInfo Info { get; } = new()
    {
        Name = "Matrices",
        Hash = "matrices",
        Scalar = typeof(T) == typeof(double) ? Scalar.Double : Scalar.Single,
        Inputs = [new("x", [In])],
        Outputs = [new("y", [Out], Loss.Mse, Metric.Mse)],
        Layers = [],
        Parameters =
        [
            new("first.weight", [In, Hidden], 0, Initializer.GlorotUniform, 1, Decay: true, Trainable: true),
            new("second.weight", [Hidden, Out], Second, Initializer.GlorotUniform, 1, Decay: true, Trainable: true),
            new("second.bias", [Out], Bias, Initializer.Zeros, 1, Decay: false, Trainable: true),
        ],
        BlockLength = 80,
        TrainableLength = 80,
        DecayedLength = Bias,
        Training = new(0, 16, [new(0, Hidden, true), new(Hidden, Out, true), new(-1, Out, true)]),
        Evaluation = new(0, 16, [new(0, Hidden, true), new(Hidden, Out, true), new(-1, Out, true)]),
        Prediction = new(0, 16, [new(0, Hidden, true), new(Hidden, Out, true), new(-1, Out, true)]),
        Logits = new(0, 16, [new(0, Hidden, true), new(Hidden, Out, true), new(-1, Out, true)]),
    };

    public AlignedMemory<T> Parameters { get; private init; } = new(80);

    public static MatrixModel<T> Create(ulong seed = 0) => new() { Parameters = ParameterInitializer.Create<T>(Info, seed) };

    public static MatrixModel<T> Load(string path) => new() { Parameters = SafeTensors.Load<T>(path, Info) };

    public void Save(string path) => SafeTensors.Save(path, Info, Parameters);

    public Evaluation Evaluate(Dataset data) => ModelRunner.Evaluate<MatrixModel<T>, T>(this, data);

    public static void Forward<V>(Workspace<T> s) where V : struct, ILanes<V, T>
    {
        Values(s, s.Buffer(1));
        ReadOnlySpan<T> t = s.Target<T>(Out);
        Span<T> e = s.Buffer(1); // (B, 3)
        T sum = T.Zero;
        for (int i = 0; i < e.Length; i++)
        {
            e[i] -= t[i];
            sum += e[i] * e[i];
        }
        s.Loss = sum / T.CreateChecked(e.Length);
    }

    /// <summary>dz = 2e/n;  dW₂ = hᵀdz, db = Σdz;  dh = dz·W₂ᵀ, dW₁ = xᵀdh</summary>
    public static void Backward<V>(Workspace<T> s) where V : struct, ILanes<V, T>
    {
        ReadOnlySpan<T> x = s.Input<T>(In), h = s.Buffer(0), e = s.Buffer(1), w2 = s.Parameter(Second, Hidden * Out);
        Span<T> d1 = s.Gradient(0, In * Hidden), d2 = s.Gradient(Second, Hidden * Out), db = s.Gradient(Bias, Out);
        d1.Clear();
        d2.Clear();
        db.Clear();
        T scale = T.CreateChecked(2) / T.CreateChecked(e.Length);
        for (int r = 0; r < s.Batch; r++)
        {
            ReadOnlySpan<T> dz = e.Slice(r * Out, Out);
            for (int j = 0; j < Out; j++) db[j] += scale * dz[j];
            for (int k = 0; k < Hidden; k++)
            {
                T dh = T.Zero;
                for (int j = 0; j < Out; j++)
                {
                    d2[k * Out + j] += scale * h[r * Hidden + k] * dz[j];
                    dh += scale * dz[j] * w2[k * Out + j];
                }
                for (int i = 0; i < In; i++) d1[i * Hidden + k] += x[r * In + i] * dh;
            }
        }
    }

    public static void Evaluate<V>(Workspace<T> s) where V : struct, ILanes<V, T>
    {
        Forward<V>(s);
        Predict<V>(s);
    }

    public static void Predict<V>(Workspace<T> s) where V : struct, ILanes<V, T> => Values(s, s.Buffer(2));

    public static void Logits<V>(Workspace<T> s) where V : struct, ILanes<V, T> => Predict<V>(s);

    private static void Values(Workspace<T> s, Span<T> z)
    {
        ReadOnlySpan<T> x = s.Input<T>(In), w1 = s.Parameter(0, In * Hidden), w2 = s.Parameter(Second, Hidden * Out), b = s.Parameter(Bias, Out);
        Span<T> h = s.Buffer(0); // (B, 6)
        for (int r = 0; r < s.Batch; r++)
        {
            for (int k = 0; k < Hidden; k++)
            {
                T sum = T.Zero;
                for (int i = 0; i < In; i++) sum += x[r * In + i] * w1[i * Hidden + k];
                h[r * Hidden + k] = sum;
            }
            for (int j = 0; j < Out; j++)
            {
                T sum = b[j];
                for (int k = 0; k < Hidden; k++) sum += h[r * Hidden + k] * w2[k * Out + j];
                z[r * Out + j] = sum;
            }
        }
    }
}
