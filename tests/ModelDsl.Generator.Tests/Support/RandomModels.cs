using ModelDsl.Generator.Declaration;
using static ModelDsl.Generator.Tests.Support.Declare;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>Valid declarations drawn by number: the same number is the same model everywhere.</summary>
internal static class RandomModels
{
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 31, 33];

    public static IEnumerable<Specimen> Take(int count, int first = 0) => Enumerable.Range(first, count).Select(New);

    public static Specimen New(int number)
    {
        var random = new Random(number + 77_000);
        LossKind loss = (LossKind)random.Next((int)LossKind.Custom);
        bool classes = Target(loss).IsOverClasses;
        int[] input = [.. Enumerable.Range(0, random.Next(8) switch { < 5 => 1, < 7 => 2, _ => 3 }).Select(_ => Sizes[random.Next(12)])];
        if (input.Length > 1) input = [.. input.Select(d => Math.Min(d, 5))];
        List<LayerDeclaration> layers = [];
        bool isFlat = input.Length == 1;
        for (int i = random.Next(6); i >= 0; i--)
        {
            LayerDeclaration layer = Layer(random, isFlat);
            isFlat |= layer is FlattenDeclaration;
            layers.Add(layer);
        }

        if (classes && !isFlat) layers.Add(Flatten());
        if (classes || random.Next(4) > 0 || !layers.OfType<DenseDeclaration>().Any()) layers.Add(Dense(classes ? 2 + random.Next(9) : Size(random), bias: random.Next(5) > 0));
        if (!classes && random.Next(6) == 0) layers.Add(Layer(random, isFlat));
        TargetDeclaration target = Target(loss, loss is LossKind.SparseCrossEntropy or LossKind.CrossEntropy && random.Next(2) == 0 ? 0.1 : 0, loss == LossKind.Huber ? 0.7 : 1, Penalty(random), Penalty(random));
        return new Specimen(Model($"Random{number}", input, target, [.. layers]), Zoo.Batches[random.Next(Zoo.Batches.Length)]);
    }

    private static LayerDeclaration Layer(Random random, bool isFlat) => random.Next(12) switch
    {
        < 5 => Dense(Size(random), random.Next(3) == 0 ? ActivationKind.Identity : Any<ActivationKind>(random), Slope(random), random.Next(5) > 0, Penalty(random), Penalty(random)),
        < 7 => Activation(Any<ActivationKind>(random), Slope(random)),
        7 => Dropout(random.Next(4) == 0 ? 0 : (1 + random.Next(6)) / 10.0),
        8 => LayerNorm(Epsilon(random), random.Next(3) > 0),
        9 or 10 => isFlat ? BatchNorm(Epsilon(random), (1 + random.Next(10)) / 10.0, random.Next(3) > 0) : Flatten(),
        _ => Flatten(),
    };

    private static T Any<T>(Random random) where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static int Size(Random random) => Sizes[random.Next(Sizes.Length)];

    private static double Slope(Random random) => random.Next(4) * 0.25;

    private static double Epsilon(Random random) => new[] { 1e-5, 1e-3, 1e-1 }[random.Next(3)];

    private static double Penalty(Random random) => random.Next(8) == 0 ? 0.01 : 0;
}
