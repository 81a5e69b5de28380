namespace ModelDsl;

/// <summary>Several sub-models of one kind in a row (see <see cref="SubAttribute"/>).</summary>
/// <typeparam name="TModel">The sub-model's class, which has a <see cref="ForwardAttribute"/> method of one input.</typeparam>
public sealed class LayerStack<TModel> where TModel : class
{
    private LayerStack() { }

    /// <summary>Each applied to the result of the one before.</summary>
    /// <param name="x">The first one's input.</param>
    public Tensor Forward(Tensor x) => throw Ops.Compiled;
}
