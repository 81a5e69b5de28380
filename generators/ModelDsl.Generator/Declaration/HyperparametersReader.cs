using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>The front end of hyper-parameters: from a type's symbol to a <see cref="HyperparametersDeclaration"/>. Generator and analyzer both call it.</summary>
internal static class HyperparametersReader
{
    public const string Attribute = "Hyperparameters";

    public static ReadResult<HyperparametersDeclaration> Read(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var map = new SourceMap();
        var problems = new List<Problem>();
        Site site = map.Add(type.Locations.FirstOrDefault() ?? Location.None);
        TypeIdentity identity = TypeReader.ReadData(type, [], (Ids.UnsupportedHyperparameters, Ids.HyperparametersNotPartial), site, map, problems, cancellation);
        var reader = new HyperparameterReader(type, map, problems, cancellation);
        HyperparameterDeclaration[] settings = [.. type.GetMembers().OfType<IPropertySymbol>().Where(TypeReader.IsWrittenOrImported).Select(reader.Read).OfType<HyperparameterDeclaration>()];
        cancellation.ThrowIfCancellationRequested();
        if (!reader.HasSetting) problems.Add(Problem.At(site, Ids.NothingToTry, type.Name));
        bool usable = !reader.IsBroken && !TypeReader.IsAmbiguous(type) && problems.All(DeclarationReader.IsWarning);
        return new(usable ? new HyperparametersDeclaration(identity, settings.ToEquatableArray()) : null, problems, map);
    }
}
