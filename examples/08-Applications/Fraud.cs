using ModelDsl;

namespace Applications;

/// <summary>An autoencoder: eight numbers through three and back. What is like most comes back as it was.</summary>
[Model]
[Input(8)]
[Dense(24, Activation.Tanh)]
[Dense(3)]
[Dense(24, Activation.Tanh)]
[Dense(8)]
[Target(Loss.Mse)]
public sealed partial class Autoencoder;

/// <summary>Fraud, or any anomaly: which payments are unlike all others, when nobody has said which are fraud?</summary>
internal static class Fraud
{
    private const int Features = 8, Past = 4_000, Future = 2_000;

    public static Score Run()
    {
        // Parted by time, and training sees no label: the few frauds of the past are in it, as they are in any real one.
        var random = new Random(8);
        double[][] maps = [.. Enumerable.Range(0, Features).Select(_ => new[] { random.Normal(), random.Normal(), random.Normal(), random.Normal() })];
        Payment[] payments = [.. Enumerable.Range(0, Past + Future).Select(_ => Payment.Draw(random, maps, isFraud: random.Chance(0.02)))], future = payments[Past..];
        Scaler scaler = Scaler.Standard(Data(payments[..Past]));
        Dataset train = scaler.Apply(Data(payments[..Past]));
        float[] x = new float[Past * Features];
        train.CopyFeatures<float>([.. Enumerable.Range(0, Past)], x);
        var trainer = Autoencoder.CreateTrainer(new Adam(0.003), new TrainerOptions { Epochs = 25, BatchSize = 32, Seed = 1, Schedule = LearningRateSchedule.Cosine(25) });
        trainer.Fit(Dataset.Create(x, Features, x, Features));

        float[] seen = new float[Future * Features], back = new float[Future * Features];
        scaler.Apply(Data(future)).CopyFeatures<float>([.. Enumerable.Range(0, Future)], seen);
        trainer.Model.Predict(seen, back);
        int[] labels = [.. future.Select(p => p.IsFraud ? 1 : 0)];
        return new("ROC-AUC", "distance from the mean", Auc(new float[seen.Length]), Auc(back));

        double Auc(float[] expected) => ScoreCurve.Of<double>(Rows.Distances(seen, expected, Features), labels).RocAuc;
    }

    private static Dataset Data(Payment[] payments) => Dataset.Create([.. payments.Select(p => p.Values)], new int[payments.Length]);

    /// <summary>Amount, hour, distance and so on go together, by ways that are not straight, as two things about the buyer say.</summary>
    private sealed record Payment(float[] Values, bool IsFraud)
    {
        /// <summary>A fraud is made of two buyers: half of it is as one of them pays, half as the other. No number of it is unusual; only that they come together is.</summary>
        public static Payment Draw(Random random, double[][] maps, bool isFraud)
        {
            double[] buyer = [random.Normal(), random.Normal()], thief = isFraud ? [random.Normal(), random.Normal()] : buyer;
            return new([.. maps.Select((m, i) =>
            {
                double[] who = i % 2 == 0 ? buyer : thief;
                return (float)(m[0] * who[0] + m[1] * who[1] + Math.Sin(2 * (m[2] * who[0] + m[3] * who[1])) + 0.3 * random.Normal());
            })], isFraud);
        }
    }
}
