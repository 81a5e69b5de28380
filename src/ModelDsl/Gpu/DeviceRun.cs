using System.Numerics;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl.Gpu;

/// <summary>
/// Runs a model's programs on a device. Its floats there are the loss, the coefficients of an update, the parameters, the gradients, what the optimizer remembers, then, for training and for judging apart, a batch's inputs, targets and outputs and the arena, laid out as the plan
/// says; its whole numbers are the seed and the step, then of each of the two the batch's classes and the launches' arguments. What a batch size's launches are is worked out once and stays on the
/// device until another size comes. Parameters, gradients and the optimizer's memory stay on the device too: see <see cref="DeviceBlock{T}"/>.
/// </summary>
internal sealed unsafe class DeviceRun<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Where the loss is, and the first number after the head of each block.</summary>
    private const int Loss = 0, Head = 16;

    private readonly ModelInfo _info;
    private readonly DeviceCode _code;
    private readonly ComputeDevice _device;
    private readonly DeviceSession _session;
    private readonly BatchShape _shape;
    private readonly int _symbols;
    private readonly int _coefficients = Head, _persistent, _segments;
    private readonly DeviceBlock<T> _parameters;
    private readonly DeviceBlock<T>? _gradients;
    private readonly DeviceBlock<T>[] _slots;
    private readonly Space _training = new(), _judging = new();
    private Launch[]? _updates;

    /// <param name="device">The device.</param>
    /// <param name="code">The model's kernels; null where it has none, which is refused.</param>
    /// <param name="info">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="state">What the optimizer remembers.</param>
    /// <param name="segments">Runs of parameters that are updated alike.</param>
    public DeviceRun(ComputeDevice device, DeviceCode? code, ModelInfo info, AlignedMemory<T> parameters, AlignedMemory<T>? gradients, OptimizerState<T>? state = null, int segments = 0)
    {
        if (code is null || typeof(T) != typeof(float))
            throw new ArgumentException($"{info.Name} has no kernels for {device.Name}: declare it as [Model(Targets = Targets.Cpu | Targets.Gpu)], in float, or leave out TrainerOptions.Device.");
        if (info.Parameters.FirstOrDefault(p => p.RowsOf >= 0) is { } sparse)
            throw new ArgumentException($"{sparse.Name} of {info.Name} has a sparse gradient, whose rows are kept on the processor: leave out Sparse = true, or TrainerOptions.Device.");
        (_device, _code, _info, _shape, _segments) = (device, code, info, new BatchShape(info), segments);
        _symbols = info.Sizes.Count(s => s.Terms.Length == 0) - (info.Decoder is null ? 0 : 1);
        _session = device.Open(new UpdatedCode(code));
        int place = _coefficients + segments * DeviceUpdates.Coefficients;
        _parameters = Block(parameters);
        _gradients = gradients is null ? null : Block(gradients);
        _slots = [.. Enumerable.Range(0, state?.SlotCount ?? 0).Select(i => Block(state!.Memory(i)))];
        _persistent = place;
        _session.Reserve(_persistent, Head * (1 + segments));
        device.Closing += Leave;

        DeviceBlock<T> Block(AlignedMemory<T> memory)
        {
            var block = new DeviceBlock<T>(_session, memory, place);
            place += Aligned(memory.Length);
            return block;
        }
    }

    /// <summary>What a batch of one size needs on the device.</summary>
    private sealed class Space
    {
        public ArenaPlan? Plan;
        public int Batch = -1, Floats, Integers, EndOfFloats, EndOfIntegers;

        /// <summary>Where a library's products wait for their rest.</summary>
        public int Products;
        public long LargestProduct;
        public int[] Sizes = [];
        public int[] Inputs = [], Targets = [], Outputs = [], Regions = [];
        public Launch[] First = [], Second = [];
    }

    public void Run(Workspace<T> s, DeviceProgram program)
    {
        lock (_session)
        {
            Space space = program is DeviceProgram.Forward or DeviceProgram.Backward ? _training : _judging;
            Prepare(space, s, program);
            if (program == DeviceProgram.Backward)
            {
                _gradients!.Send();             // between tensors lies what no kernel writes
                _session.Run(space.Second);
                _gradients.Changed();
                return;
            }

            SendParameters(s.Parameters);
            if (program == DeviceProgram.Forward) _gradients?.Send(); // a gradient that needs nothing more is written there already
            _session.Write(0, [(int)s.Seed, (int)(s.Seed >> 32), (int)s.Step, (int)(s.Step >> 32)]);
            Feed(s, program);
            _session.Run(space.First);
            if (program == DeviceProgram.Forward) _gradients?.Changed();
            if (program is DeviceProgram.Forward or DeviceProgram.Evaluate)
            {
                float loss = 0;
                _session.Read(Loss, new Span<float>(ref loss));
                s.Loss = T.CreateTruncating(loss);
            }

            if (program == DeviceProgram.Forward)
            {
                _parameters.Read(_info.TrainableLength, _info.StateLength);
                return;
            }

            for (int i = 0; i < _shape.Outputs.Length; i++)
                if (s.Addresses.Outputs[i] != 0) _session.Read(space.Outputs[i], new Span<float>((void*)s.Addresses.Outputs[i], s.Batch * _shape.Outputs[i].Size));
        }
    }

    /// <summary>The optimizer's update on the device; false where the processor has to do it.</summary>
    public bool Update(UpdatePlan plan, OptimizerState<T> state, double factor)
    {
        IReadOnlyList<UpdateSegment> segments = plan.Segments;
        Span<float> coefficients = stackalloc float[DeviceUpdates.Coefficients];
        foreach (UpdateSegment s in segments)
            if (DeviceUpdates.Choose(s, factor, state.Step + 1, coefficients) < 0) return false;
        lock (_session)
        {
            _updates ??= Updates(segments, factor, state);
            for (int i = 0; i < segments.Count; i++)
            {
                coefficients.Clear();
                DeviceUpdates.Choose(segments[i], factor, state.Step + 1, coefficients);
                _session.Write(_coefficients + i * DeviceUpdates.Coefficients, coefficients);
            }

            _parameters.Send();
            _gradients!.Send();
            foreach (DeviceBlock<T> slot in _slots) slot.Send();
            _session.Run(_updates);
            _parameters.Changed();
            foreach (DeviceBlock<T> slot in _slots) slot.Changed();
            return true;
        }
    }

    /// <summary>The launches of an update. Their arguments are in the head of the whole numbers, and so never move.</summary>
    private Launch[] Updates(IReadOnlyList<UpdateSegment> segments, double factor, OptimizerState<T> state)
    {
        var updates = new Launch[segments.Count];
        Span<float> coefficients = stackalloc float[DeviceUpdates.Coefficients];
        for (int i = 0; i < updates.Length; i++)
        {
            UpdateSegment s = segments[i];
            int at = Head * (1 + i);
            _session.Write(at, [_parameters.Place + s.Start, s.End - s.Start, _gradients!.Place + s.Start, Slot(0, s.Start), Slot(1, s.Start), _coefficients + i * DeviceUpdates.Coefficients]);
            updates[i] = new(DeviceUpdates.Choose(s, factor, state.Step + 1, coefficients), (int)DeviceSizes.Groups(s.End - s.Start, DeviceUpdates.Each * _device.Lanes), at);
        }

        return updates;

        int Slot(int k, int start) => k < _slots.Length ? _slots[k].Place + start : 0;
    }

    /// <summary>Those of the run's model, or of another (its mean) for a while.</summary>
    private void SendParameters(AlignedMemory<T> memory)
    {
        if (_parameters.Is(memory))
        {
            _parameters.Send();
            return;
        }

        _parameters.Fetch();
        _session.Write(_parameters.Place, Floats(memory.Span));
    }

    /// <summary>The device goes: the processor gets what it has made.</summary>
    private void Leave()
    {
        _parameters.Leave();
        _gradients?.Leave();
        foreach (DeviceBlock<T> slot in _slots) slot.Leave();
    }

    /// <summary>The batch's inputs, and, where there is a loss, its targets.</summary>
    private void Feed(Workspace<T> s, DeviceProgram program)
    {
        Space space = program == DeviceProgram.Forward ? _training : _judging;
        Feed(_shape.Inputs, space.Inputs, s.Addresses.Inputs);
        if (program is DeviceProgram.Forward or DeviceProgram.Evaluate) Feed(_shape.TargetsAndWeights, space.Targets, s.Addresses.Targets);

        void Feed(Field[] fields, int[] places, nint[] addresses)
        {
            for (int i = 0; i < fields.Length; i++)
            {
                int length = s.Batch * fields[i].Size;
                if (fields[i].IsClass) _session.Write(places[i], new ReadOnlySpan<int>((void*)addresses[i], length));
                else _session.Write(places[i], new ReadOnlySpan<float>((void*)addresses[i], length));
            }
        }
    }

    /// <summary>Places and launches for the batch, unless it has the size of the last.</summary>
    private void Prepare(Space space, Workspace<T> s, DeviceProgram program)
    {
        (int floats, int integers) = space == _training || _training.Plan is null ? (_persistent, Head * (1 + _segments)) : (_training.EndOfFloats, _training.EndOfIntegers);
        if (space.Plan == s.Plan && space.Batch == s.Batch && space.Floats == floats && space.Integers == integers && s.Sizes.SequenceEqual(space.Sizes)) return;
        _shape.Resize(s.Sizes[.._symbols]);
        (space.Plan, space.Batch, space.Floats, space.Integers, space.Sizes) = (s.Plan, s.Batch, floats, integers, s.Sizes.ToArray());
        long end = floats, endOfIntegers = integers;
        space.Inputs = Place(_shape.Inputs);
        space.Targets = Place(_shape.TargetsAndWeights);
        space.Outputs = Place(_shape.Outputs);
        ArenaRegion[] regions = s.Plan.Regions ?? [];
        space.Regions = new int[2 + regions.Length];
        space.Regions[0] = Reserve(ref end, s.Plan.Fixed);
        space.Regions[1] = Reserve(ref end, (long)s.Plan.PerRow * s.Batch);
        for (int i = 0; i < regions.Length; i++) space.Regions[2 + i] = Reserve(ref end, regions[i].Length * Unit(s, regions[i]));
        List<int> arguments = [];
        (space.Products, space.LargestProduct) = (Reserve(ref end, 0), 0);
        space.First = Launches(space, s, program == DeviceProgram.Backward ? DeviceProgram.Forward : program, (int)endOfIntegers, arguments);
        space.Second = space == _training ? Launches(space, s, DeviceProgram.Backward, (int)endOfIntegers, arguments) : [];
        Reserve(ref end, space.LargestProduct);
        int first = Reserve(ref endOfIntegers, arguments.Count);
        (space.EndOfFloats, space.EndOfIntegers) = ((int)end, (int)endOfIntegers);
        _session.Reserve((int)end, (int)endOfIntegers);
        _session.Write(first, CollectionsMarshal.AsSpan(arguments));

        int[] Place(Field[] fields) => Array.ConvertAll(fields, f => f.IsClass ? Reserve(ref endOfIntegers, (long)f.Size * s.Batch) : Reserve(ref end, (long)f.Size * s.Batch));

        int Reserve(ref long at, long length)
        {
            int place = (int)at;
            at = (at + length + Head - 1) / Head * Head;
            return at <= Array.MaxLength ? place : throw new ArgumentException($"A batch of {s.Batch:N0} samples of {_info.Name} needs {at:N0} scalars on {_device.Name}; the limit is {Array.MaxLength:N0}. Use a smaller batch.");
        }
    }

    private static long Unit(Workspace<T> s, ArenaRegion region) => (long)s.Sizes[region.Size] * (region.IsPerRow ? s.Batch : 1);

    /// <summary>A program's launches; their arguments, with operands as places in the device's memory, are added to those that there are.</summary>
    private Launch[] Launches(Space space, Workspace<T> s, DeviceProgram program, int first, List<int> arguments)
    {
        ReadOnlySpan<int> table = _code.Program(program);
        var sizes = new DeviceSizes(s.Batch, s.Sizes, _device.Lanes);
        List<Launch> launches = [];
        for (int i = 0; i < table.Length;)
        {
            (int kernel, int operands, int at) = (table[i], table[i + 1], arguments.Count);
            arguments.Add(s.Batch);
            foreach (int size in s.Sizes) arguments.Add(size);
            foreach (int operand in table.Slice(i + 2, operands)) arguments.Add(Place(space, s, operand));
            DeviceProduct product = _code.Product(kernel, sizes);
            if (product.Operations > 0 && product.Operations >= _session.LeastProduct) Multiply(product, at);
            else Add(kernel, at);
            i += 2 + operands;
        }

        return [.. launches];

        void Add(int kernel, int at)
        {
            long groups = _code.Groups(kernel, new DeviceSizes(s.Batch, s.Sizes, _device.Lanes));
            launches.Add(groups <= int.MaxValue ? new(UpdatedCode.Updates + kernel, (int)groups, first + at) : throw new ArgumentException($"A batch of {s.Batch:N0} samples of {_info.Name} is too large for {_device.Name}. Use a smaller batch."));
        }

        void Multiply(DeviceProduct p, int at)
        {
            int operands = at + 1 + s.Sizes.Length, result = p.Sums < 0 ? space.Products : arguments[operands + p.Sums];
            launches.Add(new(-1, 0, 0, checked(new Multiplication((int)p.Matrices, (int)p.Rows, (int)p.Columns, (int)p.Depth, arguments[operands + p.Left], p.IsLeftTurned, arguments[operands + p.Right], p.IsRightTurned, result))));
            if (p.Rest < 0) return;
            space.LargestProduct = Math.Max(space.LargestProduct, p.Matrices * p.Rows * p.Columns);
            arguments.Add(result);
            Add(p.Rest, at);
        }
    }

    private int Place(Space space, Workspace<T> s, int operand)
    {
        int offset = operand & ~15, number = operand >> 4;
        return (operand & 15) switch
        {
            0 => space.Regions[0] + offset,
            1 => space.Regions[1] + offset * s.Batch,
            2 => space.Outputs[number],
            3 => _parameters.Place + offset,
            4 => _gradients!.Place + offset,
            5 => Place(space, s, s.Plan.Buffers[number]),
            6 => space.Inputs[number],
            7 => space.Targets[number],
            _ => number,
        };
    }

    private static int Place(Space space, Workspace<T> s, BufferSlot slot) => slot switch
    {
        { Offset: < 0 } => space.Outputs[~slot.Offset],
        { Region: > 0 } => (int)(space.Regions[1 + slot.Region] + slot.Offset * Unit(s, s.Plan.Regions![slot.Region - 1])),
        { IsPerRow: true } => space.Regions[1] + slot.Offset * s.Batch,
        _ => space.Regions[0] + slot.Offset,
    };

    private static Span<float> Floats(Span<T> values) => MemoryMarshal.Cast<T, float>(values);

    private static int Aligned(int length) => (length + Head - 1) / Head * Head;
}
