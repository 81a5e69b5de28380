using System.Globalization;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>
/// How kernels read through views. A row of a kernel's domain is taken apart into positions along the axes; from these come, once for each row, the run
/// that a view reads, or the place from which another view gathers.
/// </summary>
internal static class ViewWriter
{
    /// <summary>The statements at the start of a row: positions along axes, then what the given views read, and where what is assembled goes.</summary>
    public static void WriteRows(CodeWriter writer, KernelSource source, IReadOnlyCollection<NodeId> views, IReadOnlyCollection<NodeId> assembled)
    {
        foreach ((Shape shape, int axis) in Needed(source, views, assembled).Distinct()) writer.Line($"int {Name(shape, axis)} = {Along(shape, axis, Row(source, shape))};");
        foreach (NodeId id in views)
        {
            View view = (View)source.Arena[id].Op;
            NodeId input = source.Arena[id].Inputs[0];
            Shape x = source.Arena[input].Shape;
            int gathered = Gathered(view, x);
            string at = source.OffsetOf(id) is { } offset ? $"{At(view.WithoutOffset(x)!.Value.View, x, gathered)} + {offset}" : At(view, x, gathered);
            if (gathered >= 0)
            {
                writer.Line($"int {source.Names[id]}_at = {at}, {source.Names[id]}_from = {Dividend(view, gathered)};");
                continue;
            }

            string length = KernelSource.Text(view.Shape.Last);
            writer.Line(Conditions(view, x, gathered).Any()
                ? $"var {source.Names[id]}_row = {RuntimeNames.Views}.Row({source.Names[input]}, {at}, {length}, {Literals.Real(view.Fill, source.Scalar)});"
                : $"var {source.Names[id]}_row = {source.Names[input]}.Slice({at}, {length});");
        }

        foreach ((Store store, External span) in source.Stores().Where(s => assembled.Contains(s.Store.Value)))
            for (int k = 0; k < ((Assemble)source.Arena[store.Value].Op).Places.Count; k++) WritePlace(writer, source, store.Value, span.Name, k);
    }

    /// <summary>The row that a part's row goes to; nothing where that is outside.</summary>
    private static void WritePlace(CodeWriter writer, KernelSource source, NodeId id, string span, int k)
    {
        (View places, Shape y) = Places(source, id, k);
        string at = At(places, y, y.Rank - 1), row = $"{span}.Slice({{0}}, {KernelSource.Text(y.Last)})", name = Place(span, k);
        writer.Line(IsInside(places, y)
            ? $"var {name} = {string.Format(CultureInfo.InvariantCulture, row, at)};"
            : $"int {name}_at = {at};\nvar {name} = {name}_at < 0 ? default : {string.Format(CultureInfo.InvariantCulture, row, name + "_at")};");
    }

    /// <summary>The row of what is assembled that part k's row goes to.</summary>
    public static string Place(string span, int k) => $"{span}_place{Text(k)}";

    /// <summary>Whether all of part k has a place.</summary>
    public static bool HasPlaces(KernelSource source, NodeId id, int k) => Places(source, id, k) is var (places, y) && IsInside(places, y);

    private static bool IsInside(View places, Shape y) => !Conditions(places, y, y.Rank - 1).Any();

    /// <summary>What is assembled, seen from part k.</summary>
    private static (View Places, Shape Y) Places(KernelSource source, NodeId id, int k)
    {
        Node node = source.Arena[id];
        return (new View(source.Arena[node.Inputs[k]].Shape, ((Assemble)node.Op).Places[k]), node.Shape);
    }

    /// <summary>The lanes of a view at a column.</summary>
    public static string Load(KernelSource source, NodeId id, View view)
    {
        NodeId input = source.Arena[id].Inputs[0];
        Shape x = source.Arena[input].Shape;
        int axis = Gathered(view, x);
        string fill = Literals.Real(view.Fill, source.Scalar), column = view.Shape.Last.IsOne ? "0" : "column";
        if (axis >= 0)
        {
            AxisMap map = view.Axes[axis];
            string arguments = $"{source.Names[id]}_at, {source.Names[id]}_from, {Text(map.Steps[view.Shape.Rank - 1])}, {Text(map.Divisor)}, {KernelSource.Text(x.Dims[axis])}, "
                + $"{KernelSource.Text(x.Stride(axis))}, {column}, {KernelSource.Text(view.Shape.Last)}, {fill}";
            return Whole(source, view, $"{RuntimeNames.Views}.Gather<V, {source.Scalar.Name}>({source.Names[input]}, {arguments})");
        }

        return Whole(source, view, $"V.{(view.Shape.Last == source.Kernel.Columns ? source.LoadName : "Load")}({source.Names[id]}_row, {column})");
    }

    /// <summary>The statement that copies a row where all that a kernel does is to store a view whose rows are runs with something before or behind: what is padded.</summary>
    public static string? Run(KernelSource source)
    {
        if (source.Kernel.Kind != KernelKind.Map || source.Kernel.Body.Count != 1 || source.Kernel.Stores.Count != 1 || source.Arena[source.Kernel.Body[0]].Op is not View view) return null;
        NodeId id = source.Kernel.Body[0], input = source.Arena[id].Inputs[0];
        Shape x = source.Arena[input].Shape;
        int axis = Gathered(view, x);
        if (axis < 0 || view.Axes[axis].Divisor != 1 || view.Axes[axis].Steps[view.Shape.Rank - 1] != 1 || !x.Stride(axis).IsOne || view.Shape.Last.IsOne) return null;
        return $"{RuntimeNames.Views}.Copy({source.Names[input]}, {source.Names[id]}_at, {source.Names[id]}_from, {KernelSource.Text(x.Dims[axis])}, {source.Stores().Single().Span.Name}_r, {Literals.Real(view.Fill, source.Scalar)});";
    }

