using ModelDsl.Generator.Tests.Support;
using ModelDsl.Gpu;

namespace ModelDsl.Generator.Tests.Gpu;

/// <summary>Models on a device against the interpreter.</summary>
internal sealed class DeviceComparison
{
    private readonly List<string> _failures = [];
    private readonly Dictionary<string, double> _worst = [];
    private int _models, _withoutFeed, _launches;

    /// <summary>
    /// Within 16 times the spread of three runs of the interpreter in which every operation errs by up to a float's rounding, plus four roundings of each tensor's largest element: as float code of the processor
    /// (<see cref="Examination"/>).
    /// </summary>
    public void Add(string what, Oracle oracle, int batch, int seed, CompiledModel model, ComputeDevice device)
    {
        if (oracle.Draw(batch, seed) is not { } feed)
        {
            _withoutFeed++;
            return;
        }

        _models++;
        try
        {
            Outcome expected = oracle.Run(feed), actual = model.Run(feed, 1, device: device);
            _launches += (device as SimulatedDevice)?.Launches ?? 0;
            Outcome[] noisy = [.. Enumerable.Range(0, 3).Select(n => oracle.Run(feed, out _, Oracle.Noise(Math.Pow(2, -23), n)))];
            foreach (string name in expected.Names)
            {
                double largest = expected[name].Max(Math.Abs), spread = noisy.Max(n => Distance(n[name], expected[name]));
                double bound = 16 * spread + Math.Pow(2, -22) * Math.Max(1e-2, largest), error = Distance(actual[name], expected[name]);
                _worst[what] = Math.Max(_worst.GetValueOrDefault(what), error / Math.Max(1, largest));
                if (!(error <= bound)) _failures.Add($"{what}\non {device.Name} {name} is off by {error:E2}, bound {bound:E2}");
            }
        }
        catch (SimulatorException e)
        {
            _failures.Add($"{what}\n{e.Message}");
        }
    }

    public void Report(string what)
    {
        Assert.True(_failures.Count == 0, $"{_failures.Count} faults in {_models} models\n\n" + string.Join("\n\n", _failures.DistinctBy(f => f.Split('\n')[0]).Take(12)));
        Assert.True(_withoutFeed <= Math.Max(3, _models / 10));
        (string name, double error) = _worst.MaxBy(w => w.Value) is var worst ? (worst.Key.Split('\n')[0], worst.Value) : default;
        Console.WriteLine($"{what}: {_models} models{(_launches > 0 ? $", {_launches} launches" : "")}, worst error {error:E1} of the largest element or 1 ({name}), {_withoutFeed} without a well-conditioned feed");
    }

    private static double Distance(double[] a, double[] b) => a.Zip(b, (p, q) => double.IsNaN(p) ? double.PositiveInfinity : Math.Abs(p - q)).Max();
}
