using ModelDsl.Kernels;

namespace ModelDsl.Tests.Training;

/// <summary>Three classes, whose logits are the parameters whatever the input (one value): the least that is trained on class indices.</summary>
internal sealed class ClassModel : IModel<ClassModel, float>
{
    public static ModelInfo Info { get; } = new()
    {
        Name = "Digits",
        Hash = "classes",
        Scalar = Scalar.Single,
        Inputs = [new("x", [1])],
        Outputs = [new("y", [3], Loss.SparseCrossEntropy, Metric.Accuracy)],
        Layers = [],
        Parameters = [new("logits", [3], 0, Initializer.Zeros, 1, Decay: false, Trainable: true)],
        BlockLength = 16,
        TrainableLength = 16,
        DecayedLength = 0,
        Training = new(0, 0, [default, new(-1, 3, true)]),
        Evaluation = new(0, 0, [default, new(-1, 3, true)]),
        Prediction = new(0, 0, [default, new(-1, 3, true)]),
        Logits = new(0, 0, [default, new(-1, 3, true)]),
    };

    public AlignedMemory<float> Parameters { get; } = new(16);

    public static ClassModel Create(ulong seed = 0) => new();

    public static ClassModel Load(string path) => throw new NotSupportedException();

    public void Save(string path) => throw new NotSupportedException();

    public Evaluation Evaluate(Dataset data) => ModelRunner.Evaluate<ClassModel, float>(this, data);

    public static void Forward<V>(Workspace<float> s) where V : struct, ILanes<V, float>
    {
        Span<float> p = stackalloc float[3];
        Softmax(s, p);
        s.Loss = 0;
        foreach (int t in s.Target<int>(1)) s.Loss -= MathF.Log(p[t]) / s.Batch;
    }

    public static void Backward<V>(Workspace<float> s) where V : struct, ILanes<V, float>
    {
        Span<float> g = s.Gradient(0, 3);
        Softmax(s, g);
        foreach (int t in s.Target<int>(1)) g[t] -= 1f / s.Batch;
    }

    public static void Evaluate<V>(Workspace<float> s) where V : struct, ILanes<V, float>
    {
        Forward<V>(s);
        Predict<V>(s);
    }

    public static void Predict<V>(Workspace<float> s) where V : struct, ILanes<V, float>
    {
        for (int i = 0; i < s.Batch; i++) Softmax(s, s.Buffer(1).Slice(3 * i, 3));
    }

    public static void Logits<V>(Workspace<float> s) where V : struct, ILanes<V, float>
    {
        for (int i = 0; i < s.Batch; i++) s.Parameter(0, 3).CopyTo(s.Buffer(1)[(3 * i)..]);
    }

    private static void Softmax(Workspace<float> s, Span<float> p)
    {
        float sum = 0;
        for (int j = 0; j < 3; j++) sum += p[j] = MathF.Exp(s.Parameter(0, 3)[j]);
        for (int j = 0; j < 3; j++) p[j] /= sum;
    }
}
