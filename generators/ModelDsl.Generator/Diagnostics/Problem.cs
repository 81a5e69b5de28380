using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Diagnostics;

/// <summary>A mistake in a declaration, without Roslyn: which rule, where, and the words of its message.</summary>
/// <param name="Id">A descriptor's id.</param>
/// <param name="Site">The attribute.</param>
/// <param name="Arguments">What the message's placeholders stand for.</param>
internal sealed record Problem(string Id, Site Site, EquatableArray<string> Arguments)
{
    public static Problem At(Site site, string id, params string[] arguments) => new(id, site, arguments.ToEquatableArray());
}
