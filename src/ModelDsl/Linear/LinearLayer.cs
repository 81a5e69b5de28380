using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>The one dense layer of a linear model: where its weights and biases lie in the parameter block.</summary>
internal sealed class LinearLayer
{
    private readonly ParameterInfo _weight;
    private readonly ParameterInfo? _bias;

    private LinearLayer(ModelInfo info, ParameterInfo weight, ParameterInfo? bias) => (Info, _weight, _bias) = (info, weight, bias);

    public ModelInfo Info { get; }

    public int Inputs => _weight.Shape[0];

    public int Outputs => _weight.Shape[1];

    public bool HasBias => _bias is not null;

    public Loss Loss => Info.Outputs[0].Loss!.Value;

    /// <summary>The layer of a model that is nothing else, with one of the losses that the method minimises.</summary>
    public static LinearLayer Of(ModelInfo info, string method, params Loss[] losses)
    {
        ArgumentException Not(string why) => new($"{info.Name} cannot be fitted by {method}: {why}", "model");
        if (info.Inputs.Length != 1 || info.Inputs[0].Classes != 0 || info.Outputs.Length != 1) throw Not("it must have one input, of values, and one output.");
        if (info.Layers.Length != 1 || info.Layers[0].Kind != "Dense")
            throw Not($"it must be one dense layer without activation, and is {string.Join(", ", info.Layers.Select(l => l.Kind))}. Declare it as [Input(n)] [Dense(m)] [Target(…)], or train it by a Trainer.");
        string name = info.Layers[0].Name;
        ParameterInfo? weight = Array.Find(info.Parameters, p => p.Name == name + ".weight"), bias = Array.Find(info.Parameters, p => p.Name == name + ".bias");
        if (weight is not { Shape: [var inputs, var outputs] } || inputs != info.InputSize || outputs != info.OutputSize) throw Not("its layer has no matrix of weights, (inputs, outputs).");
        if (weight.Frozen || bias is { Frozen: true }) throw Not("its layer is frozen.");
        if (info.Outputs[0].Loss is not { } loss || !losses.Contains(loss))
            throw Not($"its loss is {info.Outputs[0].Loss?.ToString() ?? "none"}; {method} minimises {string.Join(" or ", losses.Select(l => "Loss." + l))}.");
        return new(info, weight, bias);
    }

    /// <summary>The data must have the model's widths and kind of target, and a sample.</summary>
    public void Require(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0) throw new ArgumentException("The data set is empty: there is nothing to fit.", nameof(data));
        if (data.WeightsOf(data.Targets[0]) is not null) throw new ArgumentException($"The data set has weights: pass them to the fit as {nameof(LinearFitOptions)}.{nameof(LinearFitOptions.SampleWeights)}, and data.WithoutWeights().", nameof(data));
        if (data.Inputs.Count != 1 || data.Inputs[0].IsClass || data.FeatureSize != Inputs)
            throw new ArgumentException($"{Info.Name} takes {Inputs} values a sample; the data set has {string.Join(", ", data.Inputs)}.", nameof(data));
        DataColumn target = data.Targets[0];
        if (data.Targets.Count == 1 && ClassTargets.Tell(target, Info.Outputs[0])) ClassTargets.Require(data, target, Info.Outputs[0]);
        else if (data.Targets.Count != 1 || target.IsClass != Info.TargetIsClass || target.Width != Info.TargetSize)
            throw new ArgumentException($"{Info.Name} is trained on {(Info.TargetIsClass ? "a class index" : $"{Outputs} values")} a sample; the data set has {string.Join(", ", data.Targets)}.{ClassTargets.Cure(target, Info.Outputs[0])}", nameof(data));
    }

    /// <summary>Values of the targets, which may be the data set's own memory. (samples, outputs) Of class indices, the indices. (samples)</summary>
    public static double[] Targets(Dataset data)
    {
        if (data.TargetIsClass)
        {
            int[] labels = new int[data.Count];
            data.CopyTargets<int>(AllRows(data), labels);
            return Array.ConvertAll(labels, label => (double)label);
        }
        if (data.Stored<double>(data.Targets[0]) is { } stored) return stored;
        double[] y = new double[data.Count * data.TargetSize];
        if (data.Stored<float>(data.Targets[0]) is { } singles)
            for (int i = 0; i < y.Length; i++) y[i] = singles[i];
        else data.CopyTargets<double>(AllRows(data), y);
        return y;
    }

    public static int[] AllRows(Dataset data) => [.. Enumerable.Range(0, data.Count)];

    /// <summary>Sets the layer.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="weights">(inputs, outputs)</param>
    /// <param name="bias">(outputs); not looked at where there is none.</param>
    public void Write<T>(Span<T> parameters, ReadOnlySpan<double> weights, ReadOnlySpan<double> bias) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> w = parameters.Slice(_weight.Offset, _weight.Length);
        for (int i = 0; i < w.Length; i++) w[i] = T.CreateSaturating(weights[i]);
        if (_bias is null) return;
        Span<T> b = parameters.Slice(_bias.Offset, _bias.Length);
        for (int i = 0; i < b.Length; i++) b[i] = T.CreateSaturating(bias[i]);
    }
}
