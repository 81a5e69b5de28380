using System.Globalization;
using CustomActivation;
using ModelDsl;

if (args is not ([] or ["--plot", _]))
{
    Console.Error.WriteLine("usage: [--plot FILE]   writes the data and the fit as an SVG picture");
    return 2;
}

// sin 3x + 0.3x, every tenth value off by up to 3
var random = new Random(1);
float[] x = [.. Enumerable.Range(0, 500).Select(_ => random.NextSingle() * 6 - 3)];
float[] y = [.. x.Select((v, i) => Truth(v) + (i % 10 == 0 ? 6 * random.NextSingle() - 3 : 0))];
var trainer = Wave.CreateTrainer(new Adam(0.005), new TrainerOptions { Epochs = 200, BatchSize = 25, Seed = 1 });
trainer.Fit(Dataset.Create(x, 1, y, 1));

float[] at = [.. Enumerable.Range(0, 241).Select(i => i / 40f - 3)], fit = new float[at.Length];
for (int i = 0; i < at.Length; i++) trainer.Model.Predict(at.AsSpan(i, 1), fit.AsSpan(i, 1));
double mean = at.Zip(fit, (v, f) => Math.Abs(f - Truth(v))).Average();
Console.WriteLine(FormattableString.Invariant($"mean error of the fit, outliers in the data: {mean:F3}"));
if (args is [_, var file]) File.WriteAllText(file, Svg());

Console.WriteLine("""

    float against double on [-20, 20]
               function    ulp   derivative    ulp
    """);
var options = new TrainerOptions { MaxThreads = 1 };
double worst = Math.Max(
    Probe.Compare("Mish", MishFloat.CreateTrainer(new Sgd(1), options), MishDouble.CreateTrainer(new Sgd(1), options)),
    Probe.Compare("Snake", SnakeFloat.CreateTrainer(new Sgd(1), options), SnakeDouble.CreateTrainer(new Sgd(1), options)));
return mean < 0.05 && worst < 16 ? 0 : 1;

static float Truth(float x) => MathF.Sin(3 * x) + 0.3f * x;

string Svg()
{
    string Point(float a, float b) => string.Create(CultureInfo.InvariantCulture, $"{100 * a + 300:F1},{200 - 40 * b:F1}");
    IEnumerable<string> dots = x.Zip(y, (a, b) => Point(a, b).Split(',')).Select(p => $"""<circle cx="{p[0]}" cy="{p[1]}" r="1.5" fill="gray"/>""");
    return $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400">
        {string.Join('\n', dots)}
        <polyline points="{string.Join(' ', at.Zip(fit, Point))}" fill="none" stroke="crimson" stroke-width="2"/>
        </svg>
        """;
}
