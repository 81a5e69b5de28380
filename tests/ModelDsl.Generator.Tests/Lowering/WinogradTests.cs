using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Tests.Support;
using static ModelDsl.Generator.Tests.Support.Declare;

namespace ModelDsl.Generator.Tests.Lowering;

/// <summary>Tiles against the product of windows, their slow twin.</summary>
public sealed class WinogradTests
{
    private const ConvolutionMethodKind Tiles = ConvolutionMethodKind.Winograd, LargeTiles = ConvolutionMethodKind.Winograd4x4, Windows = ConvolutionMethodKind.Direct;

    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(4, 4, 0)]
    [InlineData(4, 6, 1)]
    [InlineData(5, 7, 1)]
    [InlineData(6, 3, 2)]
    [InlineData(7, 8, 0)]
    [InlineData(9, 5, 1)]
    [InlineData(10, 11, 3)]
    public void Tiles_AreWindows(int height, int width, int padding)
    {
        Oracle windows = Of(Windows);
        Feed feed = windows.Draw(2, height)!;
        Outcome expected = windows.Run(feed);
        foreach ((ConvolutionMethodKind method, double most) in new[] { (Tiles, 1e-12), (LargeTiles, 1e-11) })
        {
            (double error, string where) = Of(method).Run(feed).Distance(expected);
            Assert.True(error < most, $"{method}, {where}: {error}");
        }

        Oracle Of(ConvolutionMethodKind method) =>
            new(Model("Sample", [height, width, 3], Target(LossKind.Mse), Conv(2, 4, 3, ActivationKind.Tanh, padding: padding, method: method), Conv(2, 2, 3, padding: 1, method: method)));
    }

    /// <summary>With every operation rounded to float, the root mean square of errors over that of values: what ConvolutionMethod's docs promise.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(32)]
    [InlineData(64)]
    public void RoundingErrors_AreSomeTimesDirects(int channels)
    {
        double[] direct = Errors(Windows);
        foreach ((ConvolutionMethodKind method, double times) in new[] { (Tiles, 2.0), (LargeTiles, 8.0) })
        {
            double[] errors = Errors(method);
            for (int i = 0; i < errors.Length; i++) Assert.InRange(errors[i], 0, times * direct[i]);
        }

        // of the output, the weights' gradient and, through a layer before, the input's
        double[] Errors(ConvolutionMethodKind method)
        {
            var oracle = new Oracle(Model("Sample", [8, 8, 4], Target(LossKind.Mse), Conv(2, channels, 1), Conv(2, 8, 3, padding: 1, method: method)));
            Feed feed = oracle.Draw(1, 7)!;
            Outcome exact = oracle.Run(feed), rounded = oracle.Run(feed, out _, x => (float)x);
            return [.. new[] { "logits", "d conv2D2.weight", "d conv2D1.weight" }.Select(name => rounded[name].Zip(exact[name], (a, b) => (a - b) * (a - b)).Sum() / exact[name].Sum(v => v * v)).Select(Math.Sqrt)];
        }
    }

    [Fact]
    public void Tiles_AreForThoseWhoAsk()
    {
        Assert.Equal([], Inputs(Conv(2, 64, 3)));
        Assert.Equal([4, 4, 4, 4], Inputs(Conv(2, 64, 3, method: Tiles)));
        Assert.Equal([6, 6, 6, 6, 6, 6], Inputs(Conv(2, 64, 3, method: LargeTiles)));

        // of each product, how many of a tile's row it goes over
        static int[] Inputs(ConvolutionDeclaration layer)
        {
            GraphArena arena = new Oracle(Model("Sample", [8, 8, 64], Target(LossKind.Mse), layer)).Model.Arena;
            return [.. arena.Ids.Where(id => arena[id].Op is MatMul && arena[id].Shape.Rank == 3).Select(id => arena[id].Shape.Dims[0].Factor)];
        }
    }

    [Fact]
    public void OtherWindows_AreRefused()
    {
        foreach (ConvolutionDeclaration layer in new[] { Conv(2, 4, 3, stride: 2), Conv(2, 4, 3, dilation: 2), Conv(2, 4, 5), Conv(2, 4, 3, width: 2), Conv(2, 4, 3, groups: 2) })
        {
            foreach (ConvolutionMethodKind method in new[] { Tiles, LargeTiles })
                Assert.Equal(Ids.BadConstant, Assert.Single(Lowerer.Lower(Model("Sample", [8, 8, 4], Target(LossKind.Mse), layer with { Method = method })).Problems).Id);
        }
    }
}
