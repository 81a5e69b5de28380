using Microsoft.CodeAnalysis;

namespace ModelDsl.Generator.Declaration;

/// <summary>Where each <see cref="Site"/> stands in the source. Made beside the declaration and joined with problems only when they are reported.</summary>
internal sealed class SourceMap
{
    private readonly List<Location> _locations = [];

    public Location this[Site site] => _locations[site.Index];

    public Site Add(Location location)
    {
        _locations.Add(location);
        return new Site(_locations.Count - 1);
    }
}
