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

// 4 to 6. Networks, optimizers and learning rates: each combination is trained and validated, two at a time.
SearchResult<Settings> search = Search.Grid<Settings>((s, _) => Train(s).Loss, new SearchOptions { Direction = Direction.Minimize, Parallelism = 2 });
Console.Write(search);

// 7. Train what did best on the validation part, which gives the same bits again; 8. test it, once.
string path = Path.Combine(AppContext.BaseDirectory, "penguins.safetensors");
double accuracy = Train(search.Best).SaveAndTest(path);
Console.WriteLine($"\nbest: {search.Best}; accuracy on the test part {accuracy:0.000}");
return accuracy >= Target ? 0 : Failed;

Candidate Train(Settings s) => s.Network switch
{
    Network.Linear => Fit(Linear.CreateTrainer(Optimizer(s), Options())),
    _ => Fit(Hidden.CreateTrainer(Optimizer(s), Options())),
};

static IOptimizer Optimizer(Settings s) => s.Method switch { Method.Sgd => new Sgd(s.Rate), _ => new Adam(s.Rate) };

static TrainerOptions Options() => new() { Epochs = 60, BatchSize = 16, Seed = 1 };

Candidate Fit<TModel>(Trainer<TModel, float> trainer) where TModel : class, IModel<TModel, float> => new(trainer.Fit(train, validation).Validation!.Loss, file =>
{
    // One file holds model and encoder: raw penguin in, species out.
    encoder.Predictor(trainer.Model).Save(file);
    var predictor = Penguin.LoadPredictor<TModel>(file);
    return parts.Test.Count(p => predictor.Predict(p) == p.Species) / (double)parts.Test.Count;
});

internal sealed record Candidate(double Loss, Func<string, double> SaveAndTest);
