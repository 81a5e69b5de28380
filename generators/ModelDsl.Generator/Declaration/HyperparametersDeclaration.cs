using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>What a [Hyperparameters] type says, as values; cacheable as <see cref="ModelDeclaration"/> is.</summary>
/// <param name="Type">Where the generated part goes.</param>
/// <param name="Settings">Its properties with [Range] or [Choice], in source order.</param>
internal sealed record HyperparametersDeclaration(TypeIdentity Type, EquatableArray<HyperparameterDeclaration> Settings);

/// <summary>A property that a search sets.</summary>
/// <param name="Name">The name itself.</param>
/// <param name="Identifier">The name as C# text.</param>
/// <param name="Type">Without its nullability, as C# text.</param>
internal abstract record HyperparameterDeclaration(string Name, string Identifier, string Type);

/// <summary>[Range].</summary>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest.</param>
/// <param name="Log">Whether the logarithm is spread.</param>
/// <param name="Steps">How many values a grid takes; 0: as the search says.</param>
internal sealed record RangeDeclaration(string Name, string Identifier, string Type, double Low, double High, bool Log, int Steps) : HyperparameterDeclaration(Name, Identifier, Type);

/// <summary>[Choice].</summary>
/// <param name="Values">As C# text.</param>
internal sealed record ChoiceDeclaration(string Name, string Identifier, string Type, EquatableArray<string> Values) : HyperparameterDeclaration(Name, Identifier, Type);
