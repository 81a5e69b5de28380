namespace ModelDsl.EndToEnd.Tests;

public enum Port
{
    Southampton = 1,
    Cherbourg = 20,
    Queenstown = 3,
}

public enum Sex
{
    female,
    male,
}

/// <summary>One of every kind of property.</summary>
[Row]
public sealed partial record Passenger
{
    [Feature(Indicator = true)] public float? Age { get; init; }

    [Feature(Missing = Impute.Median, Scale = Scaling.Robust)] public double? Fare { get; init; }

    [Feature(Missing = Impute.MostFrequent, Scale = Scaling.MinMax)] public int? Siblings { get; init; }

    [Feature(Missing = Impute.Constant, Fill = -1, Scale = Scaling.MaxAbs, Indicator = true), Column] public decimal? Parents { get; init; }

    [Feature(Missing = Impute.Error, Scale = Scaling.None), Column("Class")] public double Class { get; init; }

    [Feature] public float Family => (Siblings ?? 0) + (float)(Parents ?? 0);

    [Category] public Port? Port { get; init; }

    [Category] public Sex Sex { get; init; }

    [Category(Capacity = 4)] public string? Cabin { get; init; }

    [Category(Capacity = 8, Hash = true)] public string Ticket { get; init; } = "";

    [Label] public bool Survived { get; init; }
}

[Model]
[Input(typeof(Passenger))]
[Dense(8, Activation.Tanh)]
[Dense(1)]
[Target(Loss.BinaryCrossEntropy)]
public sealed partial class Survival;

/// <summary>Of other width than a passenger.</summary>
[Model]
[Input(typeof(House))]
[Dense(1)]
[Target(Loss.BinaryCrossEntropy)]
public sealed partial class OtherSurvival;

/// <summary>Of the right width, with a loss on ±1.</summary>
[Model]
[Input(typeof(Passenger))]
[Dense(1)]
[Target(Loss.Hinge)]
public sealed partial class MarginSurvival;

/// <summary>A label that is an enum; a struct, nested, and a name that is a keyword.</summary>
public static partial class Harbour
{
    [Row]
    public partial record struct @record
    {
        public @record() { }

        [Feature(Scale = Scaling.None)] public float Tide { get; init; }

        [Category] public bool? Night { get; init; }

        [Label] public Port Port { get; init; } = Port.Queenstown;
    }

    [Model(Scalar = Scalar.Double), Target(Loss.SparseCrossEntropy)]
    public sealed partial class Pilot
    {
        [Dense(3)] private partial Layer Out { get; }

        [Forward] public Tensor Forward([Input(typeof(@record))] Tensor x) => Out(x);
    }
}

/// <summary>A label that is a value.</summary>
[Row]
public sealed partial class House
{
    [Feature] public long Rooms { get; set; }

    [Label(Scale = Scaling.Standard)] public double Price { get; set; }

    [Column("note")] public string? Note { get; set; }
}

[Model]
[Input(typeof(House))]
[Dense(1)]
[Target(Loss.Mse)]
public sealed partial class Valuation;

/// <summary>A label that is the number of a class.</summary>
[Row]
public sealed partial record Grade
{
    [Feature] public float Points { get; init; }

    [Label] public int Mark { get; init; }
}

[Model]
[Input(typeof(Grade))]
[Dense(3)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Marking;
