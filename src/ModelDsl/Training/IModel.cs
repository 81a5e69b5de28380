using System.Buffers;
using System.ComponentModel;
using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>A compiled model, whatever its scalar type: what generic code needs to create, store and judge one, without reflection.</summary>
/// <typeparam name="TSelf">The model's class.</typeparam>
public interface IModel<TSelf> where TSelf : class, IModel<TSelf>
{
    /// <summary>What is known of the model at build time.</summary>
    static abstract ModelInfo Info { get; }

    /// <summary>Scalars in one input sample.</summary>
    static virtual int InputSize => TSelf.Info.InputSize;

    /// <summary>Scalars in one output sample.</summary>
    static virtual int OutputSize => TSelf.Info.OutputSize;

    /// <summary>A model with freshly drawn parameters; equal seeds give equal bits.</summary>
    static abstract TSelf Create(ulong seed = 0);

    /// <summary>Reads the parameters from a safetensors file.</summary>
    /// <exception cref="ModelFormatException">The file is not valid, or holds another model's tensors.</exception>
    static abstract TSelf Load(string path);

    /// <summary>Writes the parameters as a safetensors file: to a temporary beside it, then renamed over it.</summary>
    void Save(string path);

    /// <summary>Loss and metrics over a data set, in prediction mode. Thread-safe.</summary>
    Evaluation Evaluate(Dataset data);

    /// <summary>The loss of each sample, whatever the scalar type.</summary>
    internal double[] SampleLosses(Dataset data);

    /// <summary>Predictions for any number of samples, whatever the scalar type, of a model of one input of values and one output. Thread-safe; allocates nothing.</summary>
    internal void PredictInDouble(ReadOnlySpan<double> x, Span<double> y);

    /// <summary>The gradients of a copy of the model against differences, whatever the scalar type.</summary>
    internal GradientCheckResult CheckGradients(Dataset batch, GradientCheckOptions options, CancellationToken cancellation);

    /// <summary>As <see cref="Save(string)"/>, with texts beside the tensors.</summary>
    internal void SaveWith(string path, IReadOnlyDictionary<string, string> metadata);
}

/// <summary>The compiled programs of a model. Emitted by the generator and called by the runtime; a program reads and writes its workspace only.</summary>
/// <typeparam name="TSelf">The model's class.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IModel<TSelf, T> : IModel<TSelf>
    where TSelf : class, IModel<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The flat parameter block, laid out as <see cref="ModelInfo.Parameters"/> says.</summary>
    AlignedMemory<T> Parameters { get; }

    /// <summary>Input, target → loss in training mode, and what the backward pass needs.</summary>
    static abstract void Forward<V>(Workspace<T> s) where V : struct, ILanes<V, T>;

    /// <summary>After <see cref="Forward"/>: the gradient of the loss for each trained parameter.</summary>
    static abstract void Backward<V>(Workspace<T> s) where V : struct, ILanes<V, T>;

    /// <summary>Input, target → loss and predictions in prediction mode.</summary>
    static abstract void Evaluate<V>(Workspace<T> s) where V : struct, ILanes<V, T>;

    /// <summary>Input → predictions.</summary>
    static abstract void Predict<V>(Workspace<T> s) where V : struct, ILanes<V, T>;

    /// <summary>Input → the last layer's output, before the softmax or sigmoid that <see cref="Predict"/> applies.</summary>
    static abstract void Logits<V>(Workspace<T> s) where V : struct, ILanes<V, T>;

    /// <summary>The model's kernels for a GPU; null where it was not declared with <see cref="Targets.Gpu"/>.</summary>
    static virtual Gpu.DeviceCode? DeviceCode => null;

    /// <summary>Input, and a weight for each logit → how the input moves their weighted sum.</summary>
    static virtual void InputGradient<V>(Workspace<T> s) where V : struct, ILanes<V, T> => throw new NotSupportedException($"{TSelf.Info.Name} has no gradient of its input: declare it as [Model(InputGradient = true)].");

    /// <summary>One position of the input, and what runs for those before it kept → the prediction for it, and what is kept of it.</summary>
    static virtual void Decode<V>(Workspace<T> s) where V : struct, ILanes<V, T> => throw new NotSupportedException($"{TSelf.Info.Name} has no decoder: declare it as [Model(Decoder = true)].");

    void IModel<TSelf>.PredictInDouble(ReadOnlySpan<double> x, Span<double> y)
    {
        T[] buffer = ArrayPool<T>.Shared.Rent(x.Length + y.Length);
        try
        {
            Span<T> inputs = buffer.AsSpan(0, x.Length), outputs = buffer.AsSpan(x.Length, y.Length);
            for (int i = 0; i < x.Length; i++) inputs[i] = T.CreateTruncating(x[i]);
            ModelRunner.Predict<TSelf, T>((TSelf)this, inputs, outputs);
            for (int i = 0; i < y.Length; i++) y[i] = double.CreateTruncating(outputs[i]);
        }
        finally
        {
            ArrayPool<T>.Shared.Return(buffer);
        }
    }

    double[] IModel<TSelf>.SampleLosses(Dataset data) => Evaluator<TSelf, T>.Current.Losses((TSelf)this, data);

    GradientCheckResult IModel<TSelf>.CheckGradients(Dataset batch, GradientCheckOptions options, CancellationToken cancellation)
    {
        TSelf copy = TSelf.Create();
        Parameters.Span.CopyTo(copy.Parameters.Span);
        return new Trainer<TSelf, T>(copy, new GradientDescent(1), new TrainerOptions { Seed = options.Seed }).CheckGradients(batch, options, cancellation);
    }

    void IModel<TSelf>.SaveWith(string path, IReadOnlyDictionary<string, string> metadata) => SafeTensors.Save(path, TSelf.Info, Parameters, metadata);
}
