using Cnn;
using Digits;
using ModelDsl;

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
    if (arguments.DataFolder is { } folder)
    {
        var (train, test) = Idx.LoadMnist(folder);
        return Train(Mnist.CreateTrainer(new Adam(0.002), Options(epochs: 2, batch: 64)), train, test, target: 0.985);
    }
    else
    {
        var (train, _, test) = Data.SmallDigits().Split(train: 0.75, validation: 0, test: 0.25, seed: 42, stratify: true);
        return Train(SmallDigits.CreateTrainer(new Adam(0.002), Options(epochs: 12, batch: 32)), train, test, target: 0.97);
    }
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException)
{
    Console.Error.WriteLine(e.Message);
    return Refused;
}

TrainerOptions Options(int epochs, int batch) =>
    new() { Epochs = arguments.Epochs ?? epochs, BatchSize = batch, Seed = 42, MaxThreads = arguments.Threads ?? Environment.ProcessorCount };

int Train<TModel>(Trainer<TModel, float, int> trainer, Dataset train, Dataset test, double target) where TModel : class, IModel<TModel, float>
{
    Console.WriteLine($"{train.Count} images to learn, {test.Count} to test.");
    Console.WriteLine(TModel.Info.Summary());
    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, e) =>
    {
        // The first Ctrl-C ends training after the step under way, a second one ends the program.
        e.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    };

    TrainResult result = trainer.Fit(train, progress: new ConsoleProgress(), cancellationToken: cancellation.Token);

    if (arguments.SavePath is { } path)
    {
        trainer.Model.Save(path);
        Console.WriteLine($"saved {path}");
    }
    double accuracy = trainer.Evaluate(test).Accuracy!.Value;
    Console.WriteLine(FormattableString.Invariant($"test accuracy {accuracy:0.0000}"));
    return result.Cancelled ? Interrupted : accuracy >= target ? 0 : Failed;
}
