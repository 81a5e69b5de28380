using FsCheck;
using FsCheck.Fluent;
using ModelDsl.Generator.Tests.RandomBodies;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>Valid models drawn by number: the same number is the same model everywhere.</summary>
internal static class RandomModels
{
    public static IEnumerable<Specimen> Take(int count, int first = 0) => Enumerable.Range(first, count).Select(New);

    public static Specimen New(int number) => Of(Sketches.Models.Sample(1, new Rnd((ulong)number + 77_000), 50)[0], $"Random{number}");

    public static Specimen Of(Sketch sketch, string name) => new(sketch.Declaration(name), sketch.Batch, sketch);
}
