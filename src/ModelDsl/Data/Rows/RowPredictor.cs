using System.Buffers;
using System.Globalization;
using System.Text;
using ModelDsl.Checkpoints;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>A trained model and the encoder of its rows, as one: raw row in, label out. It never changes, so threads may share it; a prediction allocates nothing.</summary>
/// <typeparam name="TModel">The model's class.</typeparam>
/// <typeparam name="TRow">A type with <see cref="RowAttribute"/>.</typeparam>
/// <typeparam name="TLabel">The type of its label.</typeparam>
public sealed class RowPredictor<TModel, TRow, TLabel>
    where TModel : class, IModel<TModel>
    where TRow : IRow<TRow, TLabel>
{
    /// <summary>Keys of the file's metadata.</summary>
    private const string EncoderKey = "row_encoder", ChecksumKey = "row_encoder_crc32c";

    internal RowPredictor(TModel model, RowEncoder<TRow, TLabel> encoder)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireFit(TModel.Info, TRow.Row);
        (Model, Encoder) = (model, encoder);
    }

    /// <summary>The model.</summary>
    public TModel Model { get; }

    /// <summary>The encoder.</summary>
    public RowEncoder<TRow, TLabel> Encoder { get; }

    /// <summary>The label that the model expects: true where that has at least half of the probability, the most probable class, or a value.</summary>
    /// <param name="row">The row; its own label is not looked at.</param>
    /// <exception cref="ArgumentException">The row breaks what its type declares; the message names the property.</exception>
    public TLabel Predict(TRow row)
    {
        (int index, double value) = Run(row, Best);
        return TRow.Row.Label.Kind == RowLabelKind.Number ? Encoder.Unscaled(value) : TRow.ToLabel(index);
    }

    /// <summary>The probability that a bool label is true; of a class, that of the most probable one.</summary>
    /// <inheritdoc cref="Probability(TRow, TLabel)"/>
    public float Probability(TRow row) => (float)Run(row, RequireClasses() == RowLabelKind.Boolean ? 1 : Best).Value;

    /// <summary>The probability of a label.</summary>
    /// <param name="row">The row; its own label is not looked at.</param>
    /// <param name="label">One of the classes.</param>
    /// <exception cref="ArgumentException">The row breaks what its type declares, or the label is none of the classes.</exception>
    /// <exception cref="InvalidOperationException">The labels are values.</exception>
    public float Probability(TRow row, TLabel label)
    {
        int classes = RequireClasses() == RowLabelKind.Boolean ? 2 : TModel.OutputSize, index = (int)TRow.FromLabel(label);
        return (uint)index < (uint)classes ? (float)Run(row, index).Value : throw new ArgumentException($"{label} is none of the {classes} classes of {TModel.Info.Name}.", nameof(label));
    }

    /// <summary>Writes model and encoder as one safetensors file: to a temporary beside it, then renamed over it. <c>TModel.Load</c> reads it too, without the encoder.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    public void Save(string path)
    {
        string json = Encoder.ToJson();
        Model.SaveWith(path, new Dictionary<string, string> { [EncoderKey] = json, [ChecksumKey] = Checksum(json) });
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">The file is damaged, or holds another model or rows that declare other properties.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static RowPredictor<TModel, TRow, TLabel> Load(string path)
    {
        IReadOnlyDictionary<string, string> metadata = SafeTensors.ReadMetadata(path);
        if (!metadata.TryGetValue(EncoderKey, out string? json)) throw new ModelFormatException($"{path}: holds no encoder of rows; a predictor's Save writes one, a model's does not.");
        if (metadata.GetValueOrDefault(ChecksumKey) != Checksum(json)) throw new ModelFormatException($"{path}: the encoder of rows is damaged: its checksum differs.");
        try
        {
            return new(TModel.Load(path), RowEncoder<TRow, TLabel>.FromJson(json));
        }
        catch (ModelFormatException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new ModelFormatException($"{path}: {e.Message}.", e);
        }
    }

    private const int Best = -1;

    /// <summary>An output and its index; the probability of false is what is left by that of true.</summary>
    private (int Index, double Value) Run(TRow row, int index)
    {
        int width = Encoder.Width, outputs = TModel.OutputSize;
        double[] buffer = ArrayPool<double>.Shared.Rent(width + outputs);
        try
        {
            Span<double> x = buffer.AsSpan(0, width), y = buffer.AsSpan(width, outputs);
            Encoder.Encode(row, x);
            Model.PredictInDouble(x, y);
            if (TRow.Row.Label.Kind == RowLabelKind.Boolean)
            {
                if (index == Best) index = y[0] >= 0.5 ? 1 : 0;
                return (index, index == 1 ? y[0] : 1 - y[0]);
            }
            if (index == Best) index = Greatest(y);
            return (index, y[index]);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    private static int Greatest(ReadOnlySpan<double> y)
    {
        int best = 0;
        for (int i = 1; i < y.Length; i++)
            if (y[i] > y[best]) best = i;
        return best;
    }

    private static RowLabelKind RequireClasses() => TRow.Row.Label.Kind is var kind and not RowLabelKind.Number ? kind
        : throw new InvalidOperationException($"The label {TRow.Row.Label.Name} is a value, which has no probability.");

    private static void RequireFit(ModelInfo model, RowInfo row)
    {
        if (model.Inputs is not [{ Classes: 0 } input] || input.Size != row.Width)
            throw new ArgumentException($"{model.Name} does not take encoded rows of {row.Name}, which are one input of {row.Width} values: declare [Input(typeof({row.Name}))].", nameof(model));
        int classes = row.Label.Members.Length;
        (bool fits, string cure) = row.Label.Kind switch
        {
            RowLabelKind.Boolean => (model.Loss is Loss.BinaryCrossEntropy or Loss.BinaryFocal && model.OutputSize == 1, $"one output with {nameof(Loss)}.{nameof(Loss.BinaryCrossEntropy)}"),
            RowLabelKind.Class => (model.TargetIsClass && model.TargetSize == 1 && (classes == 0 || model.OutputSize == classes),
                $"an output for each {(classes == 0 ? "class" : $"of the {classes} classes")} with {nameof(Loss)}.{nameof(Loss.SparseCrossEntropy)}"),
            _ => (!model.TargetIsClass && model.OutputSize == 1, "one output with a loss on values"),
        };
        if (!fits || model.Outputs.Length != 1)
            throw new ArgumentException($"{model.Name} does not predict {row.Label.Name} of {row.Name}, which takes {cure}; it has {model.Outputs.Length} outputs, the first ({string.Join(", ", model.OutputShape)}) with {nameof(Loss)}.{model.Loss}.", nameof(model));
    }

    private static string Checksum(string text)
    {
        var crc = new Crc32C();
        crc.Append(Encoding.UTF8.GetBytes(text));
        return crc.Value.ToString("x8", CultureInfo.InvariantCulture);
    }
}
