using System.Globalization;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>
/// Examines compiled models in a process whose JIT does not optimise: thousands of kernels then take seconds, and what is tested is the code that was generated.
/// Explicit, because <see cref="Unoptimized"/> starts it. <see cref="ZooTests"/> runs a part of the zoo as it ships.
/// </summary>
public sealed class GeneratedCodeTests
{
    /// <summary>The environment variable with the assembly's file, and the first number and the count of its random models, or "zoo".</summary>
    public const string Switch = "MODELDSL_COMPILED_MODELS";

    [Fact(Explicit = true)]
    public void GeneratedCode_IsTheInterpreter()
    {
        string[] arguments = (Environment.GetEnvironmentVariable(Switch) ?? throw new InvalidOperationException($"Run {nameof(RandomModelTests)}, or set {Switch}.")).Split('|');
        var models = GeneratedModels.Load(File.ReadAllBytes(arguments[0]));
        var examination = new Examination();
        if (arguments[1] == "zoo")
        {
            foreach ((int i, Specimen s) in Zoo.All.Index()) examination.Examine(s, i, models, everyWidth: true);
        }
        else
        {
            foreach (int number in arguments[1].Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)))
                examination.Examine(RandomModels.New(number), number, models, everyWidth: number % 60 == 0);
        }

        File.WriteAllText(arguments[0] + ".totals", examination.Totals);
        Assert.True(examination.Failures.Count == 0, string.Join("\n\n", examination.Failures.Take(8)));
    }
}
