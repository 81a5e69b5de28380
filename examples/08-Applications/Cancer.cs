using ModelDsl;

namespace Applications;

public enum Diagnosis { malignant, benign }

/// <summary>A tumour: of each measurement of its cells' nuclei, the mean of the three largest. (The file has means and errors too.)</summary>
[Row]
public sealed partial record Tumour
{
    [Feature, Column("worst radius")] public float Radius { get; init; }

    [Feature, Column("worst texture")] public float Texture { get; init; }

    [Feature, Column("worst perimeter")] public float Perimeter { get; init; }

    [Feature, Column("worst area")] public float Area { get; init; }

    [Feature, Column("worst smoothness")] public float Smoothness { get; init; }

    [Feature, Column("worst compactness")] public float Compactness { get; init; }

    [Feature, Column("worst concavity")] public float Concavity { get; init; }

    [Feature, Column("worst concave points")] public float ConcavePoints { get; init; }

    [Feature, Column("worst symmetry")] public float Symmetry { get; init; }

    [Feature, Column("worst fractal dimension")] public float FractalDimension { get; init; }

    [Label, Column("diagnosis")] public Diagnosis Diagnosis { get; init; }
}

/// <summary>Weighted, so that the fewer malignant ones count as much as the others.</summary>
[Model, Input(typeof(Tumour)), Dense(16, Activation.Relu), Dropout(0.2f), Dense(2), Target(Loss.SparseCrossEntropy, Weighted = true)]
public sealed partial class TumourModel;

/// <summary>Medical diagnosis: benign or malignant? A malignant tumour that is missed is the worse mistake, so classes count alike, however few they are.</summary>
internal static class Cancer
{
    private const int Folds = 5;

    public static Score Run()
    {
        using var text = new StreamReader(typeof(Tumour).Assembly.GetManifestResourceStream("breast_cancer.csv")!);
        IReadOnlyList<Tumour> tumours = Csv.ReadRows<Tumour>(text, name: "breast_cancer.csv");

        // Each row is a patient, so rows may be parted at random; each is predicted once, by what was learned from the other four fifths: encoder, weights, threshold and all.
        (ConfusionCounts model, ConfusionCounts rule) = (new(classes: 2), new(classes: 2));
        Dataset numbers = Dataset.Create([DataColumn.Of("row", [.. Enumerable.Range(0, tumours.Count)])], [DataColumn.Of("diagnosis", [.. tumours.Select(t => (int)t.Diagnosis)])]);
        foreach (DatasetFold fold in numbers.StratifiedKFold(Folds, seed: 1))
        {
            (Tumour[] known, Tumour[] unseen) = (Part(fold.Train), Part(fold.Validation));
            var encoder = Tumour.FitEncoder(known);
            var trainer = TumourModel.CreateTrainer(new Adam(0.005), new TrainerOptions { Epochs = 30, BatchSize = 16, Seed = 1 });
            trainer.Fit(encoder.Encode(known).WithClassWeights());
            var predictor = encoder.Predictor(trainer.Model);
            Func<Tumour, Diagnosis> simple = BestThreshold(known, t => t.Perimeter);
            foreach (Tumour t in unseen)
            {
                model.Add((int)t.Diagnosis, (int)predictor.Predict(t));
                rule.Add((int)t.Diagnosis, (int)simple(t));
            }
        }

        Console.WriteLine($"cancer: of {model.Result.ScoresOf((int)Diagnosis.malignant).Support} malignant tumours, {model.Result[0, 1]} are missed (by the threshold {rule.Result[0, 1]})");
        return new("mean recall", "a threshold on the perimeter", rule.Result.Scores(Average.Macro).Recall, model.Result.Scores(Average.Macro).Recall);

        Tumour[] Part(Dataset part)
        {
            int[] rows = new int[part.Count];
            part.CopyFeatures<int>([.. Enumerable.Range(0, rows.Length)], rows);
            return Array.ConvertAll(rows, r => tumours[r]);
        }
    }

    /// <summary>The threshold of the greatest mean recall.</summary>
    private static Func<Tumour, Diagnosis> BestThreshold(Tumour[] known, Func<Tumour, float> value)
    {
        var curve = ScoreCurve.Of<float>([.. known.Select(value)], [.. known.Select(t => t.Diagnosis == Diagnosis.malignant ? 1 : 0)]);
        double threshold = curve.Points.MaxBy(p => (double)p.TruePositives / curve.Positives - (double)p.FalsePositives / curve.Negatives).Threshold;
        return t => value(t) >= threshold ? Diagnosis.malignant : Diagnosis.benign;
    }
}
