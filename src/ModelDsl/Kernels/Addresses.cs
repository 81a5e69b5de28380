namespace ModelDsl.Kernels;

/// <summary>Where a batch's inputs, targets and outputs lie, in memory that does not move while a program runs.</summary>
internal sealed class Addresses(int inputs, int targets, int outputs)
{
    public static Addresses None { get; } = new(0, 0, 0);

    public nint[] Inputs { get; } = new nint[inputs];

    public nint[] Targets { get; } = new nint[targets];

    public nint[] Outputs { get; } = new nint[outputs];
}
