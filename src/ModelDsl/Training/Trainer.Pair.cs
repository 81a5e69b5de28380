using System.Numerics;

namespace ModelDsl;

/// <summary>Trains a model of one input of values and one output.</summary>
/// <typeparam name="TModel">The model's class.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TTarget">int where targets are class indices, else T.</typeparam>
public sealed class Trainer<TModel, T, TTarget> : Trainer<TModel, T>
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTarget : unmanaged, INumberBase<TTarget>
{
    /// <inheritdoc/>
    public Trainer(TModel model, IOptimizer? optimizer = null, TrainerOptions? options = null) : base(model, optimizer, options)
    {
        if (Info.Outputs[0].Weighted) throw new ArgumentException($"{Info.Name} takes a weight with each sample: train it by what its CreateTrainer gives.");
        if (typeof(TTarget) != (Info.TargetIsClass ? typeof(int) : typeof(T)))
            throw new ArgumentException($"{Info.Name} is trained on {(Info.TargetIsClass ? "int" : typeof(T).Name)} targets, not on {typeof(TTarget).Name}.");
    }

    /// <summary>One update: loss, gradients, clipping, optimizer.</summary>
    /// <param name="x">The batch, one sample after the other. (batch, input)</param>
    /// <param name="y">Their targets: class indices or values. (batch) or (batch, output)</param>
    /// <returns>The batch's loss before the update.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit the model, a class is out of range, or a value is NaN or infinite. Nothing was changed.</exception>
    /// <exception cref="DivergedException">The loss is not finite although the batch is. Nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public T Step(ReadOnlySpan<T> x, ReadOnlySpan<TTarget> y) => StepPair(x, y);

    /// <summary>The first third of a step: the batch's loss, and what <see cref="Trainer{TModel, T}.Backward()"/> needs. Copies the batch.</summary>
    /// <inheritdoc cref="Step"/>
    public T Forward(ReadOnlySpan<T> x, ReadOnlySpan<TTarget> y)
    {
        using TrainingBatch batch = Batch();
        batch.Add(x);
        batch.Add(y);
        return batch.Forward();
    }
}
