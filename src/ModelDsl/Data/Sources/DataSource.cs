using ModelDsl.Data;

namespace ModelDsl;

/// <summary>Makes sources of files, and sources of sources. Memory is a few chunks', whatever the files' size.</summary>
public static class DataSource
{
    private const int DefaultChunk = 4096;

    /// <summary>A CSV file, read anew in each pass.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Its form. Labels that are names, and categorical columns, need the names given: a stream cannot number what it has not read yet.</param>
    /// <param name="chunk">Samples in a chunk.</param>
    /// <exception cref="ArgumentException">Names are not given.</exception>
    public static IDataSource FromCsv(string path, CsvOptions? options = null, int chunk = DefaultChunk)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunk);
        if (options.Targets.Count == 0 && options.ClassNames is null && options.Classes != CsvClasses.Auto)
            throw new ArgumentException($"A stream cannot number labels that it has not read yet: give {nameof(CsvOptions)}.{nameof(CsvOptions.ClassNames)}.", nameof(options));
        if (options.Categorical.Count != (options.CategoryNames?.Count ?? 0))
            throw new ArgumentException($"A stream cannot number names that it has not read yet: give {nameof(CsvOptions)}.{nameof(CsvOptions.CategoryNames)} of each categorical column.", nameof(options));
        return From(_ => Csv.Chunks(path, options, chunk).Select(Numbered));

        Dataset Numbered(Dataset data) => data.ClassNames is null || options.ClassNames is not null ? data
            : throw new ModelFormatException($"{path}: labels are names, such as {FileText.Quote(data.ClassNames[0])}, and a stream cannot number them: give {nameof(CsvOptions)}.{nameof(CsvOptions.ClassNames)}.");
    }

    /// <summary>Two .npy files in C order, not compressed, read in parts.</summary>
    /// <param name="featuresPath">(samples, …), as <see cref="Npy.Load(string, string)"/> takes them.</param>
    /// <param name="targetsPath">(samples) or (samples, …).</param>
    /// <param name="chunk">Samples in a chunk.</param>
    /// <exception cref="ModelFormatException">They are not such files, or do not belong together.</exception>
    public static IDataSource FromNpy(string featuresPath, string targetsPath, int chunk = DefaultChunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunk);
        int count, targets;
        using (NpyRowReader x = new(featuresPath), y = new(targetsPath)) (count, targets) = (x.Count, y.Count);
        if (count != targets) throw new ModelFormatException($"{featuresPath} has {count} samples and {targetsPath} has {targets}: they do not belong together.");
        return From(_ => Read(), count);

        IEnumerable<Dataset> Read()
        {
            using NpyRowReader x = new(featuresPath), y = new(targetsPath);
            if (x.Count != count || y.Count != count) throw new ModelFormatException($"{featuresPath} or {targetsPath} has changed since the source was made.");
            for (int done = 0; done < count; done += chunk)
                yield return Dataset.Create([NpyRows.Features(x.Read(Math.Min(chunk, count - done)))], [NpyRows.Targets(y.Read(Math.Min(chunk, count - done)), targetsPath)]);
        }
    }

    /// <summary>Two IDX files, as <see cref="Idx.Load"/> takes them, read in parts.</summary>
    /// <param name="imagesPath">Sizes (samples, …).</param>
    /// <param name="labelsPath">Sizes (samples).</param>
    /// <param name="chunk">Samples in a chunk.</param>
    public static IDataSource FromIdx(string imagesPath, string labelsPath, int chunk = DefaultChunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunk);
        return From(_ => Idx.Chunks(imagesPath, labelsPath, chunk));
    }

    /// <summary>A source of one's own.</summary>
    /// <param name="read">A pass over the chunks of an epoch.</param>
    /// <param name="count">Samples in a pass, where that is known.</param>
    public static IDataSource From(Func<int, IEnumerable<Dataset>> read, long? count = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new Source(read, count);
    }

    /// <summary>A source of one's own whose chunks arrive asynchronously: from a queue, or over the network. The thread that reads waits for each; <see cref="Prefetch"/> makes that another one.</summary>
    /// <param name="read">A pass over the chunks of an epoch.</param>
    /// <param name="count">Samples in a pass, where that is known.</param>
    public static IDataSource From(Func<int, IAsyncEnumerable<Dataset>> read, long? count = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new Source(epoch => read(epoch).ToBlockingEnumerable(), count);
    }

    /// <summary>The same samples, transformed.</summary>
    /// <param name="source">The source.</param>
    /// <param name="transform">Fitted on training data.</param>
    public static IDataSource Apply(this IDataSource source, Transform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return From(epoch => source.Read(epoch).Select(transform.Apply), source.Count);
    }

    /// <summary>Chunks of equal size, but for the last.</summary>
    /// <param name="source">The source.</param>
    /// <param name="size">Samples in a chunk.</param>
    public static IDataSource Batches(this IDataSource source, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return From(Read, source.Count);

        IEnumerable<Dataset> Read(int epoch)
        {
            using var batches = new BatchReader(source.Read(epoch), size);
            while (batches.Next()) yield return batches.Data.Copy(batches.Rows);
        }
    }

    /// <summary>
    /// The samples in another order each epoch: a buffer is kept full, and each sample that comes takes the place of one drawn from it. With a buffer of all samples every order is
    /// equally likely; with a smaller one, samples stay near where they were, at most the buffer's size ahead: sorted files need a large one.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="samples">In the buffer.</param>
    /// <param name="seed">Any number. Equal seeds and epochs give equal orders.</param>
    public static IDataSource Shuffle(this IDataSource source, int samples, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        return From(epoch => ShuffleBuffer.Read(source.Read(epoch), samples, seed, epoch), source.Count);
    }

    /// <summary>Reads ahead on a thread of its own, so that files are read while the model trains. What goes wrong there is thrown where the chunk would have come.</summary>
    /// <param name="source">The source.</param>
    /// <param name="chunks">The most chunks that wait.</param>
    public static IDataSource Prefetch(this IDataSource source, int chunks = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunks);
        return From(epoch => Prefetcher.Read(source.Read(epoch), chunks), source.Count);
    }

    private sealed class Source(Func<int, IEnumerable<Dataset>> read, long? count) : IDataSource
    {
        public long? Count => count;

        public IEnumerable<Dataset> Read(int epoch) => read(epoch);
    }
}
