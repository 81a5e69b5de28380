using System.Globalization;
using ModelDsl.Generator.Graph;
using ModelDsl.Kernels;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>
/// Generated code against the interpreter: losses, predictions, logits, gradients, running statistics and three steps of two optimizers, in double, float, without
/// fusion, at any lane width, on several threads.
/// </summary>
internal sealed class Examination
{
    private const double Tolerance = 1e-11, ToleranceOfSteps = 1e-10;

    /// <summary>Float lanes of a vector.</summary>
    public static readonly int[] LaneWidths = [16, 8, 4, 1];

    private readonly List<string> _failures = [];

    /// <summary>Models that were compared.</summary>
    public int Models { get; private set; }

    /// <summary>Outcomes that were compared.</summary>
    public int Comparisons { get; private set; }

    /// <summary>Models for which no well-conditioned feed was found.</summary>
    public int WithoutFeed { get; private set; }

    /// <summary>Of double code, relative to max(1, |x|).</summary>
    public double Worst { get; private set; }

    /// <summary>Of float code, relative to its bound.</summary>
    public double WorstOfBound { get; private set; }

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>The numbers of the models that failed.</summary>
    public SortedSet<int> Failed { get; } = [];

    /// <summary>
    /// The assembly of numbered models: all in double, every sixth in float (the text of the two differs in scalar tokens only, see
    /// TokenTests), and every twelfth with a kernel for each op.
    /// </summary>
    public static byte[] Image(IReadOnlyList<(int Number, Specimen Model)> models) => GeneratedModels.Image(
        [.. models.Where(m => m.Number % 6 == 0).Select(m => m.Model), .. models.Select(m => m.Model.Variant("Double", true))],
        [.. models.Where(m => m.Number % 12 == 1).Select(m => GeneratedModels.Unfused(m.Model.Variant("Unfused", true)))]);

