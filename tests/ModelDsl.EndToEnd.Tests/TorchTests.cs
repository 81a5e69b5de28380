using System.Text.Json;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Twenty steps of whole models against torch 1.13 in double, from the same first values (<c>Reference/torch_reference.py</c>).</summary>
public sealed class TorchTests
{
    private const double Tolerance = 1e-10;

    private static readonly JsonElement Reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "torch.json"))).RootElement;

    [Fact]
    public void NormedClassifier_WithMomentum_IsTorchs() =>
        Follows(NormedClassifier.CreateTrainer(NormedClassifier.Create(), new Sgd(0.05, 0.9)), "NormedClassifier", y => [.. y.Select(v => (int)v)], (m, x, y) => m.Logits(x, y));

    [Fact]
    public void NormedRegressor_WithAdam_IsTorchs() =>
        Follows(NormedRegressor.CreateTrainer(NormedRegressor.Create(), new Adam(0.01)), "NormedRegressor", y => y, (m, x, y) => m.Logits(x, y));

    [Fact]
    public void BinaryClassifier_WithAdamW_IsTorchs() =>
        Follows(BinaryClassifier.CreateTrainer(BinaryClassifier.Create(), new AdamW(0.02, 0.1)), "BinaryClassifier", y => y, (m, x, y) => m.Logits(x, y));

    [Fact]
    public void Rnn_WithMomentum_IsTorchs() => Follows(RnnTagger.CreateTrainer(RnnTagger.Create(), new Sgd(0.05, 0.9)), "RnnTagger", y => y, (m, x, y) => m.Logits(x, y));

    [Fact]
    public void Gru_WithAdam_IsTorchs() => Follows(GruTagger.CreateTrainer(GruTagger.Create(), new Adam(0.01)), "GruTagger", y => y, (m, x, y) => m.Logits(x, y));

    [Fact]
    public void Lstm_WithAdam_IsTorchs() => Follows(LstmTagger.CreateTrainer(LstmTagger.Create(), new Adam(0.01)), "LstmTagger", y => y, (m, x, y) => m.Logits(x, y));

    [Fact]
    public void BidirectionalGru_WithAdam_IsTorchs() =>
        Follows(BothWaysTagger.CreateTrainer(BothWaysTagger.Create(), new Adam(0.01)), "BothWaysTagger", y => y, (m, x, y) => m.Logits(x, y));

    [Fact]
    public void LstmClassifierOfTwoLayers_WithAdam_IsTorchs() =>
        Follows(LstmClassifier.CreateTrainer(LstmClassifier.Create(), new Adam(0.01)), "LstmClassifier", y => [.. y.Select(v => (int)v)], (m, x, y) => m.Logits(x, y));

    [Fact]
    public void GroupedRotaryAttention_WithAdam_IsTorchs() =>
        Follows(GroupedAttention.CreateTrainer(GroupedAttention.Create(), new Adam(0.01)), "GroupedAttention", y => y, (m, x, y) => m.Logits(x, y));

    [Fact]
    public void Gpt_WithAdamW_IsTorchs()
    {
        Gpt.ModelTrainer trainer = Gpt.CreateTrainer(Gpt.Create(), new AdamW(0.01, 0.1));
        int[] y = Integers(Reference.GetProperty("Gpt"), "y"), tokens = Integers(Reference.GetProperty("Gpt"), "x");
        Follows<Gpt>(trainer, "Gpt", () => trainer.Step(tokens, y), values => trainer.Model.Logits(tokens, values));
    }

    private delegate void Output<TModel>(TModel model, double[] x, double[] y);

    private static void Follows<TModel, TTarget>(Trainer<TModel, double, TTarget> trainer, string name, Func<double[], TTarget[]> targets, Output<TModel> output)
        where TModel : class, IModel<TModel, double>
        where TTarget : unmanaged, System.Numerics.INumberBase<TTarget>
    {
        JsonElement reference = Reference.GetProperty(name);
        double[] x = Numbers(reference, "x");
        TTarget[] y = targets(Numbers(reference, "y"));
        Follows<TModel>(trainer, name, () => trainer.Step(x, y), values => output(trainer.Model, x, values));
    }

    private static void Follows<TModel>(Trainer<TModel, double> trainer, string name, Func<double> next, Action<double[]> output) where TModel : class, IModel<TModel, double>
    {
        JsonElement reference = Reference.GetProperty(name);
        foreach (ParameterInfo p in TModel.Info.Parameters) Numbers(reference.GetProperty("first"), p.Name).CopyTo(trainer.Model.Parameters.Span[p.Offset..]);
        double[] losses = Numbers(reference, "losses");
        for (int step = 0; step < losses.Length; step++)
        {
            Near([losses[step]], [next()], $"{name}, loss of step {step}");
            if (step > 0) continue;
            foreach (JsonProperty gradient in reference.GetProperty("gradients").EnumerateObject())
                Near(Numbers(reference.GetProperty("gradients"), gradient.Name), trainer.Gradient(gradient.Name), $"{name}, gradient of {gradient.Name}");
        }

        foreach (ParameterInfo p in TModel.Info.Parameters) Near(Numbers(reference.GetProperty("last"), p.Name), trainer.Parameter(p.Name), $"{name}, {p.Name}");
        double[] outputs = Numbers(reference, "outputs"), actual = new double[outputs.Length];
        output(actual);
        Near(outputs, actual, $"{name}, outputs");
    }

    private static void Near(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"{what}[{i}] is {actual[i]:R}; torch has {expected[i]:R}");
    }

    private static int[] Integers(JsonElement element, string name) => [.. Numbers(element, name).Select(v => (int)v)];

    private static double[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
}
