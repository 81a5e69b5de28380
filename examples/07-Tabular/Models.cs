using ModelDsl;

namespace Tabular;

public enum Species { Adelie, Chinstrap, Gentoo }

public enum Island { Biscoe, Dream, Torgersen }

public enum Sex { female, male }

/// <summary>A penguin as the file has it. What is missing (cells of NA) is imputed, or a category of its own.</summary>
[Row]
public sealed partial record Penguin
{
    [Feature, Column("bill_length_mm")] public float? BillLength { get; init; }

    [Feature, Column("bill_depth_mm")] public float? BillDepth { get; init; }

    [Feature(Missing = Impute.Median), Column("flipper_length_mm")] public float? FlipperLength { get; init; }

    [Feature(Missing = Impute.Median, Scale = Scaling.Robust), Column("body_mass_g")] public float? BodyMass { get; init; }

    [Category, Column("island")] public Island Island { get; init; }

    [Category, Column("sex")] public Sex? Sex { get; init; }

    [Label, Column("species")] public Species Species { get; init; }
}

/// <summary>A line between each two species.</summary>
[Model(InputGradient = true), Input(typeof(Penguin)), Dense(3), Target(Loss.SparseCrossEntropy)] public sealed partial class Linear;

/// <summary>A hidden layer, and some of it dropped in training.</summary>
[Model(InputGradient = true), Input(typeof(Penguin)), Dense(16, Activation.Relu), Dropout(0.2f), Dense(3), Target(Loss.SparseCrossEntropy)] public sealed partial class Hidden;

/// <summary>What is tried. Networks are compiled, so they are chosen by name.</summary>
[Hyperparameters]
public sealed partial record Settings
{
    [Choice(nameof(Linear), nameof(Hidden))] public string Network { get; init; } = "";

    [Choice(nameof(Sgd), nameof(Adam))] public string Method { get; init; } = "";

    [Range(0.01, 0.1, Log = true, Steps = 2)] public double Rate { get; init; }
}
