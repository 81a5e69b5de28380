using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Planning;

/// <summary>
/// Executes a plan kernel by kernel, sweep by sweep, over a real arena at the planned offsets. All memory begins as NaN, and memory whose last reader has run
/// becomes NaN again: a value that is read too early, too late or from under another one shows in the results. A kernel sees nothing but its loads.
/// </summary>
internal sealed class PlanSimulator
{
    private readonly ExecutionPlan _plan;
    private readonly ProgramPlan _program;
    private readonly Feed _feed;
    private readonly double[] _arena;
    private readonly double[] _output;
    private readonly double[][] _parameters;
    private readonly double[][] _gradients;
    private readonly bool _keeps;
    private double _loss = double.NaN;

    private PlanSimulator(ExecutionPlan plan, ProgramPlan program, Feed feed, bool keeps)
    {
        (_plan, _program, _feed, _keeps) = (plan, program, feed, keeps);
        _arena = Poisoned(program.Fixed + program.PerRow * feed.Size);
        _output = Poisoned(program.Program.Outputs.Count == 0 ? 0 : feed.Of(Arena[program.Program.Outputs[0]].Shape.Count));
        _parameters = [.. feed.Parameters.Select(p => p.ToArray())];
        _gradients = [.. feed.Parameters.Select(p => Poisoned(p.Length))];
    }

    private GraphArena Arena => _plan.Graph.Source.Arena;

    /// <summary>What the four programs give, by the names of <see cref="Oracle.Roots"/>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="feed">What goes in.</param>
    /// <param name="keeps">Whether values are kept between sweeps in the places of results, as on a processor; else computed again, as on a device.</param>
    public static Outcome Run(ExecutionPlan plan, Feed feed, bool keeps)
    {
        var outcome = new Outcome();
        foreach (ProgramPlan program in plan.Programs)
        {
            var s = new PlanSimulator(plan, program, feed, keeps);
            for (int k = 0; k < program.Program.Kernels.Count; k++) s.Execute(k);
            switch (program.Program.Kind)
            {
                case ProgramKind.Prediction: outcome.Add("predictions", s._output); break;
                case ProgramKind.Logits: outcome.Add("logits", s._output); break;
                case ProgramKind.Evaluation:
                    outcome.Add("evaluation loss", [s._loss]);
                    outcome.Add("evaluated predictions", s._output);
                    break;
                default:
                    outcome.Add("loss", [s._loss]);
                    foreach ((ParameterSpec p, int i) in plan.Graph.Source.Model.Parameters.Select((p, i) => (p, i)).Where(p => !p.p.Frozen))
                        outcome.Add((p.Trainable ? "d " : "new ") + p.Name, p.Trainable ? s._gradients[i] : s._parameters[i]);
                    break;
            }
        }

        return outcome;
    }

