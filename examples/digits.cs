// Handwritten digits in one file, without a project, for trying things out as in a notebook: change it, run it again.
//
//     dotnet run -c Release examples/digits.cs [-- report.html]
//
// Directory.Build.props beside it names the library's source; outside this repository write #:package ModelDsl@0.1.0 here instead.
using ModelDsl;

string folder = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
Dataset digits = Csv.Load(Path.Combine(folder, "02-Digits", "digits.csv.gz"), new CsvOptions { Header = false });
(Dataset train, Dataset validation, Dataset test) = digits.Split(0.7, 0.1, 0.2, seed: 42, stratify: true);
Scaler scaler = Scaler.MinMax(train);

var trainer = Digits.CreateTrainer(options: new TrainerOptions { Epochs = 20, BatchSize = 32, Seed = 42 });
TrainResult result = trainer.Fit(scaler.Apply(train), scaler.Apply(validation), new ConsoleProgress());
Console.WriteLine(result.Diagnose());

Evaluation judged = trainer.Evaluate(scaler.Apply(test));
Console.WriteLine(FormattableString.Invariant($"test accuracy {judged.Accuracy:0.000}"));
if (args is [var report]) trainer.SaveReport(report, result, scaler.Apply(test));
return judged.Accuracy >= 0.95 ? 0 : 1;

[Model, Input(64), Dense(64, Activation.Relu), Dense(64, Activation.Relu), Dense(10), Target(Loss.SparseCrossEntropy)]
public sealed partial class Digits;
