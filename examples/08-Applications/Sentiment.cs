using ModelDsl;

namespace Applications;

/// <summary>Up to thirteen words in their order.</summary>
[Model]
[Input(13, Classes = 80)]
[Embedding(80, 16, PaddingIndex = 0)]
[Gru(24, ReturnSequences = false)]
[Dropout(0.2f)]
[Dense(1)]
[Target(Loss.BinaryCrossEntropy)]
public sealed partial class Opinion;

/// <summary>How often each word is there, whatever the order: logistic regression.</summary>
[Model]
[Input(80)]
[Dense(1)]
[Target(Loss.BinaryCrossEntropy)]
public sealed partial class WordCounts;

/// <summary>Sentiment: does a review praise? "not" turns what follows, and what comes after "but" counts more.</summary>
internal static class Sentiment
{
    private const int Length = 13, Classes = 80;

    private static readonly string[]
        Praise = [.. "good great fine superb lovely clever funny moving gripping charming fresh elegant bold witty tender honest subtle warm vivid rich".Split(' ')],
        Blame = [.. "bad poor dull awful boring silly clumsy flat tired messy loud empty slow vain cold stale crude lazy weak bleak".Split(' ')],
        Subjects = [.. "plot film cast story music ending pace camera humour dialogue".Split(' ')],
        Denials = ["not", "never", "hardly"], Emphases = ["very", "quite", "really"];

    public static Score Run()
    {
        // Different reviews are parted: short ones occur again and again, and would else be in both parts.
        var random = new Random(3);
        (string Text, float Praises)[] reviews = [.. Enumerable.Range(0, 4_000).Select(_ => Review(random)).DistinctBy(r => r.Text)];
        (string Text, float Praises)[] known = reviews[..2_000], unseen = reviews[2_000..];
        Dictionary<string, int> vocabulary = known.SelectMany(r => r.Text.Split(' ')).Distinct().Order().Select((w, i) => (w, i)).ToDictionary(p => p.w, p => p.i + 2);
        (Dataset train, Dataset test) = (Words(known, vocabulary), Words(unseen, vocabulary));
        var trainer = Opinion.CreateTrainer(new Adam(0.005), new TrainerOptions { Epochs = 12, BatchSize = 32, Seed = 1 });
        trainer.Fit(train);

        WordCounts counts = WordCounts.Create();
        LogisticRegression.Fit(counts, Counts(train));
        return new("accuracy", "logistic regression of counts", counts.Evaluate(Counts(test)).Accuracy!.Value, trainer.Evaluate(test).Accuracy!.Value);
    }

    /// <summary>Words as classes: 0 where there is none, in front, and 1 for words that were not in training.</summary>
    private static Dataset Words((string Text, float Praises)[] reviews, Dictionary<string, int> vocabulary)
    {
        IEnumerable<int> words = reviews.SelectMany(r => r.Text.Split(' ').Select(w => vocabulary.GetValueOrDefault(w, 1)).Reverse().Concat(Enumerable.Repeat(0, Length)).Take(Length).Reverse());
        return Dataset.Create([DataColumn.Of("words", [.. words], Length)], [DataColumn.Of("praises", reviews.Select(r => r.Praises).ToArray())]);
    }

    private static Dataset Counts(Dataset words)
    {
        int[] rows = [.. Enumerable.Range(0, words.Count)], classes = new int[rows.Length * Length];
        float[] praises = new float[rows.Length], counts = new float[rows.Length * Classes];
        words.CopyFeatures<int>(rows, classes);
        words.CopyTargets<float>(rows, praises);
        for (int i = 0; i < classes.Length; i++)
            if (classes[i] > 0) counts[i / Length * Classes + classes[i]]++;
        return Dataset.Create(counts, Classes, praises, 1);
    }

    private static (string Text, float Praises) Review(Random random)
    {
        (string first, int one) = Clause(random);
        if (random.Chance(0.3)) return (first, Label(one));
        (string second, int two) = Clause(random);
        bool but = one != two;
        return ($"{first} {(but ? "but" : "and")} {second}", Label(two));

        // One reader in thirty sees it otherwise, so that 1 is out of reach.
        float Label(int praise) => random.Chance(1 / 30.0) ? 1 - praise : praise;
    }

    /// <summary>Few words are frequent, most are rare, as in any language.</summary>
    private static (string Text, int Praise) Clause(Random random)
    {
        int praise = random.Next(2);
        bool denied = random.Chance(0.2);
        string[] words = (praise == 1) != denied ? Praise : Blame;
        string denial = denied ? random.One(Denials) + " " : "", emphasis = random.Chance(0.3) ? random.One(Emphases) + " " : "";
        return ($"the {random.One(Subjects)} was {denial}{emphasis}{words[(int)(words.Length * Math.Pow(random.NextDouble(), 2))]}", praise);
    }
}
