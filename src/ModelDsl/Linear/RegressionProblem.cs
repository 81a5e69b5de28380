using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>A regression that its moments describe. Samples are read as they are stored; all else is double but, at first, the products of very many floats.</summary>
internal sealed class RegressionProblem
{
    /// <summary>From so many samples on, rounding of products of floats mostly cancels: their sums have errors of some 10⁻⁸, as the weights of a model of floats have.</summary>
    private const int ManySamples = 16_384;

    private readonly Samples<float>? _singles;
    private readonly Samples<double>? _doubles;
    private readonly Targets _y;
    private readonly LinearFitOptions _options;
    private readonly bool _bias;

    private RegressionProblem(Dataset data, bool bias, bool single, bool singleProducts, LinearFitOptions options, CancellationToken cancellation)
    {
        (_bias, _options, _y, Single) = (bias, options, Targets.Of(data), single);
        if (data.Inputs[0].Rows is Data.SampleRows<float>) _singles = Samples<float>.Of(data); // exact in double, so the moments do not lose by it
        else _doubles = Samples<double>.Of(data);
        if (single && singleProducts && data.Count >= ManySamples && _singles is not null)
        {
            Moments = Moments.Of<float, float>(_singles, _y, options.SampleWeights, bias, options.MaxThreads, cancellation);
            HasSingleProducts = Moments.Gram.All(double.IsFinite) && Moments.IsWithinSingle;
        }
        if (!HasSingleProducts) Moments = InDouble(cancellation);
        if (!Moments.Gram.All(double.IsFinite))
        {
            data.RequireFinite();
            throw new ArgumentException("The squares of the values exceed the range of double: scale the data set first.", nameof(data));
        }
    }

    public Moments Moments { get; private set; } = null!;

    public bool HasBias => _bias;

    /// <summary>Whether the model's scalars are floats.</summary>
    public bool Single { get; }

    /// <summary>Whether the moments are sums of products in float; <see cref="Refine"/> makes better ones.</summary>
    public bool HasSingleProducts { get; private set; }

    /// <summary>The problem of a model, and its layer.</summary>
    /// <param name="model">One dense layer.</param>
    /// <param name="data">Samples.</param>
    /// <param name="method">Its name in messages.</param>
    /// <param name="singleProducts">Whether moments in float will do at first.</param>
    /// <param name="options">Of the fit.</param>
    /// <param name="cancellation">Ends it.</param>
    public static (LinearLayer Layer, RegressionProblem Problem) Of<TModel, T>(
        IModel<TModel, T> model, Dataset data, string method, bool singleProducts, LinearFitOptions? options, CancellationToken cancellation)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        LinearLayer layer = LinearLayer.Of(TModel.Info, method, Loss.Mse, Loss.HalfMse);
        layer.Require(data);
        options = (options ?? new LinearFitOptions()).Validated(data.Count, isClassifier: false);
        return (layer, new(data, layer.HasBias, typeof(T) == typeof(float), singleProducts, options, cancellation));
    }

    /// <summary>A problem without a model.</summary>
    public static RegressionProblem Of(Dataset data, bool bias, LinearFitOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0) throw new ArgumentException("The data set is empty: there is nothing to fit.", nameof(data));
        if (data.Inputs.Count != 1 || data.Inputs[0].IsClass) throw new ArgumentException($"One input of values is needed; the data set has {string.Join(", ", data.Inputs)}.", nameof(data));
        if (data.Targets.Count != 1 || data.TargetIsClass) throw new ArgumentException($"Targets of values are needed; the data set has {string.Join(", ", data.Targets)}.", nameof(data));
        return new(data, bias, single: false, singleProducts: false, (options ?? new LinearFitOptions()).Validated(data.Count, isClassifier: false), cancellation);
    }

    /// <summary>Makes the moments anew, in double.</summary>
    public void Refine(CancellationToken cancellation) => (Moments, HasSingleProducts) = (InDouble(cancellation), false);

    public BlockQr Decompose(CancellationToken cancellation) => _singles is null
        ? BlockQr.Of(_doubles!, _y, _options.SampleWeights, Moments, _bias, cancellation)
        : BlockQr.Of(_singles, _y, _options.SampleWeights, Moments, _bias, cancellation);

    /// <summary>Below which fraction of the largest a singular value is 0: the precision of the samples, or what rounding in double makes of so many.</summary>
    public double RankTolerance
    {
        get
        {
            const double epsilon = 1.0 / (1L << 52), single = 1.0 / (1 << 23);
            int rows = _singles?.Count ?? _doubles!.Count;
            return Math.Max(_singles is null ? epsilon : single, epsilon * Math.Max(rows, Moments.Inputs));
        }
    }

    /// <summary>The bias that fits the means to an output's weights; 0 where there is none.</summary>
    public double Bias(int output, ReadOnlySpan<double> weights) =>
        _bias ? Moments.Mean[Moments.Inputs + output] - Sums.Dot(weights, Moments.Mean.AsSpan(0, Moments.Inputs)) : 0;

    /// <summary>Sets the model: weights as they are, biases such that the means fit.</summary>
    /// <param name="layer">The model's.</param>
    /// <param name="parameters">The model's block.</param>
    /// <param name="columns">The weights of each output. (inputs)</param>
    public void Write<T>(LinearLayer layer, Span<T> parameters, double[][] columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] weights = new double[Moments.Inputs * Moments.Outputs], bias = new double[Moments.Outputs];
        for (int o = 0; o < bias.Length; o++)
        {
            for (int j = 0; j < Moments.Inputs; j++) weights[j * bias.Length + o] = columns[o][j];
            bias[o] = Bias(o, columns[o]);
        }
        layer.Write(parameters, weights, bias);
    }

    /// <summary>Σ w(y − ŷ)² of one output.</summary>
    public double SquaredError(int output, double[] w)
    {
        int y = Moments.Inputs + output;
        double error = Moments.At(y, y);
        for (int i = 0; i < w.Length; i++) error += w[i] * (Sums.Dot(Moments.Gram.AsSpan(i * Moments.Width, w.Length), w) - 2 * Moments.At(i, y));
        return Math.Max(error, 0);
    }

    private Moments InDouble(CancellationToken cancellation) => _singles is null
        ? Moments.Of<double, double>(_doubles!, _y, _options.SampleWeights, _bias, _options.MaxThreads, cancellation)
        : Moments.Of<float, double>(_singles, _y, _options.SampleWeights, _bias, _options.MaxThreads, cancellation);
}
