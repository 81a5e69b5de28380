using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

[Model]
[Input(8)]
[Dense(6, Activation.Relu)]
[Dense(6, Activation.Tanh)]
[Dense(6, Activation.Tanh)]
[Dense(6, Activation.Tanh)]
[Dense(6, Activation.Tanh)]
[Dense(6, Activation.Tanh)]
[Dense(3)]
[Target(Loss.Mse)]
public sealed partial class FromSequential;

[Model, Input(8), Dense(6, Activation.Relu), Dense(3), Target(Loss.Mse)]
public sealed partial class FromHalves;

[Model]
[Input(8, 5, 2)]
[Conv2D(4, 3, KernelWidth = 2)]
[BatchNorm]
[Activation(Activation.Relu)]
[Conv2D(6, 3, Activation.Relu, Padding = 1, Groups = 2)]
[MaxPool2D(2)]
[Flatten]
[BatchNorm]
[Dense(5, Activation.Tanh)]
[Dense(3)]
[Target(Loss.Mse)]
public sealed partial class FromCnn;

[Model, Target(Loss.Mse)]
public sealed partial class FromUp
{
    [ConvTranspose1D(4, 3, Stride = 2)] private partial Layer Rise { get; }
    [Dense(2)] private partial Layer Judge { get; }

    [Forward] public Tensor Forward([Input(4, 3)] Tensor x) => Judge(Reshape(Rise(x), 36));
}

[Model]
[Input(5, Classes = 7)]
[Embedding(7, 4)]
[Gru(3, Bidirectional = true)]
[Lstm(5)]
[Lstm(5)]
[LayerNorm]
[Dense(4)]
[Target(Loss.Mse)]
public sealed partial class FromTagger;

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class FromTwins
{
    [Dense(4, Activation.Tanh)] private partial Layer First { get; }
    [Dense(4)] private partial Layer Second { get; }
    [Param(4)] private partial Tensor Scale { get; }

    [Forward] public Tensor Forward([Input(4)] Tensor x) => Second(First(x)) * Scale;
}

/// <summary>State dicts that torch 1.13 wrote (<c>Reference/state_dicts.py</c>) give models that predict what torch's modules do.</summary>
public sealed class TorchFileTests
{
    private static readonly IReadOnlyDictionary<string, NpyArray> Predictions = SafeTensors.LoadArrays(File("predictions"));

    [Fact]
    public void LayersOfOneShape_GoByTheirNumbers() => Equal("sequential", FromSequential.Create(1).LoadTorch(File("sequential")).Predict);

    [Fact]
    public void HalfPrecision_IsWidened() => Equal("halves", FromHalves.Create(1).LoadTorch(File("halves")).Predict);

    [Fact]
    public void KernelsAndFlattenedPictures_AreTransposed() => Equal("cnn", FromCnn.Create(1).LoadTorch(File("cnn")).Predict);

    [Fact]
    public void ABodysReshape_IsAFlattenedPicture() => Equal("up", FromUp.Create(1).LoadTorch(File("up")).Predict);

    [Fact]
    public void RecurrentLevels_AreLayers()
    {
        float[] expected = Predictions["tagger.y"].Values<float>(), y = new float[expected.Length];
        FromTagger.Create(1).LoadTorch(File("tagger")).Predict(Predictions["tagger.x"].Values<int>(), y);
        Equal(expected, y);
    }

    [Fact]
    public void NamesTellTwins()
    {
        double[] expected = Predictions["twins.y"].Values<double>(), y = new double[expected.Length];
        FromTwins model = FromTwins.Create(1);
        double[] before = model.Parameters.Span.ToArray();
        Assert.Contains("pass names", Assert.Throws<ModelFormatException>(() => model.LoadTorch(File("twins"))).Message);
        Assert.Equal(before, model.Parameters.Span);
        model.LoadTorch(File("twins"), new Dictionary<string, string> { ["First"] = "before", ["Scale"] = "gain" }).Predict(Predictions["twins.x"].Values<double>(), y);
        Equal(Array.ConvertAll(expected, e => (float)e), Array.ConvertAll(y, e => (float)e));
    }

    [Fact]
    public void Load_SaysHow()
    {
        string message = Assert.Throws<ModelFormatException>(() => FromHalves.Load(File("halves"))).Message;
        Assert.Contains("missing: 'dense1.weight'", message);
        Assert.Contains("FromHalves.Create().LoadTorch(path)", message);
    }

    private delegate void Predict(ReadOnlySpan<float> x, Span<float> y);

    private static void Equal(string name, Predict predict)
    {
        float[] expected = Predictions[name + ".y"].Values<float>(), y = new float[expected.Length];
        predict(Predictions[name + ".x"].Values<float>(), y);
        Equal(expected, y);
    }

    private static void Equal(float[] expected, float[] y)
    {
        for (int i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], 1e-5f);
    }

    private static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Reference", name + ".safetensors");
}
