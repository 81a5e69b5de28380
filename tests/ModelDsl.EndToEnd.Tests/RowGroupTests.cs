namespace ModelDsl.EndToEnd.Tests;

/// <summary>The values that encode one property of a row belong together.</summary>
public sealed class RowGroupTests
{
    private static readonly Passenger[] Rows = [.. Enumerable.Range(0, 40).Select(i => new Passenger
    {
        Age = i % 5 == 0 ? null : i, Fare = i * 2, Siblings = i % 3, Parents = i % 4 == 0 ? null : i % 2, Class = i % 3, Port = i % 7 == 0 ? null : Enum.GetValues<Port>()[i % 3],
        Sex = (Sex)(i % 2), Cabin = i % 6 == 0 ? null : $"C{i % 5}", Ticket = $"T{i}", Survived = i % 2 == 0,
    })];

    [Fact]
    public void Groups_HoldEachValueOnce_AndThoseOfTheirProperty()
    {
        var encoder = Passenger.FitEncoder(Rows);
        Assert.Equal(["Age", "Fare", "Siblings", "Parents", "Class", "Family", "Port", "Sex", "Cabin", "Ticket"], encoder.Groups.Select(g => g.Name));
        Assert.Equal(Enumerable.Range(0, encoder.Width), encoder.Groups.SelectMany(g => g.Columns).Order());
        Assert.All(encoder.Groups, g => Assert.All(g.Columns, c => Assert.Equal(g.Name, encoder.Names[c].Split('=')[0])));
        Assert.Contains("Age=missing", encoder.Groups[0].Columns.Select(c => encoder.Names[c]));
    }

    /// <summary>Nothing but Sex tells who survives, and a model knows it by both of its values: either alone says half, the property all.</summary>
    [Fact]
    public void Importance_OfAProperty_IsThatOfAllItsValues()
    {
        var encoder = Passenger.FitEncoder(Rows);
        Dataset data = encoder.Encode(Rows);
        Assert.Equal(encoder.Names, data.FeatureNames);
        Trainer<Survival, float, float> trainer = Survival.CreateTrainer(new Adam(0.05), new TrainerOptions { Epochs = 100, Seed = 1 });
        trainer.Fit(data, cancellationToken: TestContext.Current.CancellationToken);
        FeatureImportance[] properties = Explain.PermutationImportance(trainer.Model, data, repeats: 20, seed: 1, groups: encoder.Groups, cancellation: TestContext.Current.CancellationToken);
        FeatureImportance sex = properties.MaxBy(p => p.Mean)!;
        Assert.Equal("Sex", sex.Name);
        FeatureImportance[] values = Explain.PermutationImportance(trainer.Model, data, repeats: 20, seed: 1, cancellation: TestContext.Current.CancellationToken);
        Assert.All(sex.Columns, c => Assert.True(values[c].Mean < sex.Mean, $"{values[c]} {sex}"));
        Assert.Equal("Sex=female", values[sex.Columns[0]].Name);
    }
}
