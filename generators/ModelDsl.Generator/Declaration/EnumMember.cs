namespace ModelDsl.Generator.Declaration;

/// <summary>A member of an enum.</summary>
/// <param name="Name">The name itself.</param>
/// <param name="Identifier">The name as C# text.</param>
/// <param name="Value">Its value in digits.</param>
internal sealed record EnumMember(string Name, string Identifier, string Value);
