using System.Diagnostics;
using CharGpt;
using ModelDsl;

const int Failed = 1, Refused = 2, Interrupted = 130;
const int Batch = 12;

if (!Arguments.TryParse(args, out Arguments arguments, out string problem))
{
    Console.Error.WriteLine(problem);
    return Refused;
}
if (arguments.Help)
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}
try
{
    return arguments.DataFile is { } file ? Train(new Text(File.ReadAllText(file)), arguments.Steps ?? 2000, target: 1.95) : Train(Text.Coriolanus(), arguments.Steps ?? 200, target: 2.4);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return Refused;
}

int Train(Text text, int steps, double target)
{
    Console.WriteLine($"{text.Learned} characters to learn, {text.Judged} to judge.");
    Console.WriteLine(Gpt.Info.Summary());
    Gpt model = arguments.LoadPath is { } start ? Gpt.Load(start) : Gpt.Create(seed: 1);
    var trainer = Gpt.CreateTrainer(model, new AdamW(1e-3, WeightDecay: 0.1, Beta2: 0.99), new TrainerOptions
    {
        Schedule = LearningRateSchedule.Cosine(steps, floor: 0.1, ScheduleUnit.Step).WarmUp(Math.Min(100, steps / 10 + 1)),
        ClipNorm = 1,
        MaxThreads = arguments.Threads ?? Environment.ProcessorCount,
    });

    bool cancelled = false;
    Console.CancelKeyPress += (_, e) =>
    {
        // The first Ctrl-C ends training after the step under way, a second one ends the program.
        e.Cancel = !cancelled;
        cancelled = true;
    };

    var random = new Random(1);
    int[] x = new int[Batch * Text.Context], y = new int[Batch * Text.Context];
    Dataset glance = text.Validation(most: 64);
    int every = Math.Max(1, steps / 10), step = 0;
    double loss = 0;
    long from = Stopwatch.GetTimestamp();
    while (step < steps && !cancelled)
    {
        text.Draw(random, x, y);
        loss += trainer.Step(x, y);
        if (++step % every != 0) continue;
        double speed = (double)every * x.Length / Stopwatch.GetElapsedTime(from).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"step {step,5}  loss {loss / every:0.000}  validation loss {model.Evaluate(glance).Loss:0.000}  {speed:N0} characters/s"));
        (loss, from) = (0, Stopwatch.GetTimestamp());
    }

    if (cancelled) Console.WriteLine($"\ncancelled after {step} steps; what they learned is kept in the model");
    if (arguments.SavePath is { } path)
    {
        model.Save(path);
        Console.WriteLine($"saved {path}");
    }

    double judged = model.Evaluate(text.Validation(most: int.MaxValue)).Loss;
    Console.WriteLine(FormattableString.Invariant($"validation loss {judged:0.000} (perplexity {Math.Exp(judged):0.00}) on all {text.Judged} characters\n"));
    from = Stopwatch.GetTimestamp();
    Console.WriteLine(Sampler.Continue(model, "\n", length: 500, arguments.Temperature, random));
    Console.WriteLine(FormattableString.Invariant($"\nwritten at {500 / Stopwatch.GetElapsedTime(from).TotalSeconds:N0} characters/s"));
    return cancelled ? Interrupted : judged <= target ? 0 : Failed;
}
