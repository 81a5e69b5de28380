using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>A window that moves along an axis.</summary>
/// <param name="Size">Elements.</param>
/// <param name="Stride">Steps from a window to the next.</param>
/// <param name="Padding">Elements before and after the axis.</param>
/// <param name="Dilation">Steps from an element of the window to the next.</param>
internal readonly record struct Window(int Size, int Stride, int Padding, int Dilation = 1);

internal enum ConvolutionMethodKind { Direct, Winograd, Winograd4x4 }

/// <param name="Windows">One for each axis between batch and channels.</param>
/// <param name="Same">Whether padding follows from the output's size ⌈size/stride⌉ instead.</param>
/// <param name="OutputPadding">Of a transposed convolution.</param>
internal sealed record ConvolutionDeclaration(
    Site Site, string Name, int Filters, EquatableArray<Window> Windows, bool IsTransposed, bool Same, int Groups, int OutputPadding,
    ActivationChoice Activation, bool UseBias, InitializerChoice Weights, InitializerChoice Bias, double L1, double L2, bool Frozen, ConvolutionMethodKind Method = ConvolutionMethodKind.Direct)
    : WeightedDeclaration(Site, Name, Activation, UseBias, Weights, Bias, L1, L2, Frozen)
{
    /// <summary>Whether Winograd's tiles can compute it.</summary>
    public bool IsTileable => this is { IsTransposed: false, Groups: 1, Windows.Count: 2 } && Windows.All(w => w is { Size: 3, Stride: 1, Dilation: 1 });
}

internal enum PoolKind { Max, Average }

internal sealed record PoolDeclaration(Site Site, string Name, PoolKind Kind, EquatableArray<Window> Windows) : LayerDeclaration(Site, Name);

internal sealed record GlobalPoolDeclaration(Site Site, string Name, PoolKind Kind) : LayerDeclaration(Site, Name);

internal sealed record AdaptivePoolDeclaration(Site Site, string Name, PoolKind Kind, EquatableArray<int> Sizes) : LayerDeclaration(Site, Name);

internal sealed record UpsampleDeclaration(Site Site, string Name, int Factor, bool IsLinear) : LayerDeclaration(Site, Name);

internal sealed record GroupNormDeclaration(Site Site, string Name, int Groups, double Epsilon, bool Affine) : LayerDeclaration(Site, Name);
