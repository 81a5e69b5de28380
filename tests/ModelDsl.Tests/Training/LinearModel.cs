using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Training;

internal interface ISize
{
    static abstract int Value { get; }
}

internal readonly struct One : ISize { public static int Value => 1; }

internal readonly struct Three : ISize { public static int Value => 3; }

internal readonly struct Wide : ISize { public static int Value => 300; }

/// <summary>z = x·w + b, mean (z − t)², as the generator would write it; and a running mean of t, state that forward updates.</summary>
internal sealed class LinearModel<T, TInputs>(AlignedMemory<T> parameters) : IModel<LinearModel<T, TInputs>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInputs : ISize
{
    // Such that every kernel is forked.
    private const long Operations = 1_000_000;
    private static readonly int Padded = (TInputs.Value + 15) / 16 * 16;
    private static readonly Kernel<T> ForwardKernel = ForwardRows, BackwardKernel = BackwardColumns;

    public static ModelInfo Info { get; } = new()
    {
        Name = "Linear",
        Hash = "linear",
        Scalar = typeof(T) == typeof(double) ? Scalar.Double : Scalar.Single,
        Inputs = [new("x", [TInputs.Value])],
        Outputs = [new("y", [1], Loss.Mse, Metric.Mse)],
        Layers = [new("dense1", "Dense", [1], TInputs.Value + 1, 2 * TInputs.Value + 1)],
        Parameters =
        [
            new("dense1.weight", [TInputs.Value, 1], 0, Initializer.GlorotUniform, 1, Decay: true, Trainable: true),
            new("dense1.bias", [1], Padded, Initializer.Zeros, 1, Decay: false, Trainable: true),
            new("running.mean", [1], Padded + 16, Initializer.Zeros, 1, Decay: false, Trainable: false),
        ],
        BlockLength = Padded + 32,
        TrainableLength = Padded + 16,
        DecayedLength = Padded,
        Training = new(0, 16, [new(0, 1, true), new(-1, 1, true)]),
        Evaluation = new(0, 16, [new(0, 1, true), new(-1, 1, true)]),
        Prediction = new(0, 0, [default, new(-1, 1, true)]),
        Logits = new(0, 0, [default, new(-1, 1, true)]),
    };

    public AlignedMemory<T> Parameters { get; } = parameters;

    public T Weight => Parameters.Span[0];

    public T Bias => Parameters.Span[Padded];

    public T RunningMean => Parameters.Span[Padded + 16];

    public static LinearModel<T, TInputs> Zero() => new(new AlignedMemory<T>(Info.BlockLength));

    public static LinearModel<T, TInputs> Create(ulong seed = 0) => new(ParameterInitializer.Create<T>(Info, seed));

    public static LinearModel<T, TInputs> Load(string path) => new(SafeTensors.Load<T>(path, Info));

    public void Save(string path) => SafeTensors.Save(path, Info, Parameters);

    public Evaluation Evaluate(Dataset data) => ModelRunner.Evaluate<LinearModel<T, TInputs>, T>(this, data);

    public static void Forward<V>(Workspace<T> s) where V : struct, ILanes<V, T>
    {
        s.Run(ForwardKernel, Operations);
        s.Loss = MeanSquare(s.Buffer(0));
        T mean = T.Zero;
        foreach (T t in s.Target<T>(1)) mean += t / T.CreateChecked(s.Batch);
        T tenth = T.CreateChecked(0.1);
        ref T running = ref s.Parameter(Padded + 16, 1)[0];
        running += tenth * (mean - running);
    }

    /// <summary>dw = xᵀe·2/n, db = Σe·2/n</summary>
    public static void Backward<V>(Workspace<T> s) where V : struct, ILanes<V, T> => s.Run(BackwardKernel, Operations);

    public static void Evaluate<V>(Workspace<T> s) where V : struct, ILanes<V, T>
    {
        ForwardRows(s, Part.All);
        s.Loss = MeanSquare(s.Buffer(0));
        Predict<V>(s);
    }

    public static void Predict<V>(Workspace<T> s) where V : struct, ILanes<V, T>
    {
        Span<T> z = s.Buffer(1);
        for (int i = 0; i < s.Batch; i++) z[i] = Row(s, i);
    }

    public static void Logits<V>(Workspace<T> s) where V : struct, ILanes<V, T> => Predict<V>(s);

    private static void ForwardRows(Workspace<T> s, Part part)
    {
        ReadOnlySpan<T> t = s.Target<T>(1);
        Span<T> e = s.Buffer(0); // (B, 1)
        (int start, int end) = part.Of(s.Batch);
        for (int i = start; i < end; i++) e[i] = Row(s, i) - t[i];
    }

    private static T Row(Workspace<T> s, int i)
    {
        ReadOnlySpan<T> x = s.Input<T>(TInputs.Value).Slice(i * TInputs.Value, TInputs.Value), w = s.Parameter(0, TInputs.Value);
        T z = s.Parameter(Padded, 1)[0];
        for (int j = 0; j < w.Length; j++) z += x[j] * w[j];
        return z;
    }

    private static void BackwardColumns(Workspace<T> s, Part part)
    {
        ReadOnlySpan<T> x = s.Input<T>(TInputs.Value), e = s.Buffer(0);
        T scale = T.CreateChecked(2) / T.CreateChecked(s.Batch);
        (int start, int end) = part.Of(TInputs.Value + 1);
        for (int j = start; j < end; j++)
        {
            T sum = T.Zero;
            for (int i = 0; i < e.Length; i++) sum += j == TInputs.Value ? e[i] : e[i] * x[i * TInputs.Value + j];
            if (j == TInputs.Value) s.Gradient(Padded, 1)[0] = scale * sum;
            else s.Gradient(0, TInputs.Value)[j] = scale * sum;
        }
    }

    private static T MeanSquare(ReadOnlySpan<T> e)
    {
        T sum = T.Zero;
        foreach (T value in e) sum += value * value;
        return sum / T.CreateChecked(e.Length);
    }
}
