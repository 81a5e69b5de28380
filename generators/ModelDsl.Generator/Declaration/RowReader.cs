using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>The front end of rows: from a type's symbol to a <see cref="RowDeclaration"/>. Generator, analyzer and the reader of models that take rows all call it.</summary>
internal static class RowReader
{
    public const string Attribute = "Row";

    /// <summary>What the generator adds to a row's type.</summary>
    public static readonly string[] GeneratedMembers = ["FitEncoder", "LoadPredictor"];

    public static bool IsRow(INamedTypeSymbol type) => DeclarationReader.Has(type, Attribute);

    public static ReadResult<RowDeclaration> Read(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var map = new SourceMap();
        var problems = new List<Problem>();
        Site site = map.Add(type.Locations.FirstOrDefault() ?? Location.None);
        TypeIdentity identity = TypeReader.ReadData(type, GeneratedMembers, (Ids.UnsupportedRow, Ids.RowNotPartial), site, map, problems, cancellation);
        TypeReader.RequireFree(type, GeneratedMembers, Ids.RowMemberConflict, map, problems);

        var reader = new RowPropertyReader(type, map, problems, cancellation);
        RowProperty[] properties = [.. type.GetMembers().OfType<IPropertySymbol>().Where(TypeReader.IsWrittenOrImported).Select(reader.Read).OfType<RowProperty>()];
        cancellation.ThrowIfCancellationRequested();
        if (!reader.HasLabel) problems.Add(Problem.At(site, Ids.MissingLabel, type.Name));
        if (!reader.HasColumn) problems.Add(Problem.At(site, Ids.NothingToEncode, type.Name));
        var row = new RowDeclaration(identity, properties.ToEquatableArray());
        return new ReadResult<RowDeclaration>(reader.IsBroken || TypeReader.IsAmbiguous(type) || !problems.All(DeclarationReader.IsWarning) ? null : row, problems, map);
    }
}
