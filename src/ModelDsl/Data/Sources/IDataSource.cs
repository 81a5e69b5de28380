namespace ModelDsl;

/// <summary>
/// Samples that need not fit into memory: each pass gives them in chunks, one after the other. A <see cref="Dataset"/> is a source of one chunk. <see cref="DataSource"/> makes
/// sources of files, shuffles, transforms and reads ahead.
/// </summary>
public interface IDataSource
{
    /// <summary>Samples in a pass; null where only the pass tells.</summary>
    long? Count { get; }

    /// <summary>A pass. Chunks have the same columns; none is empty.</summary>
    /// <param name="epoch">Its number, from 0: sources that shuffle or draw do it differently each time, and the same for the same number.</param>
    IEnumerable<Dataset> Read(int epoch);
}
