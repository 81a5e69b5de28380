using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Planning;

/// <summary>
/// The flat block: tensors that decay, then tensors that are only trained, then state, then what is frozen, each starting on a multiple of 16 elements (64 bytes of floats).
/// An optimizer then updates a prefix, and decoupled decay a prefix of that.
/// </summary>
internal sealed record ParameterLayout(IReadOnlyList<int> Offsets, int DecayedLength, int TrainableLength, int BlockLength)
{
    public const int Alignment = 16;

    public static ParameterLayout Of(IReadOnlyList<ParameterSpec> parameters)
    {
        var offsets = new int[parameters.Count];
        int end = 0;
        int Place(Func<ParameterSpec, bool> which)
        {
            for (int i = 0; i < parameters.Count; i++)
            {
                if (!which(parameters[i])) continue;
                offsets[i] = end;
                end = Align(checked(end + parameters[i].Length));
            }

            return end;
        }

        int decayed = Place(p => p.Trainable && p.Decay);
        int trainable = Place(p => p.Trainable && !p.Decay);
        Place(p => !p.Trainable && !p.Frozen);
        return new ParameterLayout(offsets, decayed, trainable, Place(p => p.Frozen));
    }

    public static int Align(int length) => checked(length + Alignment - 1) / Alignment * Alignment;
}
