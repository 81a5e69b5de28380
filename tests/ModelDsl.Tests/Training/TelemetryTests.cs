using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using ModelDsl.Logging;

namespace ModelDsl.Tests.Training;

public class TelemetryTests
{
    private static TrainResult Fit(IProgress<TrainProgress>? progress = null) =>
        new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.01), new() { Epochs = 2, BatchSize = 3 })
            .Fit(Samples.Line, Samples.Line, progress, TestContext.Current.CancellationToken);

    /// <summary>Other tests train meanwhile, on other threads.</summary>
    [Fact]
    public void Meter_MeasuresEverySteps()
    {
        int thread = Environment.CurrentManagedThreadId;
        var measured = new List<(string Name, double Value, string Model)>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter.Name == Telemetry.Name) l.EnableMeasurementEvents(i); } };
        void Add(Instrument i, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (Environment.CurrentManagedThreadId == thread) measured.Add((i.Name, value, (string)tags[0].Value!));
        }
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Add(i, v, tags));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Add(i, v, tags));
        listener.Start();
        TrainResult result = Fit();
        Assert.All(measured, m => Assert.Equal("Linear", m.Model));
        double[] Of(string name) => [.. measured.Where(m => m.Name == name).Select(m => m.Value)];
        Assert.Equal([1, 1, 1, 1], Of("modeldsl.steps"));
        Assert.Equal([3, 1, 3, 1], Of("modeldsl.samples"));
        Assert.All(Of("modeldsl.step.duration"), d => Assert.InRange(d, 1e-9, 10));
        double[] losses = Of("modeldsl.loss");
        Assert.Equal(result.History.Select(e => e.TrainLoss), [(3 * losses[0] + losses[1]) / 4, (3 * losses[2] + losses[3]) / 4]);
    }

    [Fact]
    public void Activities_AreFitAndItsEpochs()
    {
        int thread = Environment.CurrentManagedThreadId;
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => Environment.CurrentManagedThreadId == thread ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = a => { if (Environment.CurrentManagedThreadId == thread) ended.Add(a); },
        };
        ActivitySource.AddActivityListener(listener);
        Fit();
        Assert.Equal(["epoch", "epoch", "fit"], ended.Select(a => a.OperationName));
        Assert.All(ended[..2], a => Assert.Equal(ended[2].SpanId, a.ParentSpanId));
        Assert.Equal([1, 2], ended[..2].Select(a => (int)a.GetTagItem("epoch")!));
        Assert.Equal(("Linear", "Epochs", 4L), (ended[2].GetTagItem("model"), ended[2].GetTagItem("reason"), ended[2].GetTagItem("steps")));
    }

    private sealed class Journal : ILogger
    {
        public List<(LogLevel Level, string Text, IReadOnlyList<KeyValuePair<string, object?>> Fields)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((level, formatter(state, exception), (IReadOnlyList<KeyValuePair<string, object?>>)state!));
    }

    [Fact]
    public void Logger_HearsOfEachEpochWithItsNumbers()
    {
        var log = new Journal();
        TrainResult result = Fit(new LoggerProgress(log));
        (LogLevel level, string text, IReadOnlyList<KeyValuePair<string, object?>> fields) = log.Entries.Where(e => e.Level == LogLevel.Information).ElementAt(1);
        Assert.StartsWith("Epoch 2 of 2: loss ", text);
        Assert.Contains(new KeyValuePair<string, object?>("ValidationLoss", result.Validation!.Loss), fields);
        Assert.Contains(new KeyValuePair<string, object?>("Loss", result.TrainLoss), fields);
        Assert.Equal((LogLevel.Information, "Training ended in epoch 2 of 2 by Epochs"), (log.Entries[^1].Level, log.Entries[^1].Text));
        var progress = new LoggerProgress(log);
        progress.Report(new(1, 2, 3, 4, 0.5, 0.1, 10, null));
        progress.Report(new(1, 2, 4, 4, 0.5, 0.1, 10, null));
        Assert.Equal((LogLevel.Debug, "Epoch 1 of 2, step 3 of 4: loss 0.5, learning rate 0.1, 10 samples/s"), (log.Entries[^2].Level, log.Entries[^2].Text));
        Assert.Equal((LogLevel.Information, "Epoch 1 of 2: loss 0.5, learning rate 0.1, 10 samples/s"), (log.Entries[^1].Level, log.Entries[^1].Text));
        Assert.Throws<ArgumentNullException>(() => new LoggerProgress(null!));
    }
}
