using ModelDsl;

namespace Applications;

/// <summary>Energies of ten bands in thirty frames, to one of six words.</summary>
[Model]
[Input(30, 10)]
[Conv1D(16, 5, Activation.Relu)]
[MaxPool1D(2)]
[Conv1D(24, 5, Activation.Relu)]
[Conv1D(24, 5, Activation.Relu)]
[GlobalMaxPool]
[Dropout(0.2f)]
[Dense(6)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Listener;

/// <summary>A weight for each band of each frame: logistic regression.</summary>
[Model]
[Input(300)]
[Dense(6)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class FrameWeights;

/// <summary>Keyword spotting: which word is it, whoever says it and whenever it begins?</summary>
internal static class Keywords
{
    private const int Frames = 30, Bands = 10, Speakers = 60, Takes = 6;

    /// <summary>Two formants, as bands, of each of four sounds.</summary>
    private static readonly double[][] Sounds = [[1, 4], [2, 7], [3, 5], [1, 8]];

    /// <summary>The same sounds in other orders: what is heard all in all does not tell them apart.</summary>
    private static readonly int[][] Words = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 3], [3, 0, 2], [1, 3, 0]];

    public static Score Run()
    {
        var random = new Random(5);
        List<float> energies = [];
        List<int> words = [], speakers = [];
        for (int speaker = 0; speaker < Speakers; speaker++)
        {
            (double shift, double tempo) = (random.Between(-0.8, 0.8), random.Between(0.8, 1.25));
            for (int take = 0; take < Takes * Words.Length; take++)
            {
                int word = take % Words.Length;
                energies.AddRange(Say(random, Words[word], shift, tempo));
                words.Add(word);
                speakers.Add(speaker);
            }
        }

        // Parted by speaker: a device is used by persons that nobody has recorded, and takes of one voice resemble each other.
        Dataset all = Dataset.Create(energies.ToArray(), Frames * Bands, words.ToArray());
        var (train, _, test) = all.SplitByGroup(train: 0.7, validation: 0, test: 0.3, seed: 1, speakers.ToArray());
        var trainer = Listener.CreateTrainer(new Adam(0.003), new TrainerOptions { Epochs = 15, BatchSize = 32, Seed = 1 });
        trainer.Fit(train);

        FrameWeights weights = FrameWeights.Create();
        LogisticRegression.Fit(weights, train, c: 0.01);
        return new("accuracy", "logistic regression of frames", weights.Evaluate(test).Accuracy!.Value, trainer.Evaluate(test).Accuracy!.Value);
    }

    /// <summary>Sounds glide into each other; the word begins anywhere, and the room is noisy.</summary>
    private static IEnumerable<float> Say(Random random, int[] word, double shift, double tempo)
    {
        double duration = 18 / tempo * random.Between(0.9, 1.1), start = random.Between(0, Frames - duration), loudness = random.Between(0.8, 1.4);
        for (int frame = 0; frame < Frames; frame++)
        {
            double at = (frame - start) / duration * word.Length - 0.5;
            bool silent = at < -0.5 || at > word.Length - 0.5;
            int from = Math.Clamp((int)Math.Floor(at), 0, word.Length - 1), to = Math.Min(from + 1, word.Length - 1);
            double glide = Math.Clamp(3 * (at - from) - 1, 0, 1);
            for (int band = 0; band < Bands; band++)
            {
                double energy = 0;
                for (int f = 0; f < 2; f++)
                {
                    double formant = (1 - glide) * Sounds[word[from]][f] + glide * Sounds[word[to]][f] + shift;
                    energy += Math.Exp(-0.5 * (band - formant) * (band - formant));
                }

                yield return (float)((silent ? 0 : loudness * energy) + 0.4 * random.Normal());
            }
        }
    }
}
