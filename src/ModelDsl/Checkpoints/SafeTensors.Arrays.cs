using System.Numerics;
using ModelDsl.Checkpoints;
using ModelDsl.Data;

namespace ModelDsl;

public static partial class SafeTensors
{
    /// <summary>Reads all tensors of a file as arrays. F64, F32, I64, I32 and U8 stay what they are, BOOL becomes bytes; F16 and BF16 become floats, exactly.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is damaged, no safetensors file, or holds values of another type.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static IReadOnlyDictionary<string, NpyArray> LoadArrays(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadArrays(stream, path);
    }

    /// <summary>Two tensors of a file as a data set.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">The name of a tensor (samples, …): what follows the first size is one sample. Bytes and whole numbers become floats, as they are.</param>
    /// <param name="targets">The name of a tensor (samples) or (samples, …): whole numbers are class indices, others values.</param>
    /// <exception cref="ModelFormatException">As for <see cref="LoadArrays"/>, a tensor is not there, or the two do not belong together.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static Dataset LoadDataset(string path, string features, string targets)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadDataset(stream, path, features, targets);
    }

    /// <summary>
    /// Sets a model's parameters to those of a PyTorch module, saved by <c>safetensors.torch.save_file(module.state_dict(), path)</c>. Matrices (out, in) and kernels (out, in, …) are transposed to
    /// (in, out) and (…, in, out); of a dense layer, or a norm, behind a picture that was flattened, values in the order (channels, height, width) are put in ours, (height, width, channels).
    /// Modules need not have our names: a layer takes the module whose tensors have its shapes; several that are alike go by the numbers in their names (<c>0</c>, <c>2</c>; <c>fc1</c>,
    /// <c>fc2</c>), and what is not told apart so is asked for. Batches that batch norm has counted are left out. F64, F16 and BF16 become the model's scalars.
    /// </summary>
    /// <typeparam name="TModel">The model's class.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="model">The model, declared with PyTorch's layers: <c>Mnist.Create()</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="names">PyTorch's module of a layer (<c>["dense1"] = "encoder.fc"</c>), or its tensor of one of ours (<c>["scale"] = "gain"</c>); of those that shapes and numbers do not tell.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">A name is none of the model's, or the values that a layer reads cannot be ordered. The model is as before, as in all these cases.</exception>
    /// <exception cref="ModelFormatException">The file is damaged, or its tensors are not those of the model; the message has both sides' names and shapes.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static TModel LoadTorch<TModel, T>(this IModel<TModel, T> model, string path, IReadOnlyDictionary<string, string>? names = null)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        ReadTorch<T>(stream, path, TModel.Info, names).CopyTo(model.Parameters.Span);
        return (TModel)model;
    }

    internal static IReadOnlyDictionary<string, NpyArray> ReadArrays(Stream stream, string file) => Checked(file, () => SafeTensorsArrays.Read(stream, SafeTensorsReader.ReadHeader(stream)));

    internal static Dataset ReadDataset(Stream stream, string file, string features, string targets)
    {
        IReadOnlyDictionary<string, NpyArray> arrays = ReadArrays(stream, file);
        NpyArray Of(string name) => arrays.TryGetValue(name, out NpyArray? array) ? array
            : throw new ModelFormatException($"{file}: there is no tensor {FileText.Quote(name)}; it holds {FileText.List([.. arrays.Keys])}.");
        return NpyRows.Dataset(Of(features), $"{file}, {FileText.Quote(features)},", Of(targets), $"{file}, {FileText.Quote(targets)},");
    }

    /// <summary>The model's block, padding zeroed.</summary>
    internal static ReadOnlySpan<T> ReadTorch<T>(Stream stream, string file, ModelInfo info, IReadOnlyDictionary<string, string>? names) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SafeTensorsFormat.RequireScalar<T>(info);
        return Checked(file, () =>
        {
            SafeTensorsHeader header = SafeTensorsReader.ReadHeader(stream);
            if (SafeTensorsReader.IsOurs(header.Metadata)) throw new ModelFormatException($"saved by this library, not by PyTorch: {info.Name}.Load reads it");
            TorchTensor[] tensors = TorchTensor.Of(info);
            string[] found = TorchNames.Find(info, tensors, [.. header.Tensors.Values], names ?? new Dictionary<string, string>());
            Dictionary<string, NpyArray> arrays = SafeTensorsArrays.Read(stream, header);
            T[] block = new T[info.BlockLength];
            foreach ((TorchTensor tensor, string name) in tensors.Zip(found))
                NpyRows.Permuted(arrays[name].Values<T>(), tensor.View, tensor.Axes).CopyTo(block, tensor.Ours.Offset);
            return block;
        });
    }
}
