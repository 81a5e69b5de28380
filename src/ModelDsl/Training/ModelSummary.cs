using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>A model as a table.</summary>
public static class ModelSummary
{
    private static readonly string[] Header = ["layer", "kind", "output", "parameters", "FLOPs"];

    /// <summary>Layers, output shapes, parameters and floating-point operations of a sample's forward pass, and the bytes that training needs.</summary>
    /// <param name="info">The model, for example <c>Mnist.Info</c>.</param>
    /// <param name="batchSize">Samples in a batch, for the bytes; at least 1.</param>
    /// <returns>Lines that end with a line feed, numbers with thousands separators.</returns>
    public static string Summary(this ModelInfo info, int batchSize = 32)
    {
        ArgumentNullException.ThrowIfNull(info);
        Hyperparameter.Positive(batchSize);
        string[][] rows = [Header, .. info.Inputs.Select(i => Input(info, i)), .. info.Layers.Select(l => Row(info, l))];
        int[] widths = [.. Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder(Text($"{info.Name}, {Scalar(info)}, loss {Loss(info)}\n"));
        foreach (string[] row in rows) text.Append(Line(row, widths)).Append('\n');
        return text.Append(Totals(info, batchSize)).ToString();
    }

    private static string[] Input(ModelInfo info, InputInfo i) =>
        [info.Inputs.Length == 1 ? "input" : i.Name, i.Classes > 0 ? Text($"{i.Classes:N0} classes") : "", Shape(info, i.Shape), "", ""];

    private static string[] Row(ModelInfo info, LayerInfo l) => [l.Name, l.Kind, Shape(info, l.Output), Text($"{l.Parameters:N0}"), l.FlopsFormula ?? Text($"{l.Flops:N0}")];

    /// <summary>Words to the left, numbers to the right.</summary>
    private static string Line(string[] row, int[] widths) =>
        string.Join("  ", row.Select((cell, i) => i < 3 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd();

    private static string Totals(ModelInfo info, int batchSize)
    {
        int size = info.Scalar == ModelDsl.Scalar.Double ? sizeof(double) : sizeof(float);
        long arena = (info.Training.Fixed + (long)info.Training.PerRow * batchSize) * size;
        string flops = info.Sizes.Length > 0 ? "" : Text($", FLOPs {info.Layers.Sum(l => l.Flops):N0} a sample");
        string regions = string.Concat((info.Training.Regions ?? []).Select(r => Text($" + {(long)r.Length * size * (r.IsPerRow ? batchSize : 1):N0}·{info.Sizes[r.Size].Name}")));
        return Text($"parameters {info.ParameterCount:N0}{flops}\n") +
            Text($"bytes: parameters {(long)info.BlockLength * size:N0}, training arena {arena:N0}{regions} at batch {batchSize:N0}\n");
    }

    private static string Loss(ModelInfo info) =>
        string.Join(" + ", info.Outputs.Where(o => o.Loss is not null).Select(o => (o.Weight == 1 ? "" : Text($"{o.Weight}·")) + o.Loss + (o.Weighted ? " of weighted samples" : "")));

    private static string Scalar(ModelInfo info) => info.Scalar == ModelDsl.Scalar.Double ? "double" : "float";

    private static string Shape(ModelInfo info, int[] shape) => $"({string.Join(", ", shape.Select(d => d < 0 ? info.Sizes[~d].Name : Text($"{d}")))})";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
