using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// A product's left operand that is a view of another value: its rows and columns lie at places that a few numbers describe, so the product reads it where it is and the
/// view is never stored. So convolutions multiply the windows of an image without writing them down.
/// </summary>
/// <param name="View">The view, under a reshape and perhaps a transpose.</param>
/// <param name="Source">What it is a view of.</param>
/// <param name="Start">Elements from the source's first to the operand's first.</param>
/// <param name="Rows">Digits of a row's number, the outermost first, and the elements from one value to the next.</param>
/// <param name="Columns">Those of a column's.</param>
internal sealed record Windows(NodeId View, NodeId Source, int Start, EquatableArray<(int Count, int Stride)> Rows, EquatableArray<(int Count, int Stride)> Columns)
{
    /// <summary>The runtime takes a number apart into at most so many digits.</summary>
    private const int MostDigits = 3;

    /// <summary>Columns that follow each other at one distance, at least: between them the product looks up where the next are.</summary>
    private const int ShortestRun = 3;

    /// <summary>The left operand of one product of matrices, if it is such a view.</summary>
    public static Windows? Of(GraphArena arena, Node product)
    {
        if (product.Op is not MatMul || !product.Shape.Matrices.IsOne) return null;
        NodeId id = product.Inputs[0];
        bool isTurned = arena[id].Op is Transpose;
        if (isTurned) id = arena[id].Inputs[0];
        Shape matrix = arena[id].Shape;
        id = Values.Owner(arena, id);
        if (arena[id].Op is not Graph.View view || matrix.Rank != 2) return null;
        Shape x = arena[arena[id].Inputs[0]].Shape, y = view.Shape;
        if (!view.IsInside(x) || Strides(view, x) is not { } strides || Split(y, matrix) is not { } split) return null;
        EquatableArray<(int, int)> rows = Digits(y, strides, 0, split), columns = Digits(y, strides, split, y.Rank);
        if (isTurned) (rows, columns) = (columns, rows);
        if (rows.Count > MostDigits || columns.Count > MostDigits || columns[columns.Count - 1].Item1 < ShortestRun) return null;
        int start = 0;
        for (int k = 0; k < x.Rank; k++) start += view.Axes[k].Start.Factor * x.Stride(k).Factor;
        return new Windows(id, arena[id].Inputs[0], start, rows, columns);
    }

    /// <summary>The same, where the kernel reads the source: the view was not stored.</summary>
    public static Windows? ReadBy(Kernel kernel, GraphArena arena, Node product) =>
        Of(arena, product) is { } windows && !kernel.Loads.Any(load => load != windows.Source && Values.Owner(arena, load) == windows.View) ? windows : null;

    /// <summary>Elements of x from one position of y to the next, along each axis; null where they are not known yet, or lead back.</summary>
    private static int[]? Strides(View view, Shape x)
    {
        var strides = new int[view.Shape.Rank];
        for (int k = 0; k < x.Rank; k++)
        {
            AxisMap map = view.Axes[k];
            if (map.IsFixed && map.Start == 0) continue;
            if (!map.Start.IsConstant || !x.Stride(k).IsConstant) return null;
            foreach (int axis in map.Axes) strides[axis] += map.Steps[axis] * x.Stride(k).Factor;
        }

        return strides.Any(s => s < 0) ? null : strides;
    }

    /// <summary>The axis of y at which columns begin; null where none does, or where a size but the first is not a number.</summary>
    private static int? Split(Shape y, Shape matrix)
    {
        for (int axis = 1; axis < y.Rank; axis++)
            if (!y.Dims[axis].IsConstant) return null;
        for (int axis = y.Rank - 1, columns = 1; axis > 0; axis--)
        {
            columns *= y.Dims[axis].Factor;
            if (matrix.Last == columns) return axis;
        }

        return null;
    }

    /// <summary>Axes of which one goes on where the other ends are one. The count of the first axis of all may be the batch; it is not asked for.</summary>
    private static EquatableArray<(int, int)> Digits(Shape y, int[] strides, int from, int end)
    {
        List<(int Count, int Stride)> digits = [];
        for (int axis = end - 1; axis >= from; axis--)
        {
            int count = y.Dims[axis].IsConstant ? y.Dims[axis].Factor : int.MaxValue;
            if (count == 1) continue;
            if (digits.Count > 0 && digits[0].Count < int.MaxValue && strides[axis] == digits[0].Count * digits[0].Stride) digits[0] = (count == int.MaxValue ? count : count * digits[0].Count, digits[0].Stride);
            else digits.Insert(0, (count, strides[axis]));
        }

        return digits.Count == 0 ? new EquatableArray<(int, int)>([(1, 0)]) : digits.ToEquatableArray();
    }

    /// <summary>The views that no kernel has to store: all that reads them are products that read them as windows. With them, the reshapes on the way.</summary>
    public static NodeSet NeverStored(GraphArena arena, IReadOnlyList<Store> roots, NodeSet reachable)
    {
        var never = new NodeSet(arena.Count);
        HashSet<NodeId> asked = [.. roots.Select(r => r.Value)];
        ILookup<NodeId, NodeId>? readers = null;
        foreach (NodeId id in reachable)
        {
            if (Of(arena, arena[id]) is not { } windows || never.Contains(windows.View)) continue;
            readers ??= reachable.SelectMany(reader => arena[reader].Inputs.Select((input, i) => (input, reader, i))).ToLookup(e => e.input, e => e.reader);
            if (IsRead(windows.View)) Add(windows.View);
        }

        return never;

        bool IsRead(NodeId id) => !asked.Contains(id) && readers[id].All(reader => arena[reader].Op switch
        {
            MatMul => arena[reader].Inputs[1] != id && Of(arena, arena[reader]) is not null,
            Reshape or Transpose => IsRead(reader),
            _ => false,
        });

        void Add(NodeId id)
        {
            never.Add(id);
            foreach (NodeId reader in readers![id])
                if (arena[reader].Op is Reshape) Add(reader);
        }
    }
}
