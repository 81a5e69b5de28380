using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>The class a model is declared on: what it is called, and whether a generated half can be added to it.</summary>
internal static class TypeReader
{
    public static TypeIdentity Read(INamedTypeSymbol type, Site site, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        if (Obstacle(type) is var (reason, cure)) problems.Add(Problem.At(site, Ids.UnsupportedType, type.Name, reason, cure));
        for (INamedTypeSymbol? t = type.TypeKind == TypeKind.Class ? type : null; t is not null; t = t.ContainingType)
            if (!IsPartial(t, cancellation)) problems.Add(Problem.At(t.Equals(type, SymbolEqualityComparer.Default) ? site : map.Add(t.Locations[0]), Ids.NotPartial, t.Name));
        foreach (ISymbol member in type.GetMembers().Where(m => IsWritten(m) && DeclarationReader.GeneratedMembers.Contains(m.Name)))
            problems.Add(Problem.At(map.Add(member.Locations[0]), Ids.MemberConflict, type.Name, member.Name));
        return Identity(type);
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

    /// <summary>Why a generated half cannot be added, and what to do.</summary>
    private static (string Reason, string Cure)? Obstacle(INamedTypeSymbol type) => type switch
    {
        { TypeKind: not TypeKind.Class } => ("is not a class", "declare it as a class"),
        { IsStatic: true } => ("is static", "remove 'static': each model object holds parameters"),
        { IsAbstract: true } => ("is abstract", "remove 'abstract': Create makes objects of it"),
        _ when IsFileLocal(type) => ("is file-local, or inside a file-local type", "remove 'file': its other half is in another file"),
        { BaseType.SpecialType: not SpecialType.System_Object } => ("derives from another class", "hold that class in a field instead"),
        _ when IsGeneric(type) => ("is generic, or inside a generic type", "declare it in a namespace, without type parameters"),
        _ when DeclarationReader.GeneratedMembers.Contains(type.Name) => ("has the name of a member that the generator adds", "rename it"),
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
