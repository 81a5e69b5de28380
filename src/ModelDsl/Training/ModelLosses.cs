namespace ModelDsl;

/// <summary>Losses that are not averaged.</summary>
public static class ModelLosses
{
    /// <summary>
    /// The loss of each sample, in prediction mode: which samples the model is most wrong about. A sample's is the mean over its positions and outputs, times its weight, plus the penalties on weights. Their
    /// mean is the loss of <c>Evaluate</c>. PyTorch's reduction="none", but that this also takes the mean over a sample's elements; for the gradient of its reduction="sum", hand the number of elements to
    /// <see cref="Trainer{TModel, T}.Backward(bool, double)"/> as the weight. A loss that compares the samples of a batch sees one at a time. Thread-safe.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Samples of the model's sizes.</param>
    /// <returns>(samples)</returns>
    /// <exception cref="ArgumentException">The data set is empty or does not fit the model.</exception>
    public static double[] Losses<TModel>(this TModel model, Dataset data) where TModel : class, IModel<TModel>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return model.SampleLosses(data);
    }
}
