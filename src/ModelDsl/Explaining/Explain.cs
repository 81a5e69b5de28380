using System.Numerics;
using ModelDsl.Data;
using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>Why a model predicts what it does: which inputs move an output, which features its score depends on.</summary>
public static partial class Explain
{
    /// <summary>∂logit/∂x of one output for one sample.</summary>
    /// <param name="model">Declared with InputGradient = true.</param>
    /// <param name="x">(input)</param>
    /// <param name="output">Which output, from 0.</param>
    /// <exception cref="ArgumentException">x has another length, or there is no such output.</exception>
    /// <exception cref="NotSupportedException">The model was not declared with InputGradient = true.</exception>
    public static T[] InputGradient<TModel, T>(TModel model, ReadOnlySpan<T> x, int output = 0)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] dx = new T[x.Length];
        ModelRunner.InputGradient(model, x, OneHot<TModel, T>(output, 1), dx);
        return dx;
    }

    /// <summary>
    /// Integrated gradients: (x − r)·∫₀¹ ∂logit/∂x (r + α(x − r)) dα, by the Gauss–Legendre rule. Their sum is f(x) − f(r) but for the rule's error, <see cref="Attribution{T}.Gap"/>, which falls with more
    /// points. Sundararajan, Taly and Yan 2017.
    /// </summary>
    /// <param name="model">Declared with InputGradient = true.</param>
    /// <param name="x">The sample. (input)</param>
    /// <param name="reference">Where nothing is said: black, the mean, silence. (input)</param>
    /// <param name="output">Which output, from 0.</param>
    /// <param name="points">Of the rule, at least 1.</param>
    /// <inheritdoc cref="InputGradient" path="exception"/>
    public static Attribution<T> IntegratedGradients<TModel, T>(TModel model, ReadOnlySpan<T> x, ReadOnlySpan<T> reference, int output = 0, int points = 50)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        if (reference.Length != x.Length) throw new ArgumentException($"The reference holds {reference.Length} values, the sample {x.Length}.", nameof(reference));
        (double[] at, double[] weight) = GaussLegendre.Rule(points);
        T[] path = new T[points * x.Length], gradients = new T[path.Length], values = new T[x.Length];
        for (int p = 0; p < points; p++)
            for (int i = 0; i < x.Length; i++) path[p * x.Length + i] = reference[i] + T.CreateTruncating(at[p]) * (x[i] - reference[i]);
        ModelRunner.InputGradient<TModel, T>(model, path, OneHot<TModel, T>(output, points), gradients);
        for (int i = 0; i < x.Length; i++)
        {
            double mean = 0;
            for (int p = 0; p < points; p++) mean += weight[p] * double.CreateTruncating(gradients[p * x.Length + i]);
            values[i] = T.CreateTruncating(mean * double.CreateTruncating(x[i] - reference[i]));
        }

        return new(values, Logit(model, x, output), Logit(model, reference, output));
    }

    /// <summary>SHAP values of a model whose logits are linear in its input, exactly: wᵢ(xᵢ − mean xᵢ), for features that are independent. Lundberg and Lee 2017.</summary>
    /// <param name="model">Declared with InputGradient = true.</param>
    /// <param name="x">The sample. (input)</param>
    /// <param name="background">Samples whose mean is the reference.</param>
    /// <param name="output">Which output, from 0.</param>
    /// <exception cref="ArgumentException">The model is not linear: its gradient at x is not that at the mean.</exception>
    /// <inheritdoc cref="InputGradient" path="exception"/>
    public static Attribution<T> LinearShap<TModel, T>(TModel model, ReadOnlySpan<T> x, Dataset background, int output = 0)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(background);
        if (background.FeatureSize != x.Length) throw new ArgumentException($"The background has {background.FeatureSize} features, the sample {x.Length}.", nameof(background));
        T[] mean = new T[x.Length], values = new T[x.Length];
        double[] column = new double[background.Count];
        for (int i = 0; i < mean.Length; i++)
        {
            background.CopyColumn(background.Inputs[0], i, column);
            mean[i] = T.CreateTruncating(column.Average());
        }

        T[] w = InputGradient(model, x, output), elsewhere = InputGradient<TModel, T>(model, mean, output);
        if (!w.AsSpan().SequenceEqual(elsewhere)) throw new ArgumentException($"{TModel.Info.Name} is not linear in its input; use {nameof(Shap)}.", nameof(model));
        for (int i = 0; i < values.Length; i++) values[i] = w[i] * (x[i] - mean[i]);
        return new(values, Logit(model, x, output), Logit<TModel, T>(model, mean, output)) { Names = background.FeatureNames };
    }

    /// <summary>
    /// How much a score of the model falls, feature by feature, when that feature's values are shuffled among the samples. Breiman 2001, as scikit-learn's permutation_importance. Features that
    /// say one thing together, such as the columns of a one-hot encoding, are worth little each, as the others still tell: shuffle them as a group.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Samples it was not trained on.</param>
    /// <param name="score">What is to be high; null: accuracy, or R² of a regression, or else −loss.</param>
    /// <param name="repeats">Shuffles of each feature, at least 1.</param>
    /// <param name="seed">Decides the shuffles.</param>
    /// <param name="groups">Features that are shuffled together, in the same order, for one importance each: <c>encoder.Groups</c> of a <see cref="RowEncoder{TRow, TLabel}"/>; null for each by itself.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The data do not fit the model, or a group has no feature, or one that the data have not.</exception>
    public static FeatureImportance[] PermutationImportance<TModel>(
        TModel model, Dataset data, Func<Evaluation, double>? score = null, int repeats = 5, ulong seed = 0, IReadOnlyList<FeatureGroup>? groups = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel>
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        uint stream = 0;
        int[] order = new int[data.Count];
        return PermutationImportance(model, data, score, repeats, groups, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            Permutation.Fill(order, seed, stream++);
            return order;
        });
    }

    /// <summary>With orders of one's own, feature after feature.</summary>
    internal static FeatureImportance[] PermutationImportance<TModel>(TModel model, Dataset data, Func<Evaluation, double>? score, int repeats, IReadOnlyList<FeatureGroup>? groups, Func<int[]> next)
        where TModel : class, IModel<TModel>
    {
        score ??= e => e.Accuracy ?? e.R2 ?? -e.Loss;
        double whole = score(model.Evaluate(data));
        (int width, bool grouped) = (data.FeatureSize, groups is not null);
        groups ??= [.. Enumerable.Range(0, width).Select(i => new FeatureGroup(data.FeatureNames?[i] ?? "", [i]))];
        foreach (FeatureGroup group in groups)
            if (group.Columns.Length == 0 || group.Columns.Any(c => (uint)c >= (uint)width)) throw new ArgumentException($"The group '{group.Name}' has the features {string.Join(", ", group.Columns)}; it needs at least one, and the data have 0 to {width - 1}.", nameof(groups));
        double[] original = new double[data.Count * width];
        data.CopyFeatures<double>([.. Enumerable.Range(0, data.Count)], original);
        var importances = new FeatureImportance[groups.Count];
        for (int feature = 0; feature < importances.Length; feature++)
        {
            int[] columns = groups[feature].Columns;
            double[] falls = new double[repeats];
            for (int r = 0; r < repeats; r++)
            {
                int[] order = next();
                double[] x = [.. original];
                for (int row = 0; row < order.Length; row++)
                    foreach (int c in columns) x[row * width + c] = original[order[row] * width + c];
                falls[r] = whole - score(model.Evaluate(data.With(data.Inputs[0], DataColumn.Of(data.Inputs[0].Name, x, width))));
            }

            double mean = falls.Average();
            importances[feature] = new(feature, mean, Math.Sqrt(falls.Average(f => (f - mean) * (f - mean))), falls) { Name = grouped || data.FeatureNames is not null ? groups[feature].Name : null, Columns = columns };
        }

        return importances;
    }

    /// <summary>The mean of an output of Predict over a data set, with one feature set to each of some values. Friedman 2001, as scikit-learn's partial_dependence (method brute).</summary>
    /// <param name="model">Of one input of real numbers and one output.</param>
    /// <param name="data">Samples.</param>
    /// <param name="feature">The feature's position.</param>
    /// <param name="output">Which output, from 0.</param>
    /// <param name="points">Values, evenly spread from the feature's 5 % quantile to its 95 % one; where it has no more different values than that, these.</param>
    /// <exception cref="ArgumentException">The data do not fit the model, or there is no such feature or output.</exception>
    public static PartialDependence PartialDependence<TModel, T>(TModel model, Dataset data, int feature, int output = 0, int points = 100)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if ((uint)feature >= (uint)data.FeatureSize) throw new ArgumentException($"The data have features 0 to {data.FeatureSize - 1}, not {feature}.", nameof(feature));
        RequireOutput<TModel, T>(output);
        double[] sorted = new double[data.Count];
        data.CopyColumn(data.Inputs[0], feature, sorted);
        Array.Sort(sorted);
        double[] grid = [.. sorted.Distinct()];
        if (grid.Length >= points)
        {
            (double low, double high) = (Quantile(sorted, 0.05), Quantile(sorted, 0.95));
            grid = [.. Enumerable.Range(0, points).Select(i => low + (high - low) * i / (points - 1))];
        }

        int[] rows = [.. Enumerable.Range(0, data.Count)];
        T[] x = new T[data.Count * data.FeatureSize], y = new T[data.Count * TModel.OutputSize];
        data.CopyFeatures(rows, x);
        double[] means = Array.ConvertAll(grid, value =>
        {
            for (int row = 0; row < data.Count; row++) x[row * data.FeatureSize + feature] = T.CreateTruncating(value);
            ModelRunner.Predict<TModel, T>(model, x, y);
            double sum = 0;
            for (int row = 0; row < data.Count; row++) sum += double.CreateTruncating(y[row * TModel.OutputSize + output]);
            return sum / data.Count;
        });
        return new(feature, grid, means) { Name = data.FeatureNames?[feature] };
    }

    /// <summary>SciPy's mquantiles, which scikit-learn takes the ends of its grid from: approximately unbiased whatever the distribution. Cunnane 1978.</summary>
    private static double Quantile(double[] sorted, double q)
    {
        double place = sorted.Length * q + 0.4 + 0.2 * q;
        int k = Math.Clamp((int)place, 1, sorted.Length - 1);
        double part = Math.Clamp(place - k, 0, 1);
        return (1 - part) * sorted[k - 1] + part * sorted[k];
    }

    private static double Logit<TModel, T>(TModel model, ReadOnlySpan<T> x, int output)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[TModel.OutputSize];
        ModelRunner.Logits(model, x, y.AsSpan());
        return double.CreateTruncating(y[output]);
    }

    private static T[] OneHot<TModel, T>(int output, int rows)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireOutput<TModel, T>(output);
        T[] dy = new T[rows * TModel.OutputSize];
        for (int row = 0; row < rows; row++) dy[row * TModel.OutputSize + output] = T.One;
        return dy;
    }

    private static void RequireOutput<TModel, T>(int output)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((uint)output >= (uint)TModel.OutputSize) throw new ArgumentException($"{TModel.Info.Name} has outputs 0 to {TModel.OutputSize - 1}, not {output}.", nameof(output));
    }
}
