using ModelDsl;

namespace Applications;

/// <summary>What a filter sees of a mail.</summary>
[Row]
public sealed partial record Mail
{
    [Feature] public float Links { get; init; }

    [Feature] public float MoneyWords { get; init; }

    [Feature] public float Capitals { get; init; }

    [Feature] public float Lines { get; init; }

    [Category] public bool KnownSender { get; init; }

    /// <summary>There are too many domains to learn one by one: a hash makes them sixteen.</summary>
    [Category(Capacity = 16, Hash = true)] public string Domain { get; init; } = "";

    [Label] public bool IsSpam { get; init; }
}

[Model, Input(typeof(Mail)), Dense(24, Activation.Relu), Dropout(0.1f), Dense(1), Target(Loss.BinaryCrossEntropy)]
public sealed partial class MailFilter;

[Model, Input(typeof(Mail)), Dense(1), Target(Loss.BinaryCrossEntropy)]
public sealed partial class LinearFilter;

/// <summary>Spam: raw mail in, verdict out. A newsletter has many links and a receipt many words of money; spam has some of either.</summary>
internal static class Spam
{
    private const int Mails = 6_000, Past = 4_000;

    public static Score Run()
    {
        // Parted by time: spam changes (its capitals become fewer), and a filter must cope with what comes after its training.
        var random = new Random(7);
        Mail[] mails = [.. Enumerable.Range(0, Mails).Select(i => Receive(random, time: i / (double)Mails))], past = mails[..Past], future = mails[Past..];
        var encoder = Mail.FitEncoder(past);
        Dataset train = encoder.Encode(past);
        var trainer = MailFilter.CreateTrainer(new Adam(0.005), new TrainerOptions { Epochs = 15, BatchSize = 32, Seed = 1 });
        trainer.Fit(train);
        LinearFilter linear = LinearFilter.Create();
        LogisticRegression.Fit(linear, train);

        ConfusionMatrix verdicts = Judge(encoder.Predictor(trainer.Model), future);
        IEnumerable<string> reasons = Explain.PermutationImportance(trainer.Model, encoder.Encode(future)).OrderByDescending(i => i.Mean).Take(3).Select(i => encoder.Names[i.Feature]);
        Console.Write($"spam: the filter goes by {string.Join(", ", reasons)} most of all\n{verdicts}");
        return new("F1", "logistic regression", Judge(encoder.Predictor(linear), future).Scores(Average.Binary).F1, verdicts.Scores(Average.Binary).F1);
    }

    private static ConfusionMatrix Judge<TModel>(RowPredictor<TModel, Mail, bool> filter, Mail[] mails) where TModel : class, IModel<TModel> =>
        ConfusionMatrix.Of([.. mails.Select(m => m.IsSpam ? 1 : 0)], [.. mails.Select(m => filter.Predict(m) ? 1 : 0)]);

    private static Mail Receive(Random random, double time)
    {
        Mail Mail(bool spam, int links, int money, double capitals, int lines, double known, int domains) => new()
        {
            IsSpam = spam, Links = links, MoneyWords = money, Capitals = (float)(capitals * Math.Exp(0.4 * random.Normal())), Lines = lines,
            KnownSender = random.Chance(known), Domain = $"{(spam ? "x" : "m")}{random.Next(domains)}.example",
        };
        return random.NextDouble() switch
        {
            < 0.35 => Mail(spam: false, random.Next(2), random.Next(2), 0.05, random.Next(3, 40), known: 0.8, domains: 40),              // a friend's
            < 0.60 => Mail(spam: false, random.Next(5, 16), random.Next(3), 0.12, random.Next(20, 80), known: 0.4, domains: 40),         // a newsletter
            < 0.75 => Mail(spam: false, random.Next(1, 5), random.Next(3, 8), 0.08, random.Next(5, 25), known: 0.5, domains: 40),        // a receipt
            < 0.90 => Mail(spam: true, random.Next(2, 8), random.Next(1, 5), 0.16 - 0.08 * time, random.Next(5, 30), known: 0.15, domains: 400), // an offer
            _ => Mail(spam: true, random.Next(1, 4), random.Next(1, 4), 0.06, random.Next(3, 15), known: 0.4, domains: 400),             // a false bank's
        };
    }
}
