using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>The type of a declaration: what it is called, and whether a generated half can be added to it.</summary>
internal static class TypeReader
{
    private static readonly (string Reason, string Cure)
        FileLocal = ("is file-local, or inside a file-local type", "remove 'file': its other half is in another file"),
        Generic = ("is generic, or inside a generic type", "declare it in a namespace, without type parameters"),
        NameTaken = ("has the name of a member that the generator adds", "rename it"),
        NameOfLocals = ("is called 'var', which generated code says of its locals", "rename it");

    /// <summary>The class of a model.</summary>
    public static TypeIdentity ReadModel(INamedTypeSymbol type, Site site, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        if (ObstacleToModel(type) is var (reason, cure)) problems.Add(Problem.At(site, Ids.UnsupportedType, type.Name, reason, cure));
        if (type.TypeKind == TypeKind.Class) RequirePartial(type, Ids.NotPartial, site, map, problems, cancellation);
        RequireFree(type, DeclarationReader.GeneratedMembers, Ids.MemberConflict, map, problems);
        return Identity(type);
    }

    /// <summary>A type whose objects are made by giving its properties values. The caller names what the generator adds to it, and the ids of its block.</summary>
    public static TypeIdentity ReadData(INamedTypeSymbol type, string[] added, (string Unsupported, string NotPartial) ids, Site site, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        if (ObstacleToData(type, added) is var (reason, cure)) problems.Add(Problem.At(site, ids.Unsupported, type.Name, reason, cure));
        RequirePartial(type, ids.NotPartial, site, map, problems, cancellation);
        return Identity(type);
    }

    /// <summary>Members that the generator adds may not be there already.</summary>
    public static void RequireFree(INamedTypeSymbol type, string[] added, string id, SourceMap map, List<Problem> problems)
    {
        foreach (ISymbol member in type.GetMembers().Where(m => IsWritten(m) && added.Contains(m.Name)))
            problems.Add(Problem.At(map.Add(member.Locations[0]), id, type.Name, member.Name));
    }

    private static void RequirePartial(INamedTypeSymbol type, string id, Site site, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        for (INamedTypeSymbol? t = type; t is not null; t = t.ContainingType)
            if (!IsPartial(t, cancellation)) problems.Add(Problem.At(t.Equals(type, SymbolEqualityComparer.Default) ? site : map.Add(t.Locations[0]), id, t.Name));
    }

    /// <summary>What the type is called, and where its generated half goes.</summary>
    public static TypeIdentity Identity(INamedTypeSymbol type)
    {
        List<string> containing = [];
        for (INamedTypeSymbol? t = type.ContainingType; t is not null; t = t.ContainingType) containing.Insert(0, $"partial {Keyword(t)} {Escape(t.Name)}");
        return new TypeIdentity(NamespaceOf(type), containing.ToEquatableArray(), Keyword(type), Escape(type.Name), type.Name, HintName(type));
    }

    /// <summary>Whether projects that reference this one can name the type.</summary>
    public static bool IsExported(INamedTypeSymbol type)
    {
        bool hasFriends = type.ContainingAssembly.GetAttributes().Any(a => a.AttributeClass?.Name == "InternalsVisibleToAttribute");
        for (INamedTypeSymbol? t = type; t is not null; t = t.ContainingType)
            if (t.DeclaredAccessibility != Accessibility.Public && (!hasFriends || t.DeclaredAccessibility is not (Accessibility.Internal or Accessibility.ProtectedOrInternal))) return false;
        return true;
    }

    /// <summary>Whether another type, around it or itself, has the same name (a class and a record: the compiler reports it). One half cannot be both's.</summary>
    public static bool IsAmbiguous(INamedTypeSymbol type) =>
        (type.ContainingSymbol as INamespaceOrTypeSymbol)?.GetTypeMembers(type.Name, type.Arity).Length > 1 || (type.ContainingType is { } around && IsAmbiguous(around));

    /// <summary>The members of an enum; of several with one value the first.</summary>
    public static EquatableArray<EnumMember> Members(ITypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue)
        .Select(f => new EnumMember(f.Name, Escape(f.Name), Convert.ToString(f.ConstantValue, CultureInfo.InvariantCulture)))
        .GroupBy(m => m.Value).Select(g => g.First()).ToEquatableArray();

