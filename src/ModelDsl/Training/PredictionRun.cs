using System.ComponentModel;
using System.Numerics;

namespace ModelDsl;

/// <summary>
/// One generated <c>Predict</c> of a model of any inputs and outputs: lengths are checked, inputs first; then, chunk by chunk, inputs are fed, the program is run and
/// outputs are taken, each in the order of <see cref="ModelInfo.Inputs"/> and <see cref="ModelInfo.Outputs"/>. Allocates nothing after a thread's first call of a batch size.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct PredictionRun<TModel, T>
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Evaluator<TModel, T> _evaluator = Evaluator<TModel, T>.Current;
    private readonly TModel _model;
    private readonly bool _logits;
    private int _rows, _start, _count, _field;

    internal PredictionRun(TModel model, bool logits, scoped ReadOnlySpan<int> symbols)
    {
        (_model, _logits) = (model, logits);
        _evaluator.Shape.Resize(symbols);
    }

    /// <summary>Checks the length of the next input, or, after those, of the next output.</summary>
    /// <exception cref="ArgumentException">It does not fit the model, or the first input.</exception>
    public void Check(int length)
    {
        (Field[] inputs, int field) = (_evaluator.Shape.Inputs, _field++);
        if (field == 0) _rows = inputs[0].Rows(length);
        else if (field < inputs.Length) inputs[field].RequireRows(length, _rows, "inputs");
        else _evaluator.Shape.Outputs[field - inputs.Length].RequireRows(length, _rows, "outputs");
    }

    /// <summary>Goes to the next chunk; false after the last.</summary>
    public bool Next()
    {
        _start += _count;
        _field = 0;
        if (_start >= _rows) return false;
        _count = _evaluator.Reserve(_start, _rows);
        return true;
    }

    /// <summary>The chunk's part of the next input.</summary>
    /// <param name="values">All samples of the input.</param>
    /// <exception cref="ArgumentException">A class is out of range.</exception>
    public void Feed<TElement>(ReadOnlySpan<TElement> values) where TElement : unmanaged
    {
        int size = _evaluator.Shape.Inputs[_field].Size;
        _evaluator.Inputs.Set(_field++, values.Slice(_start * size, _count * size), _count);
    }

    /// <summary>Runs the model over the chunk.</summary>
    public void Run()
    {
        _evaluator.Run(_model, _logits, _count);
        _field = 0;
    }

    /// <summary>The chunk's part of the next output.</summary>
    /// <param name="values">Receives all samples of the output.</param>
    public void Take(Span<T> values)
    {
        int size = _evaluator.Shape.Outputs[_field].Size;
        _evaluator.Outputs.Values(_field++, _count).CopyTo(values.Slice(_start * size, _count * size));
    }
}
