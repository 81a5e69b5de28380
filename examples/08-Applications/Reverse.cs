using ModelDsl;
using static ModelDsl.Ops;

namespace Applications;

/// <summary>
/// Translation's network, small: an encoder reads the source both ways, a decoder reads what has been written so far, and asks the source, by attention, what comes next
/// (Bahdanau et al. 2015). (B, 8), (B, 8) → (B, 8, 13)
/// </summary>
[Model]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Translator
{
    [Embedding(13, 16)] private partial Layer Letter { get; }
    [Gru(16, Bidirectional = true)] private partial Layer Read { get; }
    [Gru(32)] private partial Layer Write { get; }
    [Dense(13)] private partial Layer Scores { get; }

    [Forward]
    public Tensor Forward([Input(8, Classes = 13)] Tensor source, [Input(8, Classes = 13)] Tensor written)
    {
        var memory = Reshape(Read(Letter(source)), 1, 8, 32);
        var question = Write(Letter(written));
        var answer = Attention(Reshape(question, 1, 8, 32), memory, memory);
        return Scores(Concat(2, question, Reshape(answer, 8, 32)));
    }
}

/// <summary>Sequence to sequence: words of four to eight letters, to be written backwards. How long a word is has to be found out, so no fixed exchange of places does it.</summary>
internal static class Reverse
{
    private const int Length = 8, Classes = 13;

    public static Score Run()
    {
        // Different words are parted, so that none of the test has been seen.
        var random = new Random(4);
        string[] words = [.. Enumerable.Range(0, 3_500).Select(_ => string.Concat(Enumerable.Range(0, random.Next(4, Length + 1)).Select(_ => (char)random.Next('a', 'm')))).Distinct()];
        string[] known = words[..3_000], unseen = words[3_000..];
        int[] source = [.. known.SelectMany(Padded)], target = [.. known.SelectMany(w => Padded(Backwards(w)))];
        int[] written = [.. target.Chunk(Length).SelectMany(t => t[..^1].Prepend(0))];
        var trainer = Translator.CreateTrainer(new Adam(0.01), new TrainerOptions { Epochs = 15, BatchSize = 64, ClipNorm = 1, Seed = 1, Schedule = LearningRateSchedule.Cosine(15) });
        trainer.Fit(Dataset.Create([DataColumn.Of("source", source, Length), DataColumn.Of("written", written, Length)], [DataColumn.Of("next", target, Length)]));

        string[] answers = Translate(trainer.Model, unseen);
        Console.WriteLine($"reverse: {string.Join(", ", unseen.Zip(answers, (w, a) => $"{w} → {a}").Take(3))}");
        return new("letters in place", "the word as it is", Right(unseen, unseen), Right(unseen, answers));
    }

    /// <summary>Letter by letter: what was written is what the decoder reads next. The most probable letter is taken; 0 ends the word.</summary>
    private static string[] Translate(Translator model, string[] words)
    {
        int[] source = [.. words.SelectMany(Padded)], written = new int[source.Length], answer = new int[source.Length];
        float[] probabilities = new float[source.Length * Classes];
        for (int t = 0; t < Length; t++)
        {
            model.Predict(source, written, probabilities);
            for (int i = t; i < source.Length; i += Length)
            {
                float[] next = probabilities[(i * Classes)..((i + 1) * Classes)];
                answer[i] = Array.IndexOf(next, next.Max());
                if (t + 1 < Length) written[i + 1] = answer[i];
            }
        }

        return [.. answer.Chunk(Length).Select(a => string.Concat(a.TakeWhile(c => c > 0).Select(c => (char)('a' + c - 1))))];
    }

    private static double Right(string[] words, string[] answers) =>
        words.Zip(answers, (w, a) => Backwards(w).Zip(a, (x, y) => x == y).Count(same => same)).Sum() / (double)words.Sum(w => w.Length);

    private static IEnumerable<int> Padded(string word) => word.Select(c => c - 'a' + 1).Concat(Enumerable.Repeat(0, Length - word.Length));

    private static string Backwards(string word) => string.Concat(word.Reverse());
}
