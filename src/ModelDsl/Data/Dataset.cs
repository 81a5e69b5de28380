using System.Numerics;

namespace ModelDsl;

/// <summary>Samples in memory: features, one row a sample, and targets, either one class index a sample or one row of values.</summary>
public sealed class Dataset
{
    internal Dataset(int count, int featureSize, int targetSize, bool targetIsClass) =>
        (Count, FeatureSize, TargetSize, TargetIsClass) = (count, featureSize, targetSize, targetIsClass);

    /// <summary>The number of samples.</summary>
    public int Count { get; }

    /// <summary>Scalars in one sample's features.</summary>
    public int FeatureSize { get; }

    /// <summary>Scalars in one sample's target; 1 for class indices.</summary>
    public int TargetSize { get; }

    /// <summary>True where the targets are class indices.</summary>
    public bool TargetIsClass { get; }

    /// <summary>Copies the features of the given rows, one after the other.</summary>
    public void CopyFeatures<T>(ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T> => throw new InvalidOperationException();

    /// <summary>Copies the targets of the given rows, one after the other; T is int for class indices.</summary>
    public void CopyTargets<T>(ReadOnlySpan<int> rows, Span<T> destination) where T : unmanaged, INumberBase<T> => throw new InvalidOperationException();
}
