using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>How a sequence is gone through.</summary>
internal readonly record struct RecurrentOptions(bool UseBias, bool ReturnSequences, bool Reverse, bool Bidirectional)
{
    public int Directions => Bidirectional ? 2 : 1;
}

/// <param name="Site">The attribute.</param>
/// <param name="Name">Unique in the model.</param>
/// <param name="Units">The width of the state.</param>
/// <param name="Gates">How many values of that width a step computes from its input, and as many from the state.</param>
/// <param name="Options">How a sequence is gone through.</param>
internal abstract record RecurrentDeclaration(Site Site, string Name, int Units, int Gates, RecurrentOptions Options) : LayerDeclaration(Site, Name);

internal sealed record RnnDeclaration(Site Site, string Name, int Units, ActivationChoice Activation, RecurrentOptions Options)
    : RecurrentDeclaration(Site, Name, Units, 1, Options);

internal sealed record GruDeclaration(Site Site, string Name, int Units, RecurrentOptions Options) : RecurrentDeclaration(Site, Name, Units, 3, Options);

internal sealed record LstmDeclaration(Site Site, string Name, int Units, double ForgetBias, RecurrentOptions Options)
    : RecurrentDeclaration(Site, Name, Units, 4, Options);

/// <summary>One step of a recurrence of the user's own.</summary>
/// <param name="Name">The sub-model's property.</param>
/// <param name="Units">The width of each state.</param>
/// <param name="Body">Values in order, among them the Arguments: the step's input and the states before it.</param>
/// <param name="Outputs">The body's nodes that are the states after the step.</param>
internal sealed record CellDeclaration(string Name, int Units, EquatableArray<BodyNode> Body, EquatableArray<int> Outputs);
