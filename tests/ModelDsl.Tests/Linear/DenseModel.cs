using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.LinearModels;

/// <summary>What the generator would be told of a model of one dense layer.</summary>
internal interface IDense
{
    static abstract int Inputs { get; }
    static abstract int Outputs { get; }
    static abstract Loss Loss { get; }
    static abstract bool Bias { get; }
}

/// <summary>[Input(n)] [Dense(m)] [Target(loss)]: parameters and their description, and logits; the fits of linear models need no more.</summary>
internal sealed class DenseModel<T, TDense> : IModel<DenseModel<T, TDense>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TDense : IDense
{
    private static readonly int Padded = (TDense.Inputs * TDense.Outputs + 15) / 16 * 16;

    public static ModelInfo Info { get; } = new()
    {
        Name = "Dense",
        Hash = "dense",
        Scalar = typeof(T) == typeof(double) ? Scalar.Double : Scalar.Single,
        Inputs = [new("x", [TDense.Inputs])],
        Outputs = [new("y", [TDense.Outputs], TDense.Loss, Metric.Default)],
        Layers = [new("dense1", "Dense", [TDense.Outputs], TDense.Inputs * TDense.Outputs + (TDense.Bias ? TDense.Outputs : 0), 0)],
        Parameters =
        [
            new("dense1.weight", [TDense.Inputs, TDense.Outputs], 0, Initializer.GlorotUniform, 1, Decay: true, Trainable: true),
            .. TDense.Bias ? new ParameterInfo[] { new("dense1.bias", [TDense.Outputs], Padded, Initializer.Zeros, 1, Decay: false, Trainable: true) } : [],
        ],
        BlockLength = Padded + 16,
        TrainableLength = Padded + 16,
        DecayedLength = Padded,
        Training = new(0, 0, [default, new(-1, TDense.Outputs, true)]),
        Evaluation = new(0, 0, [default, new(-1, TDense.Outputs, true)]),
        Prediction = new(0, 0, [default, new(-1, TDense.Outputs, true)]),
        Logits = new(0, 0, [default, new(-1, TDense.Outputs, true)]),
    };

    public AlignedMemory<T> Parameters { get; } = new(Padded + 16);

    public double[] Weight => Doubles(Parameters.Span[..(TDense.Inputs * TDense.Outputs)]);

    public double[] Bias => Doubles(Parameters.Span.Slice(Padded, TDense.Outputs));

    public static DenseModel<T, TDense> Create(ulong seed = 0) => new();

    public static DenseModel<T, TDense> Load(string path) => throw new NotSupportedException();

    /// <summary>x·W + b in double. (rows, outputs)</summary>
    public double[] Scores(double[] x)
    {
        double[] w = Weight, b = Bias, z = new double[x.Length / TDense.Inputs * TDense.Outputs];
        for (int i = 0; i < z.Length; i++)
        {
            (int row, int o) = (i / TDense.Outputs, i % TDense.Outputs);
            z[i] = b[o];
            for (int j = 0; j < TDense.Inputs; j++) z[i] += x[row * TDense.Inputs + j] * w[j * TDense.Outputs + o];
        }
        return z;
    }

    public void Save(string path) => throw new NotSupportedException();

    public Evaluation Evaluate(Dataset data) => throw new NotSupportedException();

    public static void Forward<V>(Workspace<T> s) where V : struct, ILanes<V, T> => throw new NotSupportedException();

    public static void Backward<V>(Workspace<T> s) where V : struct, ILanes<V, T> => throw new NotSupportedException();

    public static void Evaluate<V>(Workspace<T> s) where V : struct, ILanes<V, T> => throw new NotSupportedException();

    public static void Predict<V>(Workspace<T> s) where V : struct, ILanes<V, T> => throw new NotSupportedException();

    public static void Logits<V>(Workspace<T> s) where V : struct, ILanes<V, T> => throw new NotSupportedException();

    private static double[] Doubles(ReadOnlySpan<T> values) => Array.ConvertAll(values.ToArray(), double.CreateChecked);
}
