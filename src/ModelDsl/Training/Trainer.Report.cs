using System.Globalization;
using System.Text;
using ModelDsl.Checkpoints;
using ModelDsl.Reports;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    /// <summary>
    /// Writes a training run as one page of HTML: verdict, curves, how the model does on data kept apart, with confusion matrix and ROC curves of a classifier, explanations, model, options and a table of
    /// epochs. The page asks for nothing from anywhere.
    /// </summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="result">What <c>Fit</c> returned.</param>
    /// <param name="judged">What the model is judged on; null for nothing.</param>
    /// <param name="figures">Further pictures: <c>Figure.Importance</c>, <c>Figure.Dependence</c>, <c>Figure.HeatMap</c>, ….</param>
    /// <exception cref="ArgumentException">The data set does not fit the model.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public void SaveReport(string path, TrainResult result, Dataset? judged = null, IReadOnlyList<Figure>? figures = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        Enter();
        try
        {
            string page = Page.Html($"Training of {Info.Name}", Info.Summary(Math.Min(Options.BatchSize, 1 << 20)), Settings(), result, judged is null ? null : Judged.Evaluate(judged), figures ?? [], judged?.ClassNames);
            Storage.WriteAtomically(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        }
        finally
        {
            Exit();
        }
    }

    private List<(string, string)> Settings()
    {
        List<(string Name, string? Value)> settings =
        [
            ("optimizer", _optimizer.ToString()), ("epochs", Text(Options.Epochs)), ("batch size", Options.BatchSize == TrainerOptions.All ? "all" : Text(Options.BatchSize)),
            ("micro-batch size", Text(Options.MicroBatchSize)), ("seed", Text(Options.Seed)), ("shuffle", Text(Options.Shuffle)), ("drop last", Text(Options.DropLast)),
            ("clip value", Text(Options.ClipValue)), ("clip norm", Text(Options.ClipNorm)), ("average decay", Text(Options.AverageDecay)),
            ("schedule", Options.Schedule == LearningRateSchedule.Constant ? null : Options.Schedule.ToString()), ("divergence factor", Text(Options.DivergenceFactor)),
            ("early stopping", Options.EarlyStopping is { } e ? $"{e.Watch.Name}, patience {e.Patience}" : null), ("plateau", Options.Plateau is { } p ? $"{p.Watch.Name}, patience {p.Patience}, factor {Text(p.Factor)}" : null),
            ("most steps", Text(Options.Stop.Steps)), ("most time", Text(Options.Stop.Time)), ("stop at a loss of", Text(Options.Stop.Loss)),
            ("stop at a change of loss below", Text(Options.Stop.LossChange)), ("stop at a gradient norm below", Text(Options.Stop.GradientNorm)),
        ];
        settings.AddRange(Options.Groups.Select(g => ($"group {g.Pattern}", (string?)g.ToString())));
        return [.. settings.Where(s => s.Value is not null).Select(s => (s.Name, s.Value!))];

        static string? Text<TValue>(TValue value) => value is null ? null : string.Create(CultureInfo.InvariantCulture, $"{value}");
    }
}
