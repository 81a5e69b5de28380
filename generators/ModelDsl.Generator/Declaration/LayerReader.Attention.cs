using System.Globalization;

namespace ModelDsl.Generator.Declaration;

internal static partial class LayerReader
{
    private static AttentionDeclaration Attention(AttributeReader a, string name)
    {
        int heads = a.Integer("heads", 1, 1), shared = a.Integer("KeyValueHeads", heads, 1);
        if (!a.IsBroken && heads >= 1 && shared >= 1 && heads % shared != 0)
            a.Bad("KeyValueHeads", shared.ToString(CultureInfo.InvariantCulture), $"a divisor of the {heads} heads");
        return new AttentionDeclaration(
            a.Site,
            name,
            heads,
            shared,
            a.Integer("HeadSize", 0, 1),
            a.Boolean("Causal", false),
            a.Boolean("Rotary", false),
            a.Real("RotaryBase", AttentionDeclaration.StandardBase, b => b > 1, "above 1"),
            a.Real("Dropout", 0, r => r is >= 0 and < 1, "in [0, 1)"),
            a.Boolean("UseBias", true));
    }
}
