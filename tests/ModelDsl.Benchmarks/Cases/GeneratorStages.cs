using System.Diagnostics;
using System.Globalization;
using ModelDsl.Generator;
using ModelDsl.Generator.Declaration;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>What each stage of the model compiler takes, for a GPT of a few blocks and of many: what grows faster than the model shows here.</summary>
internal static class GeneratorStages
{
    private const int WarmUp = 10, Runs = 21;
    private static readonly int[] Blocks = [1, 12, 48];

    /// <summary>Seconds of the first compilation in a process.</summary>
    public static double Cold(int blocks) => Run(Read(blocks)).Values.Sum() / 1000;

    /// <summary>Seconds of a compilation, the median of runs after the first.</summary>
    public static double Warm(int blocks) => Medians(blocks).Total / 1000;

    /// <summary>A table of milliseconds: stages by blocks.</summary>
    public static int Print(TextWriter output)
    {
        (Dictionary<string, double> Stages, double Total)[] columns = [.. Blocks.Select(Medians)];
        output.WriteLine($"| ms, warm |{string.Concat(Blocks.Select(b => $" {b} blocks |"))}\n|---|{string.Concat(Blocks.Select(_ => "---|"))}");
        foreach (string stage in columns[0].Stages.Keys) Line(stage, columns.Select(c => c.Stages[stage]));
        Line("all", columns.Select(c => c.Total));
        return 0;

        void Line(string name, IEnumerable<double> times) => output.WriteLine($"| {name} |{string.Concat(times.Select(t => string.Create(CultureInfo.InvariantCulture, $" {t:F1} |")))}");
    }

    private static (Dictionary<string, double> Stages, double Total) Medians(int blocks)
    {
        ModelDeclaration declaration = Read(blocks);
        Dictionary<string, double>[] runs = [.. Enumerable.Range(0, WarmUp + Runs).Select(_ => Run(declaration)).Skip(WarmUp)];
        return (runs[0].Keys.ToDictionary(stage => stage, stage => Rounds.Median([.. runs.Select(r => r[stage])])), Rounds.Median([.. runs.Select(r => r.Values.Sum())]));
    }

    /// <summary>Milliseconds of each stage, in their order; all verifications are one.</summary>
    private static Dictionary<string, double> Run(ModelDeclaration declaration)
    {
        Dictionary<string, double> stages = [];
        long start = Stopwatch.GetTimestamp();
        ModelCompiler.Compile(declaration, new PassRunner(done: stage =>
        {
            stages[stage] = stages.GetValueOrDefault(stage) + Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            start = Stopwatch.GetTimestamp();
        }));
        return stages;
    }

    private static ModelDeclaration Read(int blocks) => GeneratorCases.Declaration(GeneratorCases.Gpt(blocks), "Gpt");
}