    /// <summary>Why a generated half cannot be added, and what to do.</summary>
    private static (string Reason, string Cure)? ObstacleToData(INamedTypeSymbol type, string[] added) => type switch
    {
        { IsStatic: true } => ("is static", "remove 'static': objects of it are made"),
        { IsAbstract: true } => ("is abstract", "remove 'abstract': objects of it are made"),
        { IsRefLikeType: true } => ("is a ref struct", "remove 'ref': objects of it are kept"),
        _ when IsFileLocal(type) => FileLocal,
        _ when IsGeneric(type) => Generic,
        { BaseType.SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) } => ("derives from another type", "declare its properties here"),
        _ when added.Contains(type.Name) => NameTaken,
        { Name: "var" } => NameOfLocals,
        _ when !type.InstanceConstructors.Any(c => c.Parameters.Length == 0) => ("has no constructor without parameters", "declare its properties with { get; init; } instead"),
        _ => null,
    };

    private static (string Reason, string Cure)? ObstacleToModel(INamedTypeSymbol type) => type switch
    {
        { TypeKind: not TypeKind.Class } => ("is not a class", "declare it as a class"),
        { IsStatic: true } => ("is static", "remove 'static': each model object holds parameters"),
        { IsAbstract: true } => ("is abstract", "remove 'abstract': Create makes objects of it"),
        _ when IsFileLocal(type) => FileLocal,
        { BaseType.SpecialType: not SpecialType.System_Object } => ("derives from another class", "hold that class in a field instead"),
        _ when IsGeneric(type) => Generic,
        _ when DeclarationReader.GeneratedMembers.Contains(type.Name) => NameTaken,
        { Name: "var" } => NameOfLocals,
        _ when type.InstanceConstructors.Any(IsWritten) => ("declares a constructor", "remove it: models are made by Create and Load"),
        _ => null,
    };

    /// <summary>Whether the user wrote a member: the analyzer, unlike the generator, sees what was generated too.</summary>
    public static bool IsWritten(ISymbol member) => IsWrittenOrImported(member) && member.Locations[0].SourceTree is not null;

    /// <summary>The same, or of a type of another assembly.</summary>
    public static bool IsWrittenOrImported(ISymbol member) =>
        !member.IsImplicitlyDeclared && member.Locations[0].SourceTree?.FilePath is var path && (path is null || !GeneratedFiles.Extensions.Any(e => path.EndsWith(e, StringComparison.Ordinal)));

    public static bool IsFileLocal(INamedTypeSymbol? type) => type is not null && (type.IsFileLocal || IsFileLocal(type.ContainingType));

    public static bool IsGeneric(INamedTypeSymbol? type) => type is not null && (type.TypeParameters.Length > 0 || IsGeneric(type.ContainingType));

    public static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) => type.DeclaringSyntaxReferences.All(r =>
        r.GetSyntax(cancellation) is TypeDeclarationSyntax t && t.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };

    private static string NamespaceOf(INamedTypeSymbol type)
    {
        List<string> parts = [];
        for (INamespaceSymbol n = type.ContainingNamespace; !n.IsGlobalNamespace; n = n.ContainingNamespace) parts.Insert(0, Escape(n.Name));
        return string.Join(".", parts);
    }

    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>
    /// A file name of letters, digits, dots and underscores; a hash keeps names apart that differ in other characters, in case only (the compiler compares
    /// the names of generated files without it), or in the ending of the kernels' file.
    /// </summary>
    private static string HintName(INamedTypeSymbol type)
    {
        string full = type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
        var name = new StringBuilder();
        foreach (char c in full) name.Append(c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' ? c : '_');
        bool isPlain = name.ToString() == full && !full.Contains('_') && !full.EndsWith(GeneratedFiles.Kernels, StringComparison.OrdinalIgnoreCase);
        return isPlain && !HasTwin(type) ? full : $"{name}_{StableHash.Of(full):x8}";
    }

    /// <summary>Whether a type or namespace stands beside this one, or beside one around it, whose name differs in case only.</summary>
    private static bool HasTwin(INamespaceOrTypeSymbol symbol) =>
        symbol.ContainingSymbol is INamespaceOrTypeSymbol around
        && (around.GetMembers().Any(m => m is INamespaceOrTypeSymbol && m.Name != symbol.Name && m.Name.Equals(symbol.Name, StringComparison.OrdinalIgnoreCase)) || HasTwin(around));
}
