namespace ModelDsl;

/// <summary>
/// A recurrent layer as a function of sequences of several lengths: <c>[Lstm(64)] private partial MaskedLayer Memory { get; }</c>. Where the mask is 0 the state
/// stays as it was: what comes after a sequence's end changes nothing, and its last state is the layer's.
/// </summary>
/// <param name="x">The sequences. (B, T, in)</param>
/// <param name="mask">Positive at steps that count, else 0. (B, T) or (B, T, 1)</param>
public delegate Tensor MaskedLayer(Tensor x, Tensor mask);
