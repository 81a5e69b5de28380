using Microsoft.CodeAnalysis;

namespace ModelDsl.Generator.Declaration;

/// <summary>Where each <see cref="Site"/> stands in the source. Made beside the declaration and joined with problems only when they are reported.</summary>
internal sealed class SourceMap
{
    private readonly List<(Location Whole, Func<ArgumentName, Location>? Argument, bool IsForeign)> _sites = [];

    /// <summary>The place of a site, or of one argument there.</summary>
    public Location this[Site site, ArgumentName? argument] =>
        argument is { } name && _sites[site.Index].Argument is { } find ? find(name) : _sites[site.Index].Whole;

    /// <summary>Whether the site is the call of a sub-model of another assembly, in place of what stands there: remarks on that are its author's to read.</summary>
    public bool IsForeign(Site site) => _sites[site.Index].IsForeign;

    public Site Add(Location whole, Func<ArgumentName, Location>? argument = null, bool isForeign = false)
    {
        _sites.Add((whole, argument, isForeign));
        return new Site(_sites.Count - 1);
    }
}
