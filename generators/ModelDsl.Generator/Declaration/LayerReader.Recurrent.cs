namespace ModelDsl.Generator.Declaration;

internal static partial class LayerReader
{
    private static RecurrentDeclaration Recurrent(AttributeReader a, string name)
    {
        int units = a.Integer("units", 1, 1);
        var options = new RecurrentOptions(a.Boolean("UseBias", true), a.Boolean("ReturnSequences", true), a.Boolean("Reverse", false), a.Boolean("Bidirectional", false));
        if (options is { Reverse: true, Bidirectional: true }) a.Bad("Reverse", "true", "left out with Bidirectional, which goes both ways");
        return a.Name switch
        {
            "Rnn" => new RnnDeclaration(a.Site, name, units, Activation(a, "activation"), options),
            "Gru" => new GruDeclaration(a.Site, name, units, options),
            _ => new LstmDeclaration(a.Site, name, units, a.Real("ForgetBias", 0, _ => true, "finite"), options),
        };
    }
}
