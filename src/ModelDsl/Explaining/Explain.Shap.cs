using System.Numerics;
using ModelDsl.Randomness;

namespace ModelDsl;

public static partial class Explain
{
    /// <summary>
    /// SHAP values of any model, sampled: Shapley values of the game v(S) = mean over the background of f(x on the features S, the background's on the others). Features are let in one after the other, in an
    /// order drawn at random, and taken out in the same order, which lets them in backwards: what v gains by a feature is its share, and the shares of an order add up to f(x) − v(∅) whatever the order,
    /// so that <see cref="Attribution{T}.Gap"/> is rounding. Exact where no more than two features interact. Castro, Gómez and Tejada 2009; Mitchell et al. 2022.
    /// </summary>
    /// <param name="model">Of one input of real numbers and one output.</param>
    /// <param name="x">The sample. (input)</param>
    /// <param name="background">Samples that the features not let in are taken from; some tens to hundreds.</param>
    /// <param name="output">Which output, from 0.</param>
    /// <param name="permutations">Orders, each there and back, at least 2: 2·input·permutations passes over the background. Errors fall with their root.</param>
    /// <param name="seed">Decides the orders.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">x or the background do not fit the model, the background is empty, or there is no such output.</exception>
    public static Attribution<T> Shap<TModel, T>(TModel model, ReadOnlySpan<T> x, Dataset background, int output = 0, int permutations = 100, ulong seed = 0, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(background);
        ArgumentOutOfRangeException.ThrowIfLessThan(permutations, 2);
        RequireOutput<TModel, T>(output);
        if (x.Length != TModel.InputSize) throw new ArgumentException($"The sample has {x.Length} features; {TModel.Info.Name} takes {TModel.InputSize}.", nameof(x));
        if (background.FeatureSize != x.Length || background.Count == 0)
            throw new ArgumentException($"The background has {background.Count} samples of {background.FeatureSize} features; some samples of {x.Length} are needed.", nameof(background));
        var coalition = new Coalition<TModel, T>(model, x, background, output);
        double[] mean = new double[x.Length], squares = new double[x.Length], share = new double[x.Length];
        int[] order = new int[x.Length];
        double nobody = coalition.Value(), everybody = nobody;
        for (int p = 0; p < permutations; p++)
        {
            cancellation.ThrowIfCancellationRequested();
            Permutation.Fill(order, seed, (uint)p);
            double before = nobody;
            foreach (int i in order)
            {
                coalition.LetIn(i);
                everybody = coalition.Value();
                share[i] = everybody - before;
                before = everybody;
            }
            foreach (int i in order)
            {
                coalition.TakeOut(i);
                double after = coalition.Value();
                share[i] = 0.5 * (share[i] + before - after);
                before = after;
            }
            for (int i = 0; i < share.Length; i++)
            {
                // Welford's: no difference of great sums
                double deviation = share[i] - mean[i];
                mean[i] += deviation / (p + 1);
                squares[i] += deviation * (share[i] - mean[i]);
            }
        }
        return new(Array.ConvertAll(mean, T.CreateTruncating), everybody, nobody)
        {
            Names = background.FeatureNames,
            StandardErrors = Array.ConvertAll(squares, s => Math.Sqrt(s / (permutations - 1.0) / permutations)),
        };
    }

    /// <summary>The background with x's values where a feature takes part.</summary>
    private sealed class Coalition<TModel, T>
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TModel _model;
        private readonly int _output, _width, _rows;
        private readonly T[] _sample, _background, _mixed, _logits;

        public Coalition(TModel model, ReadOnlySpan<T> x, Dataset background, int output)
        {
            (_model, _output, _sample, _width, _rows) = (model, output, x.ToArray(), x.Length, background.Count);
            _background = new T[checked(_rows * _width)];
            background.CopyFeatures([.. Enumerable.Range(0, _rows)], _background);
            (_mixed, _logits) = ([.. _background], new T[_rows * TModel.OutputSize]);
        }

        public void LetIn(int feature)
        {
            for (int i = feature; i < _mixed.Length; i += _width) _mixed[i] = _sample[feature];
        }

        public void TakeOut(int feature)
        {
            for (int i = feature; i < _mixed.Length; i += _width) _mixed[i] = _background[i];
        }

        public double Value()
        {
            ModelRunner.Logits<TModel, T>(_model, _mixed, _logits);
            double sum = 0;
            for (int i = _output; i < _logits.Length; i += TModel.OutputSize) sum += double.CreateTruncating(_logits[i]);
            return sum / _rows;
        }
    }
}
