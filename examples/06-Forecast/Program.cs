using Forecast;
using ModelDsl;

const int Past = 28, Ahead = 7, TrainingDays = 1_500, Failed = 1;

float[] series = Series.Create(days: 2_000, seed: 42);
Window[] windows = [.. Enumerable.Range(0, series.Length - Past - Ahead + 1).Select(At)];
Window[] known = [.. windows.Where(w => w.Day + Ahead <= TrainingDays)], future = [.. windows.Where(w => w.Day >= TrainingDays)];
Console.WriteLine($"{known.Length} windows to learn, {future.Length} later ones to forecast, {Ahead} days each.");

var trainer = WeekAhead.CreateTrainer(new Adam(0.003), new TrainerOptions { Epochs = 30, BatchSize = 32, Seed = 42 });
Console.WriteLine(WeekAhead.Info.Summary());
trainer.Fit(Dataset.Create([.. known.SelectMany(w => w.X)], Past, [.. known.SelectMany(w => w.Y)], Ahead));

float[] predicted = new float[future.Length * Ahead];
trainer.Model.Predict([.. future.SelectMany(w => w.X)], predicted);
float[][] model = [.. future.Zip(predicted.Chunk(Ahead), (w, y) => y.Select(v => v * w.Scale + w.Level).ToArray())];
float[][] naive = [.. future.Select(w => series[(w.Day - Past)..(w.Day - Past + Ahead)])], truth = [.. future.Select(w => series[w.Day..(w.Day + Ahead)])];

Console.WriteLine("                         MAE    RMSE");
double naiveError = Report("four weeks earlier", naive), modelError = Report("GRU", model);
if (args is [var path])
{
    Chart.Write(path, ("gray", "series", 0, series[^(Past + Ahead)..]), ("orange", "four weeks earlier", Past, naive[^1]), ("blue", "GRU", Past, model[^1]));
    Console.WriteLine($"wrote {path}");
}

return modelError < 0.8 * naiveError ? 0 : Failed;

// A window is seen from its own mean, so that the trend does not lead out of what was learned.
Window At(int start)
{
    float[] past = series[start..(start + Past)];
    float level = past.Average(), scale = 10;
    return new Window(start + Past, level, scale, [.. past.Select(v => (v - level) / scale)], [.. series[(start + Past)..(start + Past + Ahead)].Select(v => (v - level) / scale)]);
}

double Report(string name, float[][] forecast)
{
    double[] errors = [.. forecast.Zip(truth, (f, t) => f.Zip(t, (a, b) => (double)a - b)).SelectMany(e => e)];
    double mae = errors.Average(Math.Abs), rmse = Math.Sqrt(errors.Average(e => e * e));
    Console.WriteLine(FormattableString.Invariant($"{name,-20}  {mae,6:0.000}  {rmse,6:0.000}"));
    return mae;
}

/// <summary>What is known before a day, and what comes from that day on, both as (value − level)/scale.</summary>
internal readonly record struct Window(int Day, float Level, float Scale, float[] X, float[] Y);
