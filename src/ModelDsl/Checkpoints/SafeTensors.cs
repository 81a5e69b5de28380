using System.Numerics;
using ModelDsl.Checkpoints;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// A model's parameters as a safetensors file: a header in JSON, then the tensors in the order of the model's table, little-endian. Other tools read these
/// files, and theirs can be read if names, types and shapes are the model's, or by <see cref="LoadTorch"/>; any file's tensors are arrays to <see cref="LoadArrays"/>. A file is data
/// only: nothing in it chooses types, sizes or code.
/// </summary>
public static partial class SafeTensors
{
    /// <summary>Writes the parameters to a new file and renames it over <paramref name="path"/>: after a crash the old file is there, or the new one.</summary>
    /// <typeparam name="T">The model's scalar: float or double.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="info">The model's table of tensors.</param>
    /// <param name="parameters">The flat block that the table describes.</param>
    /// <param name="metadata">Texts to keep beside the tensors; other readers ignore them.</param>
    /// <exception cref="ArgumentException">The block is not this model's, or a key of the metadata is one of the format's own.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    public static void Save<T>(string path, ModelInfo info, AlignedMemory<T> parameters, IReadOnlyDictionary<string, string>? metadata = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SafeTensorsFormat.RequireScalar<T>(info);
        if (parameters.Length != info.BlockLength)
            throw new ArgumentException($"Model {info.Name} has a block of {info.BlockLength} elements; this one has {parameters.Length}.", nameof(parameters));
        Storage.WriteAtomically(path, stream => SafeTensorsWriter.Write(stream, info, parameters, metadata));
    }

    /// <summary>Reads parameters into a new block. The whole file is checked first; there is no half-loaded model.</summary>
    /// <typeparam name="T">The model's scalar: float or double.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="info">The model's table of tensors, which the file's must equal in names, types and shapes.</param>
    /// <param name="validateFinite">Whether NaN and infinities among the parameters are an error.</param>
    /// <returns>The block, padding zeroed.</returns>
    /// <exception cref="ModelFormatException">The file is damaged, no safetensors file, or holds another model's tensors.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static AlignedMemory<T> Load<T>(string path, ModelInfo info, bool validateFinite = false) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Load<T>(stream, path, info, validateFinite);
    }

    /// <summary>The texts that a file keeps beside its tensors: the format's own, and those that were given to <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is damaged, or no safetensors file.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Checked(path, () => SafeTensorsReader.ReadHeader(stream).Metadata);
    }

    internal static AlignedMemory<T> Load<T>(Stream stream, string file, ModelInfo info, bool validateFinite) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SafeTensorsFormat.RequireScalar<T>(info);
        return Checked(file, () => SafeTensorsReader.Read<T>(stream, info, validateFinite));
    }

    private static TResult Checked<TResult>(string file, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (ModelFormatException e)
        {
            throw new ModelFormatException($"{file}: {e.Message}.", e.InnerException);
        }
        catch (EndOfStreamException e)
        {
            throw new ModelFormatException($"{file}: became shorter while it was read.", e);
        }
    }
}
