using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator.Declaration;

/// <summary>What was read of a type: a declaration that later stages can trust, or none; and what is wrong, with places.</summary>
internal sealed record ReadResult<TDeclaration>(TDeclaration? Declaration, IReadOnlyList<Problem> Problems, SourceMap Map) where TDeclaration : class;
