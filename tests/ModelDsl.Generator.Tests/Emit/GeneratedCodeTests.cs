using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>
/// Generated code against the interpreter: every model of the zoo and random ones, in float and double, fused and not, at every lane width. Explicit,
/// because <see cref="UnoptimizedTests"/> runs them in a process whose JIT does not optimise: thousands of kernels then take seconds, and what is tested
/// is the code that was generated. <see cref="ZooTests"/> runs a part of it as it ships.
/// </summary>
public sealed class GeneratedCodeTests
{
    /// <summary>The environment variable that names the compiled models' file.</summary>
    public const string AssemblySwitch = "MODELDSL_COMPILED_MODELS";

    private const string CountSwitch = "MODELDSL_RANDOM_MODELS";

    private static readonly int[] LaneWidths = [16, 8, 4, 1];

    private static readonly Specimen[] Random =
        [.. RandomModels.Take(int.Parse(Environment.GetEnvironmentVariable(CountSwitch) ?? "300", System.Globalization.CultureInfo.InvariantCulture))];

    private static readonly Specimen[] All = [.. Zoo.All, .. Random];

    /// <summary>The assembly that the starting process has compiled.</summary>
    private static readonly Lazy<GeneratedModels> Models = new(() => GeneratedModels.Load(File.ReadAllBytes(
        Environment.GetEnvironmentVariable(AssemblySwitch) ?? throw new InvalidOperationException($"Run {nameof(UnoptimizedTests)}, or set {AssemblySwitch}."))));

    private static readonly Lazy<(Specimen Specimen, Oracle Oracle, Feed? Feed, Outcome? Expected)[]> Runs = new(() => [.. All.Select((s, i) =>
    {
        var oracle = new Oracle(s.Declaration);
        Feed? feed = oracle.Draw(s.Batch, i);
        return (s, oracle, feed, feed is null ? null : oracle.Run(feed));
    })]);

    private static readonly Specimen[] InFloat = [.. All.Where((_, i) => i % 3 == 0)], Apart = [.. All.Where((_, i) => i % 8 == 0)];

    /// <summary>
    /// All models in double, a third of them in float (the text of the two differs in scalar tokens only, see <see cref="TokenTests"/>), and every eighth with
    /// a kernel for each op.
    /// </summary>
    public static byte[] Compile() => GeneratedModels.Image(
        [.. InFloat.Select(s => s.Declaration), .. All.Select(s => s.Declaration.Variant("Double", true))],
        [.. Apart.Select(s => GeneratedModels.Unfused(s.Declaration.Variant("Unfused", true)))]);

    /// <summary>Losses, predictions, logits, gradients and running statistics: 1e-11 of max(1, |x|), from feeds whose conditioning is at most 2,000.</summary>
    [Fact(Explicit = true)]
    public void DoubleCode_IsTheInterpreter()
    {
        var check = new Comparison();
        foreach ((int i, (Specimen s, _, Feed? feed, Outcome? expected)) in Runs.Value.Index())
        {
            // the zoo at every width, the random models at one each
            foreach (int width in i < Zoo.All.Count ? LaneWidths : [LaneWidths[i % 4]])
                check.Add($"{s}\nat {width} lanes", feed, f => Models.Value[s.Name + "Double"].Run(f, width), _ => expected!, 1e-11);
        }

        check.Report();
    }

    [Fact(Explicit = true)]
    public void UnfusedCode_IsTheInterpreter()
    {
        var check = new Comparison();
        foreach ((int i, (Specimen s, _, Feed? feed, Outcome? expected)) in Runs.Value.Index())
            if (Apart.Contains(s)) check.Add($"{s}\nunfused", feed, f => Models.Value[s.Name + "Unfused"].Run(f, LaneWidths[i % 4]), _ => expected!, 1e-11);
        check.Report();
    }

    /// <summary>
    /// Within 16 times the spread of three runs in which every operation of the interpreter errs by up to a float's rounding (Monte Carlo arithmetic, Parker
    /// 1997: the spread estimates the error that a float evaluation in any order has), plus four roundings of each tensor's largest element.
    /// </summary>
    [Fact(Explicit = true)]
    public void FloatCode_IsTheInterpreter_WithinWhatRoundingDoes()
    {
        List<string> failures = [];
        (double worst, int count) = (0, 0);
        foreach ((int i, (Specimen s, Oracle oracle, Feed? feed, Outcome? expected)) in Runs.Value.Index())
        {
            if (feed is null || !InFloat.Contains(s)) continue;
            Outcome[] noisy = [.. Enumerable.Range(0, 3).Select(seed => oracle.Run(feed, out _, Oracle.Noise(Math.Pow(2, -23), seed)))];
            foreach (int width in i < Zoo.All.Count ? LaneWidths : [LaneWidths[i % 4]])
            {
                Outcome actual = Models.Value[s.Name].Run(feed, width);
                foreach (string name in expected!.Names)
                {
                    double spread = noisy.Max(n => Distance(n[name], expected[name]));
                    double bound = 16 * spread + Math.Pow(2, -22) * Math.Max(1e-2, expected[name].Max(Math.Abs));
                    double error = Distance(actual[name], expected[name]);
                    worst = Math.Max(worst, error / bound);
                    count++;
                    if (!(error <= bound)) failures.Add($"{s}\nat {width} lanes {name}: off by {error:E2}, spread {spread:E2}, bound {bound:E2}");
                }
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count}\n\n" + string.Join("\n\n", failures.Take(8)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{count} tensors, worst error {worst:F2} of the bound");

        static double Distance(double[] a, double[] b) => a.Zip(b, (p, q) => double.IsNaN(p) ? double.PositiveInfinity : Math.Abs(p - q)).Max();
    }

    [Fact(Explicit = true)]
    public void ThreeStepsOfSgd_AreTheInterpreters() => Trains(new Sgd(0.05, Momentum: 0.9), _ =>
    {
        double v = 0;
        return (w, g, step) => w - 0.05 * (v = step == 1 ? g : 0.9 * v + g);
    });

    /// <summary>ε is large: gradients that are 0 but for rounding would otherwise be divided by themselves.</summary>
    [Fact(Explicit = true)]
    public void ThreeStepsOfAdam_AreTheInterpreters() => Trains(new Adam(0.01, Epsilon: 1e-3), _ =>
    {
        (double m, double v) = (0, 0);
        return (w, g, step) =>
        {
            (m, v) = (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g);
            return w - 0.01 * (m / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, step))) + 1e-3);
        };
    });

    /// <summary>Kinks may be crossed and conditioning may grow between steps, so the oracle is also run with noise, and has to agree with itself first.</summary>
    private static void Trains(IOptimizer optimizer, Func<int, Func<double, double, int, double>> rule)
    {
        var check = new Comparison();
        foreach ((Specimen s, Oracle oracle, Feed? drawn, _) in Runs.Value)
        {
            Feed? feed = drawn is null ? null : drawn with { Step = 0 };
            Outcome? expected = feed is null ? null : oracle.Train(feed, 3, rule);
            bool isStable = feed is not null && oracle.Train(Nudged(feed), 3, rule).Distance(expected!).Error < 1e-9;
            check.Add(s.ToString(), isStable ? feed : null, f => Models.Value[s.Name + "Double"].Train(f, optimizer, 3), _ => expected!, 1e-10);
        }

        check.Report();

        static Feed Nudged(Feed feed) => feed with { Parameters = [.. feed.Parameters.Select(p => p.Select(v => v * (1 + 1e-13)).ToArray())] };
    }
}
