using Microsoft.CodeAnalysis;

namespace ModelDsl.Generator.Declaration;

/// <summary>Where each <see cref="Site"/> stands in the source. Made beside the declaration and joined with problems only when they are reported.</summary>
internal sealed class SourceMap
{
    private readonly List<(Location Whole, Func<ArgumentName, Location>? Argument)> _sites = [];

    /// <summary>The place of a site, or of one argument there.</summary>
    public Location this[Site site, ArgumentName? argument] =>
        argument is { } name && _sites[site.Index].Argument is { } find ? find(name) : _sites[site.Index].Whole;

    public Site Add(Location whole, Func<ArgumentName, Location>? argument = null)
    {
        _sites.Add((whole, argument));
        return new Site(_sites.Count - 1);
    }
}
