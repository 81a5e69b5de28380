using ModelDsl;
using Tabular;

const double Target = 0.95;
if (!Report.Asked(args)) return 2;

// 1. Load: cells become typed properties; a header or a cell that does not fit is an error that names its line and column.
IReadOnlyList<Penguin> penguins = Csv.ReadRows<Penguin>(Path.Combine(AppContext.BaseDirectory, "penguins.csv"), missing: "NA");

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
double accuracy = Train(search.Best).Test();
Console.WriteLine($"\nbest: {search.Best}; accuracy on the test part {accuracy:0.000}");
return accuracy >= Target ? 0 : 1;

Candidate Train(Settings s)
{
    IOptimizer optimizer = s.Method == nameof(Sgd) ? new Sgd(s.Rate) : new Adam(s.Rate);
    TrainerOptions options = new() { Epochs = 60, BatchSize = 16, Seed = 1 };
    return s.Network == nameof(Linear) ? Fit(Linear.CreateTrainer(optimizer, options)) : Fit(Hidden.CreateTrainer(optimizer, options));
}

Candidate Fit<TModel>(Trainer<TModel, float> trainer) where TModel : class, IModel<TModel, float>
{
    TrainResult run = trainer.Fit(train, validation);
    return new(run.Validation!.Loss, () =>
    {
        // One file holds model and encoder: raw penguin in, species out.
        string file = Path.Combine(AppContext.BaseDirectory, "penguins.safetensors");
        encoder.Predictor(trainer.Model).Save(file);
        var predictor = Penguin.LoadPredictor<TModel>(file);
        Report.Write(trainer, run, test, encoder.Names, parts.Test[0].Species);
        return parts.Test.Count(p => predictor.Predict(p) == p.Species) / (double)parts.Test.Count;
    });
}

internal sealed record Candidate(double Loss, Func<double> Test);
