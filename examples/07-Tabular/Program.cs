using ModelDsl;
using Tabular;

const double Target = 0.95;
const int Failed = 1;

// 1. Load: cells become typed properties; a header or a cell that does not fit is an error that names its line and column.
using var text = new StreamReader(typeof(Penguin).Assembly.GetManifestResourceStream("penguins.csv")!);
IReadOnlyList<Penguin> penguins = Csv.ReadRows<Penguin>(text, missing: "NA", name: "penguins.csv");

// 2. Split, each species with its share in each part.
RowSplit<Penguin> parts = penguins.Split(train: 0.6, validation: 0.2, test: 0.2, seed: 1, stratify: true);

// 3. Clean, impute, normalise: what the properties declare, learned from the training part alone.
var encoder = Penguin.FitEncoder(parts.Train);
Dataset train = encoder.Encode(parts.Train), validation = encoder.Encode(parts.Validation), test = encoder.Encode(parts.Test);
Console.WriteLine($"{penguins.Count} penguins: {train.Count} to train, {validation.Count} to choose, {test.Count} to test.\n{string.Join(", ", encoder.Names)}\n");

// 4 to 6. Models and optimizers, trained and validated.
Console.WriteLine("model, optimizer     validation loss  accuracy");
Candidate[] candidates =
[
    Train<Linear>("linear, SGD", Linear.CreateTrainer(new Sgd(0.1), Options())),
    Train<Linear>("linear, Adam", Linear.CreateTrainer(new Adam(0.01), Options())),
    Train<Hidden>("hidden, SGD", Hidden.CreateTrainer(new Sgd(0.1), Options())),
    Train<Hidden>("hidden, AdamW", Hidden.CreateTrainer(new AdamW(0.01), Options())),
];

// 7. Select the best by what it did on the validation part; 8. test it, once.
Candidate best = candidates.MinBy(c => c.Validation.Loss)!;
string path = Path.Combine(AppContext.BaseDirectory, "penguins.safetensors");
double accuracy = best.SaveAndTest(path);
Console.WriteLine($"\nbest: {best.Name}; accuracy on the test part {accuracy:0.000}");
return accuracy >= Target ? 0 : Failed;

static TrainerOptions Options() => new() { Epochs = 60, BatchSize = 16, Seed = 1 };

Candidate Train<TModel>(string name, Trainer<TModel, float> trainer) where TModel : class, IModel<TModel, float>
{
    Evaluation result = trainer.Fit(train, validation).Validation!;
    Console.WriteLine(FormattableString.Invariant($"{name,-20} {result.Loss,15:0.0000} {result.Accuracy,9:0.000}"));
    return new(name, result, file =>
    {
        // One file holds model and encoder: raw penguin in, species out.
        encoder.Predictor(trainer.Model).Save(file);
        var predictor = Penguin.LoadPredictor<TModel>(file);
        return parts.Test.Count(p => predictor.Predict(p) == p.Species) / (double)parts.Test.Count;
    });
}

internal sealed record Candidate(string Name, Evaluation Validation, Func<string, double> SaveAndTest);
