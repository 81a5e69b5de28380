using FsCheck;
using FsCheck.Fluent;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Tests.RandomBodies;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>
/// Valid models drawn by number: the same number is the same model everywhere. The table's shape rules know less than the language's checks of layers, targets and
/// losses (one class, positions beyond a table), so what these refuse is drawn again.
/// </summary>
internal static class RandomModels
{
    public static IEnumerable<Specimen> Take(int count, int first = 0) => Enumerable.Range(first, count).Select(New);

    public static Specimen New(int number)
    {
        for (ulong attempt = 0; ; attempt++)
        {
            Specimen specimen = Of(Sketches.Models.Sample(1, new Rnd((ulong)number + 77_000 + attempt * 1_000_003), 50)[0], $"Random{number}");
            if (Lowerer.Lower(specimen.Declaration).Graph is not null) return specimen;
        }
    }

    public static Specimen Of(Sketch sketch, string name) => new(sketch.Declaration(name), sketch.Batch, sketch);
}
