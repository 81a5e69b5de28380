using System.Globalization;
using System.Text;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>A product of symbols, B·T·T, times a coefficient. Symbols stand in order, so equal products are equal values.</summary>
internal readonly record struct Monomial(int Factor, EquatableArray<string> Symbols)
{
    /// <summary>3BT²</summary>
    public override string ToString()
    {
        string symbols = string.Concat(Symbols.GroupBy(s => s).Select(s => s.Key + (s.Count() switch { 1 => "", 2 => "²", 3 => "³", int n => "^" + n.ToString(CultureInfo.InvariantCulture) })));
        return symbols.Length == 0 || Factor != 1 ? Factor.ToString(CultureInfo.InvariantCulture) + symbols : symbols;
    }
}

/// <summary>
/// What is known of a size only at run time: a polynomial in the batch and the declared symbols, in normal form (no two monomials of the same symbols, those of more
/// symbols first, no common factor, the first coefficient positive), so that equal sizes are equal values.
/// </summary>
internal sealed record Extent(EquatableArray<Monomial> Terms)
{
    private readonly int _hash = Terms.GetHashCode();

    public static Extent Of(string symbol) => new(new[] { new Monomial(1, new[] { symbol }.ToEquatableArray()) }.ToEquatableArray());

    /// <summary>The extent and the factor whose product is this sum; no extent where it is a number.</summary>
    public static (int Factor, Extent? Extent) Normal(IEnumerable<Monomial> sum)
    {
        Monomial[] terms = [.. sum.GroupBy(m => m.Symbols).Select(same => new Monomial(same.Aggregate(0, (n, m) => checked(n + m.Factor)), same.Key)).Where(m => m.Factor != 0)
            .OrderByDescending(m => m.Symbols.Count).ThenBy(m => string.Join(" ", m.Symbols), StringComparer.Ordinal)];
        if (terms.Length == 0) return (0, null);
        int common = terms.Select(m => Math.Abs(m.Factor)).Aggregate(CommonFactor) * Math.Sign(terms[0].Factor);
        Monomial[] primitive = [.. terms.Select(m => m with { Factor = m.Factor / common })];
        return (common, primitive.Length == 1 && primitive[0].Symbols.Count == 0 ? null : new Extent(primitive.ToEquatableArray()));
    }

    public bool Has(string symbol)
    {
        foreach (Monomial m in Terms)
            foreach (string s in m.Symbols)
                if (s == symbol) return true;
        return false;
    }

    public IEnumerable<string> Symbols => Terms.SelectMany(m => m.Symbols).Distinct();

    /// <summary>As a part of an identifier: BTT.</summary>
    public string Identifier => string.Concat(Terms.Select((m, i) => (m.Factor < 0 ? "m" : i == 0 ? "" : "p") + (Math.Abs(m.Factor) == 1 && m.Symbols.Count > 0 ? "" : Math.Abs(m.Factor).ToString(CultureInfo.InvariantCulture)) + string.Concat(m.Symbols)));

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Monomial m in Terms)
            text.Append(text.Length == 0 ? "" : m.Factor < 0 ? " − " : " + ").Append(text.Length == 0 ? m : m with { Factor = Math.Abs(m.Factor) });
        return Terms.Count == 1 ? text.ToString() : $"({text})";
    }

    /// <summary>Of texts, and asked wherever a shape is looked up: computed once.</summary>
    public override int GetHashCode() => _hash;

    private static int CommonFactor(int a, int b) => b == 0 ? a : CommonFactor(b, a % b);
}
