using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>A regression that its moments describe. Samples are read as they are stored; all else is double.</summary>
internal sealed class RegressionProblem
{
    private readonly Samples<float>? _singles;
    private readonly Samples<double>? _doubles;
    private readonly double[] _y;
    private readonly LinearFitOptions _options;

    private RegressionProblem(LinearLayer layer, Dataset data, bool single, LinearFitOptions options, CancellationToken cancellation)
    {
        (Layer, _options, _y, Single) = (layer, options, LinearLayer.Targets(data), single);
        if (data.Inputs[0].Rows is Data.SampleRows<float>) _singles = Samples<float>.Of(data); // exact in double, so the moments do not lose by it
        else _doubles = Samples<double>.Of(data);
        Moments = _singles is null ? Of(_doubles!, cancellation) : Of(_singles, cancellation);
        if (!Moments.Gram.All(double.IsFinite))
        {
            data.RequireFinite();
            throw new ArgumentException("The squares of the values exceed the range of double: scale the data set first.", nameof(data));
        }
    }

    public LinearLayer Layer { get; }

    public Moments Moments { get; }

    /// <summary>Whether the model's scalars are floats.</summary>
    public bool Single { get; }

    public static RegressionProblem Of<TModel, T>(IModel<TModel, T> model, Dataset data, string method, LinearFitOptions? options, CancellationToken cancellation)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        LinearLayer layer = LinearLayer.Of(TModel.Info, method, Loss.Mse, Loss.HalfMse);
        layer.Require(data);
        return new(layer, data, typeof(T) == typeof(float), (options ?? new LinearFitOptions()).Validated(data.Count), cancellation);
    }

    public BlockQr Decompose(CancellationToken cancellation) => _singles is null
        ? BlockQr.Of(_doubles!, _y, _options.SampleWeights, Moments, Layer.HasBias, cancellation)
        : BlockQr.Of(_singles, _y, _options.SampleWeights, Moments, Layer.HasBias, cancellation);

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

    /// <summary>Sets the model: weights as they are, biases such that the means fit.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="columns">The weights of each output. (inputs)</param>
    public void Write<T>(Span<T> parameters, double[][] columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] weights = new double[Layer.Inputs * Layer.Outputs], bias = new double[Layer.Outputs];
        for (int o = 0; o < bias.Length; o++)
        {
            for (int j = 0; j < Layer.Inputs; j++) weights[j * bias.Length + o] = columns[o][j];
            bias[o] = Moments.Mean[Layer.Inputs + o] - Sums.Dot(columns[o], Moments.Mean.AsSpan(0, Layer.Inputs));
        }
        Layer.Write(parameters, weights, bias);
    }

    /// <summary>Σ w(y − ŷ)² of one output.</summary>
    public double SquaredError(int output, double[] w)
    {
        int y = Layer.Inputs + output;
        double error = Moments.At(y, y);
        for (int i = 0; i < w.Length; i++) error += w[i] * (Sums.Dot(Moments.Gram.AsSpan(i * Moments.Width, w.Length), w) - 2 * Moments.At(i, y));
        return Math.Max(error, 0);
    }

    private Moments Of<S>(Samples<S> samples, CancellationToken cancellation) where S : unmanaged, IBinaryFloatingPointIeee754<S> =>
        Moments.Of(samples, _y, _options.SampleWeights, Layer.HasBias, _options.MaxThreads, cancellation);
}
