using Digits;
using ModelDsl;
using ModelDsl.Gpu;

const int Failed = 1, Refused = 2, Interrupted = 130;

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
    using ComputeDevice? device = arguments.Device is { } name ? Devices.Open(name) : null;
    return arguments.DataFolder is { } folder ? OnMnist(folder, device) : OnSmallDigits(device);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException or NotSupportedException)
{
    Console.Error.WriteLine(e.Message);
    return Refused;
}

int OnSmallDigits(ComputeDevice? device)
{
    var (train, _, test) = Data.SmallDigits().Split(train: 0.75, validation: 0, test: 0.25, seed: 42, stratify: true);
    Console.WriteLine($"{train.Count} digits to learn, {test.Count} to test.");
    return Train(SmallDigits.CreateTrainer(new Adam(0.001), Options(30, device)), train, null, test, target: 0.96);
}

int OnMnist(string folder, ComputeDevice? device)
{
    var (all, test) = Idx.LoadMnist(folder);
    // Epochs are judged on images kept apart for that; the test set is looked at once, at the end.
    var (train, validation, _) = all.Split(train: 11 / 12.0, validation: 1 / 12.0, test: 0, seed: 42, stratify: true);
    Console.WriteLine($"{train.Count} images to learn, {validation.Count} to validate, {test.Count} to test.");
    return Train(Mnist.CreateTrainer(new Adam(0.001), Options(10, device)), train, validation, test, target: 0.97);
}

TrainerOptions Options(int epochs, ComputeDevice? device) =>
    new() { Epochs = arguments.Epochs ?? epochs, BatchSize = 32, Seed = 42, MaxThreads = arguments.Threads ?? Environment.ProcessorCount, Device = device };

// Any classifier: a model is a type argument, not an object with virtual methods.
int Train<TModel>(Trainer<TModel, float, int> trainer, Dataset train, Dataset? validation, Dataset test, double target)
    where TModel : class, IModel<TModel, float>
{
    Console.WriteLine(TModel.Info.Summary());
    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, e) =>
    {
        // The first Ctrl-C ends training after the step under way, a second one ends the program.
        e.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    };

    TrainResult result = trainer.Fit(train, validation, new ConsoleProgress(), cancellation.Token);

    if (result.Cancelled) Console.WriteLine($"cancelled after {trainer.State.Step} steps, {trainer.EpochsCompleted} whole epochs; what they learned is kept in the model");
    if (arguments.SavePath is { } path)
    {
        trainer.Model.Save(path);
        Console.WriteLine($"saved {path}");
    }
    double accuracy = trainer.Evaluate(test).Accuracy!.Value;
    Console.WriteLine(FormattableString.Invariant($"test accuracy {accuracy:0.000}"));
    return result.Cancelled ? Interrupted : accuracy >= target ? 0 : Failed;
}
