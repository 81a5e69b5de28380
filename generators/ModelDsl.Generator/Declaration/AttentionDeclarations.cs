namespace ModelDsl.Generator.Declaration;

/// <param name="Site">The attribute.</param>
/// <param name="Name">The layer's.</param>
/// <param name="Heads">Of queries.</param>
/// <param name="KeyValueHeads">A divisor of the heads.</param>
/// <param name="HeadSize">0 where not given: the input's width over the heads.</param>
/// <param name="Causal">Whether no position attends to later ones.</param>
/// <param name="Rotary">Whether queries and keys are turned by their position.</param>
/// <param name="RotaryBase">Of the angles' frequencies.</param>
/// <param name="Dropout">The rate, on probabilities.</param>
/// <param name="UseBias">Whether the four products add one.</param>
internal sealed record AttentionDeclaration(
    Site Site, string Name, int Heads, int KeyValueHeads, int HeadSize, bool Causal, bool Rotary, double RotaryBase, double Dropout, bool UseBias)
    : LayerDeclaration(Site, Name)
{
    public const double StandardBase = 10_000;

    /// <summary>A head's values, for an input of this width.</summary>
    public int SizeOf(int width) => HeadSize == 0 ? width / Heads : HeadSize;
}

internal sealed record RmsNormDeclaration(Site Site, string Name, double Epsilon) : LayerDeclaration(Site, Name);

internal sealed record PositionEmbeddingDeclaration(Site Site, string Name, int MaxLength) : LayerDeclaration(Site, Name);
