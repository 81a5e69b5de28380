using System.Globalization;
using System.Text;
using ModelDsl.Checkpoints;
using ModelDsl.Reports;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    private const int MostClassesShown = 100;

    /// <summary>
    /// Writes a training run as one page of HTML: verdict, model, options, curves, a table of epochs, and the confusion matrix of a classifier. The page asks for nothing from
    /// anywhere.
    /// </summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="result">What <c>Fit</c> returned.</param>
    /// <param name="judged">What the confusion matrix is counted on; null for none.</param>
    /// <exception cref="ArgumentException">The data set does not fit the model.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public void SaveReport(string path, TrainResult result, Dataset? judged = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        Enter();
        try
        {
            string page = Page.Html($"Training of {Info.Name}", Info.Summary(Math.Min(Options.BatchSize, 1 << 20)), Settings(), result, judged is null || Judged.Evaluate(judged).Confusion is not { Classes: <= MostClassesShown } confusion ? null : confusion);
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
            ("early stopping", Options.EarlyStopping is { } e ? $"{e.Watch.Name}, patience {e.Patience}" : null), ("plateau", Options.Plateau is { } p ? $"{p.Watch.Name}, patience {p.Patience}, factor {Text(p.Factor)}" : null),
        ];
        settings.AddRange(Options.Groups.Select(g => ($"group {g.Pattern}", (string?)g.ToString())));
        return [.. settings.Where(s => s.Value is not null).Select(s => (s.Name, s.Value!))];

        static string? Text<TValue>(TValue value) => value is null ? null : string.Create(CultureInfo.InvariantCulture, $"{value}");
    }
}
