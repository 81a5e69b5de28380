using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>What was read of a row: a declaration, or none; and what is wrong, with places.</summary>
internal sealed record RowReadResult(RowDeclaration? Declaration, IReadOnlyList<Problem> Problems, SourceMap Map);

/// <summary>The front end of rows: from a type's symbol to a <see cref="RowDeclaration"/>. Generator, analyzer and the reader of models that take rows all call it.</summary>
internal static class RowReader
{
    public const string RowAttribute = DeclarationReader.Namespace + ".RowAttribute";

    /// <summary>What the generator adds to a row's type.</summary>
    public static readonly string[] GeneratedMembers = ["FitEncoder", "LoadPredictor"];

    public static bool IsRow(INamedTypeSymbol type) => type.GetAttributes().Any(a => DeclarationReader.IsNamed(a.AttributeClass, "Row"));

    public static RowReadResult Read(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var map = new SourceMap();
        var problems = new List<Problem>();
        Site site = map.Add(type.Locations.FirstOrDefault() ?? Location.None);
        RequireExtensible(type, site, map, problems, cancellation);

        var reader = new RowPropertyReader(type, map, problems, cancellation);
        RowProperty[] properties = [.. type.GetMembers().OfType<IPropertySymbol>().Where(TypeReader.IsWrittenOrImported).Select(reader.Read).OfType<RowProperty>()];
        cancellation.ThrowIfCancellationRequested();
        if (!reader.HasLabel) problems.Add(Problem.At(site, Ids.MissingLabel, type.Name));
        if (!reader.HasColumn) problems.Add(Problem.At(site, Ids.NothingToEncode, type.Name));
        var row = new RowDeclaration(TypeReader.Identity(type), properties.ToEquatableArray());
        return new RowReadResult(reader.IsBroken || !problems.All(DeclarationReader.IsWarning) ? null : row, problems, map);
    }

    private static void RequireExtensible(INamedTypeSymbol type, Site site, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        if (Obstacle(type) is var (reason, cure)) problems.Add(Problem.At(site, Ids.UnsupportedRow, type.Name, reason, cure));
        for (INamedTypeSymbol? t = type; t is not null; t = t.ContainingType)
            if (!TypeReader.IsPartial(t, cancellation)) problems.Add(Problem.At(t.Equals(type, SymbolEqualityComparer.Default) ? site : map.Add(t.Locations[0]), Ids.RowNotPartial, t.Name));
        foreach (ISymbol member in type.GetMembers().Where(m => TypeReader.IsWritten(m) && GeneratedMembers.Contains(m.Name)))
            problems.Add(Problem.At(map.Add(member.Locations[0]), Ids.RowMemberConflict, type.Name, member.Name));
    }

    /// <summary>Why a generated half cannot be added, and what to do.</summary>
    private static (string Reason, string Cure)? Obstacle(INamedTypeSymbol type) => type switch
    {
        { IsStatic: true } => ("is static", "remove 'static': each row is an object"),
        { IsAbstract: true } => ("is abstract", "remove 'abstract': readers of files make objects of it"),
        { IsRefLikeType: true } => ("is a ref struct", "remove 'ref': rows are kept in lists"),
        _ when TypeReader.IsFileLocal(type) => ("is file-local, or inside a file-local type", "remove 'file': its other half is in another file"),
        _ when TypeReader.IsGeneric(type) => ("is generic, or inside a generic type", "declare it in a namespace, without type parameters"),
        { BaseType.SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) } => ("derives from another type", "declare its properties here"),
        _ when GeneratedMembers.Contains(type.Name) => ("has the name of a member that the generator adds", "rename it"),
        _ when !type.InstanceConstructors.Any(c => c.Parameters.Length == 0) => ("has no constructor without parameters", "declare its properties with { get; init; } instead"),
        _ => null,
    };
}