    /// <summary>The lanes of a position.</summary>
    public static string Lanes(KernelSource source, NodeId id, Position p)
    {
        if (p.Shape.Dims[p.Axis].IsOne) return "V.Zero";
        return p.Axis == p.Shape.Rank - 1 ? $"(V.Broadcast(column) + V.Iota)" : $"V.Broadcast({Name(p.Shape, p.Axis)})";
    }

    /// <summary>One element for a whole row goes to all lanes.</summary>
    private static string Whole(KernelSource source, View view, string lanes) =>
        view.Shape.Last.IsOne && !source.Kernel.Columns.IsOne ? $"V.Broadcast(V.First({lanes}))" : lanes;

    /// <summary>The axis of x that depends on y's last one, −1 where a row of y is a run of x.</summary>
    public static int Gathered(View view, Shape x) =>
        view.IsOfRuns(x) ? -1 : Enumerable.Range(0, x.Rank).Where(k => view.Axes[k].Steps[view.Shape.Rank - 1] != 0).DefaultIfEmpty(x.Rank - 1).First();

    private static IEnumerable<(Shape Shape, int Axis)> Needed(KernelSource source, IEnumerable<NodeId> views, IEnumerable<NodeId> assembled)
    {
        foreach (NodeId id in assembled)
        {
            Shape part = source.Arena[source.Arena[id].Inputs[0]].Shape;
            foreach (int axis in ((Assemble)source.Arena[id].Op).Places.SelectMany(p => p).SelectMany(a => a.Axes))
                if (axis < part.Rank - 1) yield return (Outer(part), axis);
        }

        foreach (NodeId id in views)
        {
            View view = (View)source.Arena[id].Op;
            foreach (int axis in view.Axes.SelectMany(a => a.Axes))
                if (axis < view.Shape.Rank - 1) yield return (Outer(view.Shape), axis);
        }

        foreach (NodeId id in source.Kernel.Body)
            if (source.Arena[id].Op is Position p && p.Axis < p.Shape.Rank - 1 && !p.Shape.Dims[p.Axis].IsOne) yield return (Outer(p.Shape), p.Axis);
    }

    /// <summary>The axes that a row's number runs over.</summary>
    private static Shape Outer(Shape shape) => shape.WithLast(1);

    private static string Row(KernelSource source, Shape shape) => shape.Rows == source.Kernel.Rows ? "row" : "0";

    /// <summary>What a position is called; equal axes of equal shapes have one name.</summary>
    public static string Name(Shape shape, int axis) => $"at{axis.ToString(CultureInfo.InvariantCulture)}_{string.Join("_", shape.Dims.Take(shape.Rank - 1).Select(d => d.Identifier))}";

    /// <summary>The position along an axis of the given row.</summary>
    private static string Along(Shape shape, int axis, string row)
    {
        string stride = Factor(shape.WithLast(1).Stride(axis));
        string text = stride == "1" ? row : $"{row} / {stride}";
        return axis == 0 || row == "0" ? text : $"{text} % {Factor(shape.Dims[axis])}";
    }

    public static string At(View view, Shape x, int gathered)
    {
        List<string> terms = [];
        for (int k = 0; k < x.Rank; k++)
        {
            string index = Index(view, k), stride = Factor(x.Stride(k));
            if (k != gathered && index != "0") terms.Add(stride == "1" ? index : $"{Within(index)} * {stride}");
        }

        string at = terms.Count == 0 ? "0" : string.Join(" + ", terms), conditions = string.Join(" && ", Conditions(view, x, gathered));
        return conditions == "" ? at : $"{conditions} ? {at} : -1";
    }

    /// <summary>What must hold for a row to be anywhere in x.</summary>
    private static IEnumerable<string> Conditions(View view, Shape x, int gathered)
    {
        for (int k = 0; k < x.Rank; k++)
        {
            AxisMap map = view.Axes[k];
            if (k == gathered) continue;
            if (map.Divisor != 1) yield return $"{Within(Dividend(view, k))} % {Text(map.Divisor)} == 0";
            if (!map.IsInside(x.Dims[k], view.Shape)) yield return $"(uint)({Index(view, k)}) < {Factor(x.Dims[k])}";
        }
    }

    /// <summary>The position along an axis of x.</summary>
    private static string Index(View view, int k) => view.Axes[k].Divisor is var divisor and not 1 ? $"{Within(Dividend(view, k))} / {Text(divisor)}" : Dividend(view, k);

    /// <summary>Start + Σ step · position, without y's last axis.</summary>
    public static string Dividend(View view, int k)
    {
        AxisMap map = view.Axes[k];
        var text = new System.Text.StringBuilder();
        foreach (int axis in map.Axes.Where(a => a < view.Shape.Rank - 1))
        {
            int step = map.Steps[axis];
            text.Append(text.Length == 0 ? step < 0 ? "-" : "" : step < 0 ? " - " : " + ");
            if (Math.Abs(step) != 1) text.Append(Text(Math.Abs(step))).Append(" * ");
            text.Append(Name(view.Shape, axis));
        }

        if (text.Length == 0) return KernelSource.Text(map.Start);
        return map.Start == 0 ? text.ToString() : $"{text} {(map.Start.Factor < 0 ? "-" : "+")} {KernelSource.Text(map.Start.Factor < 0 ? -map.Start : map.Start)}";
    }

    public static string Factor(Dim dim) => dim is { Factor: 1, Extent.Terms.Count: > 1 } ? KernelSource.Text(dim) : Within(KernelSource.Text(dim));

    private static string Within(string text) => text.Contains(' ') ? $"({text})" : text;

    public static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
