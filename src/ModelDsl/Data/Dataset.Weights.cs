namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>
    /// The same samples, each with a weight: what its loss is multiplied by where the model's target is <see cref="TargetAttribute.Weighted"/>. Views, splits, folds and streams
    /// keep a sample and its weight together. Metrics other than the loss do not look at weights.
    /// </summary>
    /// <param name="weights">Finite and not negative, by sample; copied. Weights that had been given before are replaced. (Count)</param>
    /// <param name="target">The name of the target whose loss they weigh; null where there is one target.</param>
    /// <exception cref="ArgumentException">A weight is negative, NaN or infinite, there is not one for each sample, or there is no such target.</exception>
    public Dataset WithWeights(ReadOnlySpan<double> weights, string? target = null)
    {
        DataColumn of = Target(target);
        RequireWeights(weights, Count, "samples", nameof(weights));
        DataColumn[] kept = [.. _inputs, .. _targets, .. _weights.Where(w => w.Name != of.Name)];
        if (_view is not null) kept = Array.ConvertAll(kept, c => c.Gather(_view));
        return Over([.. kept, DataColumn.Of(of.Name, weights.ToArray())]);
    }

    /// <summary>
    /// The same samples, each with the weight of its class: <see cref="ClassWeights"/>, with which rare classes count as much as frequent ones. Give a validation part the weights of
    /// the training part, or none.
    /// </summary>
    /// <param name="target">The name of the target, class indices or binary values; null where there is one target.</param>
    /// <exception cref="ArgumentException">There is no such target.</exception>
    /// <exception cref="InvalidOperationException">The target has no classes, or several a sample.</exception>
    public Dataset WithClassWeights(string? target = null) => WithClassWeights(WeightsOfClasses(ClassesOf(Target(target), "class weights")), target);

    /// <summary>The same samples, each with the weight of its class.</summary>
    /// <param name="weights">Finite and not negative, by class. (classes)</param>
    /// <param name="target">The name of the target, class indices or binary values; null where there is one target.</param>
    /// <exception cref="ArgumentException">A weight is negative, NaN or infinite, a sample's class has none, or there is no such target.</exception>
    /// <exception cref="InvalidOperationException">The target has no classes, or several a sample.</exception>
    public Dataset WithClassWeights(ReadOnlySpan<double> weights, string? target = null)
    {
        RequireWeights(weights, weights.Length, "classes", nameof(weights));
        int[] classes = ClassesOf(Target(target), "class weights");
        double[] each = new double[Count];
        for (int i = 0; i < each.Length; i++)
        {
            if ((uint)classes[i] >= (uint)weights.Length) throw new ArgumentException($"Sample {i} is of class {classes[i]}; there are weights for the classes 0 to {weights.Length - 1}. Give one for each class.", nameof(weights));
            each[i] = weights[classes[i]];
        }
        return WithWeights(each, target);
    }

    /// <summary>The same samples without weights.</summary>
    public Dataset WithoutWeights() => new([.. _inputs, .. _targets], _view, this);

    /// <summary>Copies the weights of the given rows.</summary>
    /// <param name="rows">Row numbers in [0, Count).</param>
    /// <param name="destination">(rows)</param>
    /// <param name="target">The name of the target; null where there is one target.</param>
    /// <exception cref="ArgumentException">There is no such target, a row does not exist, or the destination is too short.</exception>
    /// <exception cref="InvalidOperationException">The target has no weights.</exception>
    public void CopyWeights(ReadOnlySpan<int> rows, Span<double> destination, string? target = null) =>
        Copy(WeightsOf(Target(target)) ?? throw new InvalidOperationException("The data set has no weights of this target: WithWeights gives it some."), rows, destination);

    /// <summary>The weights of a target's losses; null where there are none.</summary>
    internal DataColumn? WeightsOf(DataColumn target) => Array.Find(_weights, w => w.Name == target.Name);

    private DataColumn Target(string? name) =>
        name is null ? _targets.Length == 1 ? _targets[0] : throw new ArgumentException($"There are the targets {Names()}: name one.", "target")
        : Array.Find(_targets, t => t.Name == name) ?? throw new ArgumentException($"There is no target '{name}', but {Names()}.", "target");

    private string Names() => string.Join(", ", _targets.Select(t => $"'{t.Name}'"));

    private static void RequireWeights(ReadOnlySpan<double> weights, int count, string what, string argument)
    {
        if (weights.Length != count) throw new ArgumentException($"There are {weights.Length} weights for {count} {what}; give one for each.", argument);
        for (int i = 0; i < weights.Length; i++)
            if (!(weights[i] >= 0 && double.IsFinite(weights[i]))) throw new ArgumentException($"{argument}[{i}] is {weights[i]}; a weight is finite and not negative.", argument);
    }
}
