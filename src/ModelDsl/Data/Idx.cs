using System.Buffers.Binary;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>
/// Reads the IDX format of the MNIST family: a big-endian header (0, 0, type, rank, sizes), then the values. Only unsigned bytes are read.
/// Compressed files are recognised by their content.
/// </summary>
public static class Idx
{
    private const int UnsignedByte = 0x08;
    private const int MaxRank = 8;
    private const int MinBuffer = 1 << 16;

    /// <summary>Images and their labels as one data set: bytes divided by 255, in [0, 1], and class indices.</summary>
    /// <param name="imagesPath">Sizes (samples, …): what follows the first size is one sample's features.</param>
    /// <param name="labelsPath">Sizes (samples).</param>
    /// <exception cref="ModelFormatException">A file is not such a file, is cut short or too long, or the two differ in their number of samples.</exception>
    /// <exception cref="IOException">A file cannot be opened or read.</exception>
    public static Dataset Load(string imagesPath, string labelsPath)
    {
        (int[] labelShape, byte[] labels) = Read(labelsPath);
        (int[] shape, byte[] pixels) = Read(imagesPath);
        RequireTogether(imagesPath, shape, labelsPath, labelShape);
        return Dataset.Create(Scale(pixels), pixels.Length / shape[0], Array.ConvertAll(labels, label => (int)label));
    }

    /// <summary>The training and test sets of a folder with the four files of MNIST, Fashion-MNIST or KMNIST, each compressed or not.</summary>
    /// <param name="folder">Holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or these with .gz.</param>
    /// <exception cref="FileNotFoundException">One is missing; the message lists the names that were tried.</exception>
    /// <exception cref="ModelFormatException">As for <see cref="Load"/>.</exception>
    public static (Dataset Train, Dataset Test) LoadMnist(string folder)
    {
        Dataset Part(string name) => Load(Find(folder, $"{name}-images-idx3-ubyte"), Find(folder, $"{name}-labels-idx1-ubyte"));
        return (Part("train"), Part("t10k"));
    }

    /// <summary>Images and labels, some at a time.</summary>
    internal static IEnumerable<Dataset> Chunks(string imagesPath, string labelsPath, int chunk)
    {
        using Stream images = DataFile.Open(imagesPath, out _), labels = DataFile.Open(labelsPath, out _);
        int[] shape = Guarded(imagesPath, () => ReadHeader(images, imagesPath, out _)), labelShape = Guarded(labelsPath, () => ReadHeader(labels, labelsPath, out _));
        RequireTogether(imagesPath, shape, labelsPath, labelShape);
        int size = shape[1..].Aggregate(1, (n, d) => n * d);
        for (int done = 0; done < shape[0]; done += chunk)
        {
            int count = Math.Min(chunk, shape[0] - done);
            byte[] pixels = Guarded(imagesPath, () => DataFile.ReadValues<byte>(images, imagesPath, checked(count * size), MinBuffer));
            byte[] classes = Guarded(labelsPath, () => DataFile.ReadValues<byte>(labels, labelsPath, count, MinBuffer));
            if (done + count == shape[0])
            {
                Guarded(imagesPath, () => RequireEnd(images, imagesPath, (long)shape[0] * size));
                Guarded(labelsPath, () => RequireEnd(labels, labelsPath, shape[0]));
            }
            yield return Dataset.Create(Scale(pixels), size, Array.ConvertAll(classes, label => (int)label));
        }
    }

    private static string Find(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (File.Exists(path)) return path;
        return File.Exists(path + ".gz") ? path + ".gz" : throw new FileNotFoundException($"{folder} has neither {name} nor {name}.gz.", path);
    }

    private static (int[] Shape, byte[] Values) Read(string path)
    {
        using Stream stream = DataFile.Open(path, out long fileLength);
        return Read(stream, path, fileLength);
    }

    internal static (int[] Shape, byte[] Values) Read(Stream stream, string path, long fileLength) => Guarded(path, () =>
    {
        int[] shape = ReadHeader(stream, path, out long declared);
        byte[] values = DataFile.ReadValues<byte>(stream, path, (int)declared, likely: MinBuffer + DataFile.LikelyRatio * fileLength);
        return RequireEnd(stream, path, declared) ? (shape, values) : default;
    });

    private static bool RequireEnd(Stream stream, string path, long declared) =>
        stream.ReadByte() < 0 ? true : throw new ModelFormatException($"{path}: the header declares {declared} values, found more.");

    private static TResult Guarded<TResult>(string path, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new ModelFormatException($"{path}: the compressed data are damaged.", e);
        }
    }

    private static void RequireTogether(string imagesPath, int[] shape, string labelsPath, int[] labelShape)
    {
        if (labelShape.Length != 1) throw new ModelFormatException($"{labelsPath}: labels have one size, found {labelShape.Length}. Are images and labels exchanged?");
        if (shape[0] != labelShape[0]) throw new ModelFormatException($"{imagesPath} has {shape[0]} samples and {labelsPath} has {labelShape[0]}: they do not belong together.");
        if (shape.Contains(0)) throw new ModelFormatException($"{imagesPath} holds no values: its sizes are {string.Join(" × ", shape)}.");
    }

    private static int[] ReadHeader(Stream stream, string path, out long length)
    {
        Span<byte> header = stackalloc byte[4 + 4 * MaxRank];
        Fill(stream, header[..4], path);
        if (header[0] != 0 || header[1] != 0) throw new ModelFormatException($"{path}: not an IDX file; it should begin with two zero bytes, found {header[0]:x2} {header[1]:x2}.");
        if (header[2] != UnsignedByte) throw new ModelFormatException($"{path}: values of type 0x{header[2]:x2}; only unsigned bytes, type 0x08, are read.");
        int rank = header[3];
        if (rank is 0 or > MaxRank) throw new ModelFormatException($"{path}: {rank} sizes; expected 1 to {MaxRank}.");
        Fill(stream, header[4..(4 + 4 * rank)], path);
        int[] shape = new int[rank];
        length = 1;
        for (int i = 0; i < rank; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + 4 * i)..]);
            // At most 2³¹ · 2³² before the check, so that this cannot overflow.
            length *= size;
            if (size > Array.MaxLength || length > Array.MaxLength) throw new ModelFormatException($"{path}: the header declares more than {Array.MaxLength} values.");
            shape[i] = (int)size;
        }
        return shape;
    }

    private static void Fill(Stream stream, Span<byte> header, string path)
    {
        int found = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (found < header.Length) throw new ModelFormatException($"{path}: the file ends within its header; expected {header.Length} more bytes, found {found}.");
    }

    /// <summary>b / 255 by table: exactly the quotient rounded to float, as others compute it.</summary>
    private static float[] Scale(byte[] bytes)
    {
        ReadOnlySpan<float> quotients = Array.ConvertAll(Enumerable.Range(0, 256).ToArray(), b => b / 255f);
        float[] scaled = GC.AllocateUninitializedArray<float>(bytes.Length);
        for (int i = 0; i < scaled.Length; i++) scaled[i] = quotients[bytes[i]];
        return scaled;
    }
}
