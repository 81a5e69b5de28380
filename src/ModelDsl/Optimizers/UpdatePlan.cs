using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>A run of the parameter block that is updated alike; one tensor, where the optimizer takes whole ones; a table of which only touched rows are.</summary>
internal sealed record UpdateSegment(int Start, int End, bool Decayed, double RateFactor, double? WeightDecay, IOptimizer Optimizer, ParameterInfo? Tensor, TouchedRows? Touched)
{
    /// <summary>Whether parameters that follow may be updated in the same pass.</summary>
    public bool GoesOnWith(UpdateSegment next) =>
        Tensor is null && next.Tensor is null && Touched == next.Touched && Decayed == next.Decayed && RateFactor == next.RateFactor && WeightDecay == next.WeightDecay && Optimizer.Equals(next.Optimizer);
}

/// <summary>What an update does to each part of the parameter block: computed once from options and table.</summary>
internal sealed class UpdatePlan
{
    private readonly UpdateSegment[] _segments;
    private readonly ParameterInfo[] _frozen;

    public UpdatePlan(ModelInfo info, IOptimizer optimizer, IReadOnlyList<ParameterGroup> groups)
    {
        ParameterInfo[] trained = Array.FindAll(info.Parameters, p => p.Trainable);
        Array.Sort(trained, (a, b) => a.Offset.CompareTo(b.Offset));
        RequireUsed(info, trained, groups);
        Ranges = new TrainedRanges(info.DenseLength, Array.ConvertAll(Array.FindAll(trained, p => p.RowsOf >= 0), p => new TouchedRows(p)));
        _frozen = Array.FindAll(trained, p => Group(p, groups) is { Frozen: true });
        ParameterInfo[] updated = Array.FindAll(trained, p => Group(p, groups) is not { Frozen: true });
        _segments = Merged(Array.ConvertAll(updated, p => Segment(p, optimizer, Group(p, groups), Array.Find(Ranges.Touched, t => t.Table == p))));
        StateSlots = optimizer.StateSlots;
        foreach (UpdateSegment segment in _segments) StateSlots = Math.Max(StateSlots, segment.Optimizer.StateSlots);
    }

    /// <summary>What the next update changes.</summary>
    public TrainedRanges Ranges { get; }

    public IReadOnlyList<UpdateSegment> Segments => _segments;

    /// <summary>As many as the most demanding optimizer takes.</summary>
    public int StateSlots { get; }

    /// <summary>Updates one share. Results do not depend on how many there are: what is not elementwise is in one share.</summary>
    public void Update<T>(AlignedMemory<T> parameters, AlignedMemory<T> gradients, OptimizerState<T> state, double factor, Part part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A share is whole cache lines, so that no two threads write to one.
        (int first, int last) = part.Of(Ranges.Dense, grain: 64);
        for (int i = 0; i < _segments.Length; i++)
        {
            UpdateSegment s = _segments[i];
            if (s.Touched is { } touched)
            {
                (int from, int to) = part.Of(touched.Rows.Length);
                foreach (int row in touched.Rows[from..to]) s.Optimizer.Update(new ParameterUpdate<T>(parameters, gradients, state, s, factor, touched.Range(row), part.Index));
                continue;
            }

            (int Start, int End) range = s.Tensor is null ? (Math.Max(s.Start, first), Math.Min(s.End, last)) : part.Owns(i) ? (s.Start, s.End) : (0, 0);
            if (range.Start < range.End) s.Optimizer.Update(new ParameterUpdate<T>(parameters, gradients, state, s, factor, range, part.Index));
        }
    }

    /// <summary>Gradients of frozen parameters become 0.</summary>
    public void Freeze<T>(AlignedMemory<T> gradients) where T : unmanaged
    {
        foreach (ParameterInfo p in _frozen) gradients.Span.Slice(p.Offset, p.Length).Clear();
    }

    private static ParameterGroup? Group(ParameterInfo p, IReadOnlyList<ParameterGroup> groups) => groups.FirstOrDefault(g => g.Contains(p));

    private static UpdateSegment Segment(ParameterInfo p, IOptimizer trainers, ParameterGroup? group, TouchedRows? touched)
    {
        IOptimizer optimizer = group?.Optimizer ?? trainers;
        if (optimizer.WholeTensors && touched is not null)
            throw new ArgumentException($"{optimizer.GetType().Name} updates whole tensors, and a step touches only rows of {p.Name}: leave out Sparse, or give it a ParameterGroup with another optimizer.", nameof(optimizer));
        return new(p.Offset, p.Offset + p.Length, p.Decay, group?.LearningRateFactor ?? 1, group?.WeightDecay, optimizer, optimizer.WholeTensors ? p : null, touched);
    }

    /// <summary>Neighbours that are updated alike become one, the padding between them included.</summary>
    private static UpdateSegment[] Merged(UpdateSegment[] segments)
    {
        var merged = new List<UpdateSegment>();
        foreach (UpdateSegment segment in segments)
        {
            if (merged.Count > 0 && merged[^1].GoesOnWith(segment)) merged[^1] = merged[^1] with { End = segment.End };
            else merged.Add(segment);
        }
        return [.. merged];
    }

    private static void RequireUsed(ModelInfo info, ParameterInfo[] trained, IReadOnlyList<ParameterGroup> groups)
    {
        foreach (ParameterGroup group in groups)
        {
            group.Validate();
            if (!trained.Any(p => Group(p, groups) == group))
                throw new ArgumentException($"The parameter group '{group.Pattern}' has no parameter of {info.Name}: none is so named, or groups before it have them all. Trained are {string.Join(", ", trained.Select(p => p.Name))}.", nameof(TrainerOptions.Groups));
        }
    }
}
