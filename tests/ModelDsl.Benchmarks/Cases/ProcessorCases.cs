using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>What the processor can do at most, from registers alone: the floor that a step's time is compared with.</summary>
internal static class ProcessorCases
{
    private const int Repetitions = 100_000;

    /// <summary>Lines of 256 KB, which a second-level cache holds.</summary>
    private const int HandedOver = 4096;

    /// <summary>One multiply-add of floats.</summary>
    public static Case MultiplyAdd { get; } = new("processor-multiply-add", "one multiply-add, 12 vectors in flight", () => PerElement(new MultiplyAdds(), 12), 2);

    /// <summary>A cache line to another processor and back: 0.1 µs where both have one last-level cache, several times that where not. What two threads gain depends on it.</summary>
    public static Case RoundTrip { get; } = new("processor-round-trip", "a cache line to the other processor and back", () => Trips(0));

    /// <summary>What it costs that a thread reads what another writes, step after step. To read a line takes the smaller part: to write it again, the other's copy must go.</summary>
    public static Case HandOver { get; } = new("processor-hand-over", "a line of 256 KB, written by one processor and read by the other", () => Trips(HandedOver) / HandedOver);

    public static IEnumerable<Case> All => [MultiplyAdd, RoundTrip, HandOver, .. TrainingCase.All.Where(t => t.Updated > 0).Select(Update)];

    /// <summary>What an optimizer of Adam's kind cannot do without for each parameter: four numbers read, three written, a square root and a division.</summary>
    public static Case Update(TrainingCase training) => new($"processor-update-{training.Name}", $"a pass over the {training.Updated:N0} parameters of {training.Name}: 28 bytes, a square root and a division each", () =>
    {
        var pass = new Pass(training.Updated);
        return Rounds.Measure(() => Lanes.Run<float, Pass>(ref pass));
    });

    /// <summary>Seconds until the other processor has seen a change and this one its answer, where this one writes so many lines before and the other reads them.</summary>
    private static double Trips(int lines)
    {
        const int Line = 64 / sizeof(long);
        AlignedMemory<long> line = new(2 * Line), block = new(lines * Line);
        bool isOver = false;
        long sum = 0;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
                if (Volatile.Read(ref line.Span[0]) == 1)
                {
                    Span<long> read = block.Span;
                    for (int i = 0; i < read.Length; i += Line) sum += read[i];
                    Volatile.Write(ref line.Span[0], 0);
                }
        }) { IsBackground = true };
        other.Start();
        double seconds = Rounds.Measure(() =>
        {
            block.Span.Fill(sum);
            Volatile.Write(ref line.Span[0], 1);
            while (Volatile.Read(ref line.Span[0]) != 0) { }
        });
        Volatile.Write(ref isOver, true);
        other.Join();
        return seconds;
    }

    private static double PerElement<TAction>(TAction action, int vectors) where TAction : struct, ILaneAction<float> =>
        Rounds.Measure(() => Lanes.Run<float, TAction>(ref action)) / ((double)Repetitions * vectors * Lanes.Width);

    private struct MultiplyAdds : ILaneAction<float>
    {
        public float Result;

        public void Run<V>() where V : struct, ILanes<V, float>
        {
            V x = V.Broadcast(0.999f), y = V.Broadcast(0.001f);
            V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero, s6 = V.Zero, s7 = V.Zero, s8 = V.Zero, s9 = V.Zero, s10 = V.Zero, s11 = V.Zero;
            for (int i = 0; i < Repetitions; i++)
            {
                s0 = V.MultiplyAdd(s0, x, y);
                s1 = V.MultiplyAdd(s1, x, y);
                s2 = V.MultiplyAdd(s2, x, y);
                s3 = V.MultiplyAdd(s3, x, y);
                s4 = V.MultiplyAdd(s4, x, y);
                s5 = V.MultiplyAdd(s5, x, y);
                s6 = V.MultiplyAdd(s6, x, y);
                s7 = V.MultiplyAdd(s7, x, y);
                s8 = V.MultiplyAdd(s8, x, y);
                s9 = V.MultiplyAdd(s9, x, y);
                s10 = V.MultiplyAdd(s10, x, y);
                s11 = V.MultiplyAdd(s11, x, y);
            }
            Result = V.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
        }
    }

    private struct Pass(int count) : ILaneAction<float>
    {
        private readonly AlignedMemory<float> _w = new(count), _g = new(count), _m = new(count), _v = new(count);

        public readonly void Run<V>() where V : struct, ILanes<V, float>
        {
            Span<float> w = _w.Span, g = _g.Span, m = _m.Span, v = _v.Span;
            V one = V.Broadcast(1f);
            for (int i = 0; i < count; i += V.Count)
            {
                V x = V.Load(g, i), first = V.Load(m, i) + x, second = V.Load(v, i) + x;
                V.Store(m, i, first);
                V.Store(v, i, second);
                V.Store(w, i, V.Load(w, i) - first / (V.Sqrt(second) + one));
            }
        }
    }
}