    private void Execute(int k)
    {
        Kernel kernel = _program.Program.Kernels[k];
        IReadOnlyDictionary<NodeId, NodeId> kept = _keeps ? Sweeps.Kept(Arena, kernel) : new Dictionary<NodeId, NodeId>();
        IReadOnlyList<Sweep> sweeps = Sweeps.Of(Arena, kernel, kept.Keys);
        var done = new Dictionary<NodeId, double[]>();
        for (int sweep = 0; sweep < sweeps.Count; sweep++)
        {
            // what lies in memory is read again for each sweep, as the loops do; what earlier sweeps reduced is at hand
            var values = new Interpreter(Arena, _feed) { MayCompute = id => kernel.Body.Contains(id) || IsReadInPlace(kernel, id) };
            foreach (NodeId load in kernel.Loads) values[load] = Read(load);
            foreach ((NodeId id, double[] value) in done) values[id] = value;
            foreach (NodeId id in sweeps[sweep].Loads.Where(kernel.Body.Contains)) values[id] = Read(kept.GetValueOrDefault(id, id));
            NodeId[] vectors = sweep == 0 ? [.. Sweeps.VectorsBefore(Arena, kernel), .. sweeps[0].Vectors] : [.. sweeps[sweep].Vectors];
            NodeId[] made = [.. sweeps[sweep].Stores.Concat(sweeps[sweep].Reductions).Concat(vectors).Distinct().OrderBy(id => id)];
            double[][] results = [.. made.Select(id => (double[])values[id].Clone())];
            foreach ((NodeId id, double[] result) in made.Zip(results))
            {
                if (!sweeps[sweep].Stores.Contains(id)) done[id] = result;
                foreach (Store store in kernel.Stores.Where(s => s.Value == kept.GetValueOrDefault(id, id))) Write(store, result);
            }
        }

        foreach (BufferPlan dead in _program.Buffers.Where(b => !b.IsOutput && b.Last == k))
        {
            (int start, int length) = Place(dead);
            for (int i = start; i < start + length; i++)
                if (!_program.Buffers.Any(b => !b.IsOutput && b.First <= k && b.Last > k && Place(b) is var (s, n) && i >= s && i < s + n)) _arena[i] = double.NaN;
        }
    }

    /// <summary>What a product's operand is made of, where it is fetched from under a transpose, or, the left one, through windows.</summary>
    private bool IsReadInPlace(Kernel kernel, NodeId id) =>
        (Arena[id].Op is Transpose && kernel.Loads.Contains(Arena[id].Inputs[0]))
        || (Arena[id].Op is Transpose or Reshape or View && kernel.Body.Any(p => Windows.ReadBy(kernel, Arena, Arena[p]) is { } windows && Leads(Arena[p].Inputs[0], id, windows.View)));

    /// <summary>Whether a value lies on the way from a product's operand to the view.</summary>
    private bool Leads(NodeId from, NodeId id, NodeId view)
    {
        while (from != id && from != view) from = Arena[from].Inputs[0];
        return from == id;
    }

    private void Write(Store store, double[] values)
    {
        switch (store.Place)
        {
            case PlaceKind.Loss: _loss = Assert.Single(values); break;
            case PlaceKind.Gradient: values.CopyTo(_gradients[store.Parameter], 0); break;
            case PlaceKind.State: values.CopyTo(_parameters[store.Parameter], 0); break;
            default:
                BufferPlan buffer = Buffer(store.Value);
                if (buffer.IsOutput) values.CopyTo(_output, 0);
                else values.CopyTo(_arena, Place(buffer).Start);
                break;
        }
    }

    private double[] Read(NodeId load)
    {
        NodeId owner = Values.Owner(Arena, load);
        switch (Arena[owner].Op)
        {
            case Input input: return _feed.Inputs[input.Index];
            case Target target: return target.Index == 0 ? _feed.Target : _feed.Weights;
            case Parameter p: return [.. _parameters[p.Index]];
        }

        Store store = _program.Program.Kernels.SelectMany(k => k.Stores).FirstOrDefault(s => s.Value == owner && s.Place != PlaceKind.Loss);
        return store.Place switch
        {
            PlaceKind.Gradient => [.. _gradients[store.Parameter]],
            PlaceKind.State => [.. _parameters[store.Parameter]],
            _ => Buffer(owner) is { IsOutput: true } ? [.. _output] : _arena.AsSpan(Place(Buffer(owner)).Start, Place(Buffer(owner)).Length).ToArray(),
        };
    }

    private BufferPlan Buffer(NodeId value) => _program.Buffers.Single(b => b.Value == value);

    private (int Start, int Length) Place(BufferPlan b) =>
        b.Unit == Dim.Batch ? (_program.Fixed + b.Offset * _feed.Size, b.Width * _feed.Size) : (b.Offset, b.Width);

    private static double[] Poisoned(int length)
    {
        var values = new double[length];
        Array.Fill(values, double.NaN);
        return values;
    }
}
