using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// A sequence that grows, or several in step, and a model's prediction at its newest position. Keys and values of the positions before are kept, so that a position costs its own work and one look at
/// each of those: what <c>Predict</c> gives in that row for the sequence so far, without running the others again. Made by a model's <c>CreateDecoder</c>; allocates nothing afterwards. One thread at a
/// time; any number of decoders share a model. What was kept belongs to the parameters it was made with: <see cref="Reset"/> after training on.
/// </summary>
/// <typeparam name="TModel">The model's class.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TInput">What a position holds: T, or int for classes.</typeparam>
public sealed unsafe class Decoder<TModel, T, TInput>
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
{
    private readonly TModel _model;
    private readonly BatchShape _shape = new(TModel.Info);
    private readonly Field _input, _output;
    private readonly Workspace<T> _workspace;
    private readonly AlignedMemory<T>[] _kept;
    private readonly Addresses _addresses;

    /// <summary>Memory for so many positions of so many sequences.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is less than 1, or the model has fewer positions.</exception>
    /// <exception cref="NotSupportedException">The model has no decoder, or takes another type.</exception>
    public Decoder(TModel model, int capacity, int sequences = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelInfo info = TModel.Info;
        DecoderInfo decoder = info.Decoder ?? throw new NotSupportedException($"{info.Name} has no decoder: declare it as [Model(Decoder = true)].");
        if (typeof(TInput) != (info.Inputs[0].Classes > 0 ? typeof(int) : typeof(T)))
            throw new NotSupportedException($"{info.Inputs[0].Name} of {info.Name} is not {typeof(TInput).Name}; CreateDecoder makes a decoder of the right type.");
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        if (capacity > decoder.Most)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, $"{info.Name} knows {decoder.Most} positions: '{decoder.Limit}' has no more.");
        (_model, Capacity, Sequences) = (model, capacity, sequences);
        (_input, _output) = (new(info.Name, info.Inputs[0].Name, decoder.InputSize, info.Inputs[0].Classes), new(info.Name, info.Outputs[0].Name, decoder.OutputSize, 0));
        _addresses = new Addresses(1, 0, 1 + decoder.Kept.Length);
        _kept = Array.ConvertAll(decoder.Kept, size => new AlignedMemory<T>(Length(size)));
        for (int i = 0; i < _kept.Length; i++) _addresses.Outputs[1 + i] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_kept[i].Span));
        _workspace = new Workspace<T>(decoder.Plan, model.Parameters, null, Workers.Single);

        // the longest sequence first: the arena never grows again
        Begin(capacity);

        int Length(int size) => (long)size * capacity * sequences is var length && length <= Array.MaxLength - 64 ? (int)length
            : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, $"Each attention of {info.Name} would keep {length:N0} scalars; the limit is {Array.MaxLength - 64:N0}. Ask for fewer positions or sequences.");
    }

    /// <summary>Positions that there is memory for.</summary>
    public int Capacity { get; }

    /// <summary>Sequences that grow in step.</summary>
    public int Sequences { get; }

    /// <summary>Positions seen since the beginning, or the last <see cref="Reset"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Goes one position on, in a model that takes one class or number at a position of one sequence.</summary>
    /// <param name="x">The class or number.</param>
    /// <param name="y">Receives the prediction at this position. (output)</param>
    /// <exception cref="ArgumentException">y has another length, or the class is out of range. Nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">The decoder is full. Nothing was changed.</exception>
    public void Next(TInput x, Span<T> y) => Next(new ReadOnlySpan<TInput>(in x), y);

    /// <summary>Goes on by all positions of x: a prompt, or one.</summary>
    /// <param name="x">(positions, sequences, input)</param>
    /// <param name="y">Receives the prediction at the last of them. (sequences, output)</param>
    /// <exception cref="ArgumentException">A length does not fit, or a class is out of range. Nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">There is no room for so many positions. Nothing was changed.</exception>
    public void Next(ReadOnlySpan<TInput> x, Span<T> y)
    {
        int size = Sequences * _input.Size, positions = x.Length / size;
        if (x.Length == 0 || x.Length % size != 0)
            throw new ArgumentException($"{_input.Name} holds {x.Length} values; a position of {(Sequences == 1 ? "" : $"{Sequences} sequences of ")}{_input.Model} is {size}.", _input.Name);
        _output.RequireRows(y.Length, Sequences, "outputs");
        if (_input.IsClass) _input.RequireClasses(MemoryMarshal.Cast<TInput, int>(x));
        if (positions > Capacity - Count)
            throw new InvalidOperationException($"The decoder of {_input.Model} holds {Count} of {Capacity} positions, and has no room for {positions} more: Reset begins anew{(Capacity < TModel.Info.Decoder!.Most ? ", CreateDecoder can make room for more" : "")}.");
        fixed (TInput* px = x)
        fixed (T* py = y)
        {
            _addresses.Outputs[0] = (nint)py;
            for (int i = 0; i < positions; i++)
            {
                _addresses.Inputs[0] = (nint)(px + (long)i * size);
                Begin(Count + 1);
                Programs<TModel, T>.Decode(_workspace);
                Count++;
            }
        }

        _workspace.End();
    }

    /// <summary>Forgets the sequence.</summary>
    public void Reset() => Count = 0;

    private void Begin(int seen)
    {
        _shape.Derive(seen);
        _workspace.Begin(_model.Parameters, Sequences, _addresses, _shape.Sizes);
    }
}
