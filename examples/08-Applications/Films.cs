using ModelDsl;
using static ModelDsl.Ops;

namespace Applications;

/// <summary>What a user likes against what a film is, and how kind the one and how good the other is: matrix factorisation. Koren et al. 2009.</summary>
[Model]
[Target(Loss.Mse)]
public sealed partial class Ratings
{
    [Embedding(300, 6, Weights = Initializer.Normal, WeightScale = 0.1f)] private partial Layer Taste { get; }
    [Embedding(120, 6, Weights = Initializer.Normal, WeightScale = 0.1f)] private partial Layer Content { get; }
    [Embedding(300, 1, Weights = Initializer.Zeros)] private partial Layer Kindness { get; }
    [Embedding(120, 1, Weights = Initializer.Zeros)] private partial Layer Quality { get; }

    [Forward]
    public Tensor Forward([Input(Classes = 300)] Tensor user, [Input(Classes = 120)] Tensor film) =>
        Sum(Taste(user) * Content(film), -1) + Kindness(user) + Quality(film);
}

/// <summary>Recommendation: what will a user think of a film that the user has not rated?</summary>
internal static class Films
{
    private const int Users = 300, Titles = 120, Each = 40, Genres = 4;

    public static Score Run()
    {
        var random = new Random(6);
        List<Rating> known = [], later = [];
        double[][] tastes = Vectors(random, Users), contents = Vectors(random, Titles);
        double[] kindness = Numbers(random, Users, 0.4), quality = Numbers(random, Titles, 0.5);
        for (int user = 0; user < Users; user++)
        {
            // Each user's last ratings are the test: what is recommended comes after what is known, not in between.
            int[] films = Watched(random);
            for (int i = 0; i < films.Length; i++)
            {
                double liking = 3.2 + kindness[user] + quality[films[i]] + tastes[user].Zip(contents[films[i]], (t, c) => t * c).Sum() + 0.5 * random.Normal();
                (i < Each * 4 / 5 ? known : later).Add(new(user, films[i], (float)Math.Clamp(Math.Round(liking), 1, 5)));
            }
        }

        float mean = known.Average(r => r.Stars);
        var trainer = Ratings.CreateTrainer(new AdamW(0.01, WeightDecay: 0.3), new TrainerOptions { Epochs = 20, BatchSize = 128, Seed = 1, Schedule = LearningRateSchedule.Cosine(20) });
        trainer.Fit(Data(known, mean));

        // Without taste: the film's mean, and how far the user usually is from the means.
        float[] byFilm = Means(known, r => r.Film, r => r.Stars, Titles, mean), byUser = Means(known, r => r.User, r => r.Stars - byFilm[r.Film], Users, 0);
        double laterMean = later.Average(r => r.Stars);
        double R2(Func<Rating, double> expected) => 1 - later.Sum(r => Math.Pow(r.Stars - expected(r), 2)) / later.Sum(r => Math.Pow(r.Stars - laterMean, 2));
        Recommend(trainer.Model, known);
        return new("R² of stars", "film's and user's means", R2(r => byFilm[r.Film] + byUser[r.User]), trainer.Evaluate(Data(later, mean)).R2!.Value);
    }

    private static void Recommend(Ratings model, List<Rating> known)
    {
        int[] open = [.. Enumerable.Range(0, Titles).Except(known.Where(r => r.User == 0).Select(r => r.Film))];
        float[] stars = new float[open.Length];
        model.Predict(new int[open.Length], open, stars);
        Console.WriteLine($"films: for user 0, {string.Join(", ", open.Zip(stars).OrderByDescending(p => p.Second).Take(3).Select(p => $"film {p.First}"))}");
    }

    private static Dataset Data(List<Rating> ratings, float mean) => Dataset.Create(
        [DataColumn.Of("user", [.. ratings.Select(r => r.User)]), DataColumn.Of("film", [.. ratings.Select(r => r.Film)])],
        [DataColumn.Of("stars", ratings.Select(r => r.Stars - mean).ToArray())]);

    private static float[] Means(List<Rating> ratings, Func<Rating, int> key, Func<Rating, float> value, int count, float none)
    {
        float[] means = [.. Enumerable.Repeat(none, count)];
        foreach (var group in ratings.GroupBy(key)) means[group.Key] = group.Average(value);
        return means;
    }

    /// <summary>Films in the order of watching; the first ones of the catalogue are the popular ones.</summary>
    private static int[] Watched(Random random) =>
        [.. Enumerable.Range(0, Titles).OrderBy(film => -Math.Log(1 - random.NextDouble()) * (film + 20)).Take(Each).OrderBy(_ => random.Next())];

    private static double[][] Vectors(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Numbers(random, Genres, 0.7))];

    private static double[] Numbers(Random random, int count, double deviation) => [.. Enumerable.Range(0, count).Select(_ => deviation * random.Normal())];

    private readonly record struct Rating(int User, int Film, float Stars);
}
