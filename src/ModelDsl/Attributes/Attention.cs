namespace ModelDsl;

/// <summary>
/// Multi-head self-attention (Vaswani et al. 2017). (B, T, width) → (B, T, width). With H heads of d = width/H values (<see cref="HeadSize"/>):
/// q = x·W_q + b_q, k and v likewise; in each head pᵢ = softmaxⱼ(qᵢ·kⱼ/√d) and oᵢ = Σⱼ pᵢⱼ·vⱼ; y = (heads' o, side by side)·W_o + b_o.
/// Tensors: query.weight (width, H·d), key.weight and value.weight (width, key-value heads·d), out.weight (H·d, width), and a bias each. Weights start Glorot-uniform,
/// biases 0. A property of type <see cref="MaskedLayer"/> takes a padding mask as well.
/// </summary>
/// <param name="heads">H, at least 1.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class AttentionAttribute(int heads) : Attribute
{
    /// <summary>H.</summary>
    public int Heads { get; } = heads;

    /// <summary>d; width/H unless given, when the heads must divide the width.</summary>
    public int HeadSize { get; set; }

    /// <summary>Heads of k and v, each shared by heads/KeyValueHeads heads of q (grouped queries, Ainslie et al. 2023); as many as heads unless given. Divides the heads.</summary>
    public int KeyValueHeads { get; set; }

    /// <summary>Whether position i attends to positions 0 … i only.</summary>
    public bool Causal { get; set; }

    /// <summary>
    /// Whether q and k are turned by their position (Su et al. 2021): at position t, values i and i + d/2 of a head become
    /// (a·cos θ − b·sin θ, b·cos θ + a·sin θ) with θ = t·base^(−2i/d). Needs an even head size.
    /// </summary>
    public bool Rotary { get; set; }

    /// <summary>The base of <see cref="Rotary"/>'s angles, above 1.</summary>
    public float RotaryBase { get; set; } = 10_000;

    /// <summary>In training, the rate of inverted dropout on the probabilities p; in [0, 1).</summary>
    public float Dropout { get; set; }

    /// <summary>Whether the four biases are added.</summary>
    public bool UseBias { get; set; } = true;
}

/// <summary>y = x/√(mean(x²) + ε)·γ, the mean along the last axis. Zhang and Sennrich 2019.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class RmsNormAttribute : Attribute
{
    /// <summary>ε, added to the mean of squares.</summary>
    public float Epsilon { get; set; } = 1e-5f;
}

/// <summary>y = x + P: a learned vector for each position. x: (B, T, width), P: (maxLength, width), of which the first T rows are used. P starts normal with deviation 0.02.</summary>
/// <param name="maxLength">The longest T, at least 1.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class PositionEmbeddingAttribute(int maxLength) : Attribute
{
    /// <summary>The longest T.</summary>
    public int MaxLength { get; } = maxLength;
}
