using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Planning;

/// <summary>
/// The flat block: tensors that decay, then tensors that are only trained, then tables with sparse gradients, then state, then what is frozen, each starting on a multiple of 16 elements (64 bytes of floats).
/// An optimizer then updates a prefix whole, decoupled decay a prefix of that, and of the tables rows.
/// </summary>
internal sealed record ParameterLayout(IReadOnlyList<int> Offsets, int DecayedLength, int DenseLength, int TrainableLength, int BlockLength)
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

        int decayed = Place(p => p.Trainable && p.Decay && p.RowsOf < 0);
        int dense = Place(p => p.Trainable && !p.Decay && p.RowsOf < 0);
        int trainable = Place(p => p.Trainable && p.RowsOf >= 0);
        Place(p => !p.Trainable && !p.Frozen);
        return new ParameterLayout(offsets, decayed, dense, trainable, Place(p => p.Frozen));
    }

    public static int Align(int length) => checked(length + Alignment - 1) / Alignment * Alignment;
}
