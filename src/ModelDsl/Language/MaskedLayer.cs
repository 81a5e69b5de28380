namespace ModelDsl;

/// <summary>
/// A layer as a function of sequences of several lengths: <c>[Lstm(64)] private partial MaskedLayer Memory { get; }</c> makes <c>Memory(x, mask)</c>. Recurrent layers keep
/// their state where the mask is 0: what comes after a sequence's end changes nothing, and its last state is the layer's. <see cref="AttentionAttribute">[Attention]</see>
/// attends to no position where it is 0.
/// </summary>
/// <param name="x">The sequences. (B, T, width)</param>
/// <param name="mask">Positive at positions that count, else 0. (B, T) or (B, T, 1)</param>
public delegate Tensor MaskedLayer(Tensor x, Tensor mask);
