using System.ComponentModel;
using System.Numerics;

namespace ModelDsl;

/// <summary>What the generated <c>Predict</c>, <c>Logits</c> and <c>Evaluate</c> of a model call. Thread-safe; memory is kept for each thread that predicts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelRunner
{
    /// <summary>Predictions of a model of one input of values and one output, for any number of samples; allocates nothing after a thread's first call of a batch size.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Samples, one after the other. (rows, input)</param>
    /// <param name="y">Receives the predictions. (rows, output)</param>
    /// <exception cref="ArgumentException">The length of x is not a multiple of a sample's, or that of y is not the outputs'.</exception>
    public static void Predict<TModel, T>(TModel model, ReadOnlySpan<T> x, Span<T> y)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Evaluator<TModel, T>.Current.Run(model, logits: false, x, y);

    /// <summary>The last layer's outputs, before the softmax or sigmoid of a prediction, for any number of samples.</summary>
    /// <inheritdoc cref="Predict"/>
    public static void Logits<TModel, T>(TModel model, ReadOnlySpan<T> x, Span<T> y)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Evaluator<TModel, T>.Current.Run(model, logits: true, x, y);

    /// <summary>How the input moves the logits: dx = ∂(Σ dy·logits)/∂x for any number of samples, of a model that has it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Samples, one after the other. (rows, input)</param>
    /// <param name="dy">Weights of the logits. (rows, output)</param>
    /// <param name="dx">Receives the gradients. (rows, input)</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="NotSupportedException">The model was not declared with InputGradient = true.</exception>
    public static void InputGradient<TModel, T>(TModel model, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Evaluator<TModel, T>.Current.InputGradient(model, x, dy, dx);

    /// <summary>Predictions, or logits, of a model of any inputs and outputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="logits">Whether to stop before the softmax or sigmoid of a prediction.</param>
    /// <param name="symbols">The batch's values of the model's symbols.</param>
    /// <exception cref="ArgumentException">A symbol's value is out of range.</exception>
    public static PredictionRun<TModel, T> Run<TModel, T>(TModel model, bool logits, params ReadOnlySpan<int> symbols)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(model, logits, symbols);

    /// <summary>Loss and metrics over a data set, in prediction mode.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Samples of the model's sizes.</param>
    /// <exception cref="ArgumentException">The data set is empty or does not fit the model.</exception>
    public static Evaluation Evaluate<TModel, T>(TModel model, Dataset data)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Evaluator<TModel, T>.Current.Evaluate(model, data);
}
