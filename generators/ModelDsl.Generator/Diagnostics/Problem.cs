using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Diagnostics;

/// <summary>A mistake in a declaration, without Roslyn: which rule, where, and the words of its message.</summary>
/// <param name="Id">A descriptor's id.</param>
/// <param name="Site">The attribute.</param>
/// <param name="Arguments">What the message's placeholders stand for.</param>
internal sealed record Problem(string Id, Site Site, EquatableArray<string> Arguments)
{
    /// <summary>The attribute's argument that is wrong; the whole attribute where null, or where the argument is not given.</summary>
    public ArgumentName? Argument { get; init; }

    public static Problem At(Site site, string id, params string[] arguments) => new(id, site, arguments.ToEquatableArray());

    /// <summary>The same problem, of one argument of the attribute.</summary>
    public Problem In(string argument, int element = 0) => this with { Argument = new ArgumentName(argument, element) };
}