    /// <summary>Everything about one model, in every form; null, or what is wrong.</summary>
    public static string? Fault(Specimen s, int number)
    {
        try
        {
            var examination = new Examination();
            examination.Examine(s, number, GeneratedModels.Load(GeneratedModels.Image([s, s.Variant("Double", true)], [GeneratedModels.Unfused(s.Variant("Unfused", true))])), true);
            return examination.Failures.FirstOrDefault();
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    /// <param name="s">The model.</param>
    /// <param name="number">Seeds its feed.</param>
    /// <param name="models">Has the model in double, and in the other forms that shall be compared.</param>
    /// <param name="everyWidth">At every lane width, or at the process's, which the training steps have: another is another compilation.</param>
    public void Examine(Specimen s, int number, GeneratedModels models, bool everyWidth)
    {
        var oracle = new Oracle(s.Declaration);
        Shape output = oracle.Model.Arena[oracle.Model.Roots.Outputs[0].Logits].Shape;
        if (s.Sketch is { } sketch && sketch.Shapes()![^1] != output) Fail(s, number, $"the output is {output}, by the table's rules {sketch.Shapes()![^1]}");
        if (oracle.Draw(s.Batch, number) is not { } feed)
        {
            WithoutFeed++;
            return;
        }

        Models++;
        Outcome expected = oracle.Run(feed);
        CompiledModel twice = models[s.Name + "Double"];
        int[] widths = everyWidth ? LaneWidths : [Lanes.Width];
        foreach (int width in widths) Compare($"at {width} lanes", twice.Run(feed, width), expected, Tolerance);
        Compare("on 3 threads", twice.Run(feed, widths[0], 3), twice.Run(feed, widths[0]), 0);
        if (models.Find(s.Name + "Unfused") is { } unfused) Compare("unfused", unfused.Run(feed, widths[0]), expected, Tolerance);
        if (models.Find(s.Name) is { } single) foreach (int width in widths) CompareFloat(width, single);
        if (twice.Info.Inputs is not [{ Classes: 0 }]) return;
        Train("three steps of Sgd", new Sgd(0.05, Momentum: 0.9), Sgd);
        Train("three steps of Adam", new Adam(0.01, Epsilon: 1e-3), Adam);

        void Compare(string what, Outcome actual, Outcome reference, double tolerance)
        {
            (double error, string where) = actual.Distance(reference);
            Comparisons++;
            if (error <= tolerance) Worst = Math.Max(Worst, error);
            else Fail(s, number, $"{what}: {where}");
        }

        // Within 16 times the spread of three runs in which every operation of the interpreter errs by up to a float's rounding (Monte Carlo arithmetic, Parker 1997:
        // the spread estimates the error that a float evaluation in any order has), plus four roundings of each tensor's largest element.
        void CompareFloat(int width, CompiledModel model)
        {
            Outcome[] noisy = [.. Enumerable.Range(0, 3).Select(seed => oracle.Run(feed, out _, Oracle.Noise(Math.Pow(2, -23), seed)))];
            Outcome actual = model.Run(feed, width);
            foreach (string name in expected.Names)
            {
                double spread = noisy.Max(n => Distance(n[name], expected[name]));
                double bound = 16 * spread + Math.Pow(2, -22) * Math.Max(1e-2, expected[name].Max(Math.Abs));
                double error = Distance(actual[name], expected[name]);
                Comparisons++;
                if (error <= bound) WorstOfBound = Math.Max(WorstOfBound, error / bound);
                else Fail(s, number, $"in float at {width} lanes {name}: off by {error:E2}, spread {spread:E2}, bound {bound:E2}");
            }
        }

        // Kinks may be crossed and conditioning may grow between steps, so the oracle has to agree with itself first, from parameters a little aside; and, as a sum may cancel
        // exactly from any parameters (of a normalised tensor), with roundings a thousand times as coarse.
        void Train(string what, IOptimizer optimizer, Func<int, Func<double, double, int, double>> rule)
        {
            Feed start = feed with { Step = 0 }, aside = start with { Parameters = [.. start.Parameters.Select(p => p.Select(v => v * (1 + 1e-13)).ToArray())] };
            Outcome trained = oracle.Train(start, 3, rule);
            if (oracle.Train(aside, 3, rule).Distance(trained).Error < 1e-9 && oracle.Train(start, 3, rule, Oracle.Noise(1e-13, number)).Distance(trained).Error < 1e-9) Compare(what, twice.Train(start, optimizer, 3), trained, ToleranceOfSteps);
        }
    }

    /// <summary>The totals, as one line that <see cref="Add"/> reads.</summary>
    public string Totals => string.Create(CultureInfo.InvariantCulture, $"{Models} {Comparisons} {WithoutFeed} {Worst:R} {WorstOfBound:R} {string.Join(',', Failed)}");

    /// <summary>Adds another examination's totals.</summary>
    public void Add(string totals)
    {
        string[] parts = totals.Split(' ');
        double Number(int i) => double.Parse(parts[i], CultureInfo.InvariantCulture);
        (Models, Comparisons, WithoutFeed) = (Models + (int)Number(0), Comparisons + (int)Number(1), WithoutFeed + (int)Number(2));
        (Worst, WorstOfBound) = (Math.Max(Worst, Number(3)), Math.Max(WorstOfBound, Number(4)));
        Failed.UnionWith(parts[5].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Models} models, {Comparisons} comparisons, {Failed.Count} mismatches, worst error {Worst:E1} in double and {WorstOfBound:F2} of the bound in float, {WithoutFeed} without a well-conditioned feed");

    private void Fail(Specimen s, int number, string what)
    {
        Failed.Add(number);
        _failures.Add($"{s}\n{what}");
    }

    private static double Distance(double[] a, double[] b) => a.Zip(b, (p, q) => double.IsNaN(p) ? double.PositiveInfinity : Math.Abs(p - q)).Max();

    private static Func<double, double, int, double> Sgd(int element)
    {
        double v = 0;
        return (w, g, step) => w - 0.05 * (v = step == 1 ? g : 0.9 * v + g);
    }

    /// <summary>ε is large: gradients that are 0 but for rounding would otherwise be divided by themselves.</summary>
    private static Func<double, double, int, double> Adam(int element)
    {
        (double m, double v) = (0, 0);
        return (w, g, step) =>
        {
            (m, v) = (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g);
            return w - 0.01 * (m / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, step))) + 1e-3);
        };
    }
}
