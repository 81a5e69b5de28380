namespace ModelDsl.Tests;

/// <summary>Descriptions of models that no generator made.</summary>
internal static class Models
{
    public static ModelInfo Info(Loss loss = Loss.Mse, int outputs = 1, Metric metrics = Metric.Accuracy | Metric.Mse | Metric.Mae | Metric.R2,
        Scalar scalar = Scalar.Single, params ParameterInfo[] parameters) => new()
    {
        Name = "Sample", Hash = "0123abcd", Scalar = scalar, Inputs = [new("x", [2])], Outputs = [new("y", [outputs], loss, metrics)], Layers = [],
        Parameters = parameters, BlockLength = parameters.Sum(p => (p.Length + 15) / 16 * 16), TrainableLength = 0, DecayedLength = 0,
        Training = new(0, 0, []), Evaluation = new(0, 0, []), Prediction = new(0, 0, []), Logits = new(0, 0, []),
    };

    /// <summary>A model whose layers have a kind and an output.</summary>
    public static ModelInfo Stack((string Name, string Kind, int[] Output)[] layers, params ParameterInfo[] parameters) => new()
    {
        Name = "Sample", Hash = "0123abcd", Scalar = Scalar.Single, Inputs = [new("x", [3])], Outputs = [new("y", [1], Loss.Mse, Metric.Mse)], Layers = [.. layers.Select(l => new LayerInfo(l.Name, l.Kind, l.Output, 0, 0))],
        Parameters = parameters, BlockLength = parameters.Sum(p => (p.Length + 15) / 16 * 16), TrainableLength = 0, DecayedLength = 0,
        Training = new(0, 0, []), Evaluation = new(0, 0, []), Prediction = new(0, 0, []), Logits = new(0, 0, []),
    };

    public static ParameterInfo Tensor(string name, int offset, params int[] shape) => new(name, shape, offset, Initializer.Zeros, 0, true, true);
}
