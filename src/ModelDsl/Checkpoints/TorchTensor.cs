namespace ModelDsl.Checkpoints;

/// <summary>How PyTorch keeps a tensor of ours: its axes in another order, and another name for its place in a layer.</summary>
/// <param name="Ours">The tensor.</param>
/// <param name="View">PyTorch's sizes; of values that read a flattened picture, with the picture's axes apart.</param>
/// <param name="Axes">Of the view, in our order.</param>
/// <param name="Shape">PyTorch's sizes.</param>
internal sealed record TorchTensor(ParameterInfo Ours, int[] View, int[] Axes, int[] Shape)
{
    /// <summary>Layers of PyTorch that take channels before places.</summary>
    private static readonly string[] ChannelsFirst = ["Conv", "MaxPool", "AveragePool", "AdaptiveMaxPool", "AdaptiveAveragePool", "Upsample", "GroupNorm"];

    /// <summary>The tensors of a model, in its order.</summary>
    /// <exception cref="ArgumentException">What a layer reads is no order that is known.</exception>
    public static TorchTensor[] Of(ModelInfo info) => Array.ConvertAll(info.Parameters, p => Of(info, p));

    private static TorchTensor Of(ModelInfo info, ParameterInfo tensor)
    {
        (string module, string role) = TorchNames.Split(tensor.Name);
        int layer = Array.FindIndex(info.Layers, l => module == l.Name || module.StartsWith(l.Name + ".", StringComparison.Ordinal));
        // Layers of a cell have no line of their own.
        string kind = layer >= 0 ? Kind(info.Layers[layer]) : role == "weight" ? "Dense" : "";
        int rank = tensor.Shape.Length;
        int[] windows = [.. Enumerable.Range(2, Math.Max(0, rank - 2))];
        bool isAlongInput = kind is "BatchNorm" or "LayerNorm" or "RmsNorm" || kind == "Dense" && rank == 2;
        if (layer >= 0 && isAlongInput && Picture(info, layer, tensor) is { } picture)
        {
            // (out, channels, places…) → (places…, channels, out)
            int channels = picture.Length - 1;
            int[] flat = [.. Enumerable.Range(1, channels), 0], behind = tensor.Shape[1..];
            return New([.. behind, picture[channels], .. picture[..channels]], [.. flat.Select(a => a + behind.Length), .. Enumerable.Range(0, behind.Length)], [.. behind, tensor.Shape[0]]);
        }
        return rank < 2 ? As(0) : kind switch
        {
            "Conv1D" or "Conv2D" => As([.. windows, 1, 0]),
            "ConvTranspose1D" or "ConvTranspose2D" => As([.. windows, 0, 1]),
            "Dense" or "Attention" or "Rnn" or "Gru" or "Lstm" => As(1, 0),
            _ => As([.. Enumerable.Range(0, rank)]),
        };

        TorchTensor As(params int[] axes)
        {
            axes = axes[..rank];
            int[] shape = new int[rank];
            for (int i = 0; i < rank; i++) shape[axes[i]] = tensor.Shape[i];
            return New(shape, axes, shape);
        }

        TorchTensor New(int[] view, int[] axes, int[] shape) => new(tensor, view, axes, shape);
    }

    private static string Kind(LayerInfo layer) => layer.Kind.Split(' ', ',')[0];

    /// <summary>The sizes (places…, channels) of a picture whose values, flattened, a tensor of a layer has one after the other; null where it is none.</summary>
    private static int[]? Picture(ModelInfo info, int layer, ParameterInfo tensor)
    {
        int before = layer - 1;
        while (before >= 0 && Kind(info.Layers[before]) is "Flatten" or "Dropout" or "Activation" or "BatchNorm" or "LayerNorm" or "RmsNorm") before--;
        int[] shape = before >= 0 ? info.Layers[before].Output : info.InputShape;
        bool isPicture = before < 0 ? shape.Length == 3 : Array.Exists(ChannelsFirst, k => Kind(info.Layers[before]).StartsWith(k, StringComparison.Ordinal));
        if (!isPicture || shape.Length < 2 || shape.Any(d => d < 1) || tensor.Shape[0] == shape[^1]) return null;
        if (tensor.Shape[0] == SizeInfo.Product(shape)) return shape;
        if (before < 0 || tensor.Shape.Length < 2) return null;
        throw new ArgumentException($"'{tensor.Name}' of {info.Name} takes {tensor.Shape[0]} values behind '{info.Layers[before].Name}', which gives ({string.Join(", ", shape)}): which of them is which in PyTorch cannot be told. "
            + "Save the tensors with our names and shapes instead, transposed and in our order, and Load the file.", nameof(info));
    }
}
