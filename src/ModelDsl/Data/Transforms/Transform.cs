using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelDsl.Checkpoints;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>
/// A preparation of samples that has learned what it needs from training data, and then does the same to any others: fit on the training part alone, apply to all parts, and to
/// what the model predicts. Computes in double. It never changes, so threads may share it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Scaler), "scaler"), JsonDerivedType(typeof(Clipper), "clipper"), JsonDerivedType(typeof(Normalizer), "normalizer"), JsonDerivedType(typeof(Imputer), "imputer")]
[JsonDerivedType(typeof(OneHotEncoder), "onehot"), JsonDerivedType(typeof(OrdinalEncoder), "ordinal"), JsonDerivedType(typeof(HashingEncoder), "hashing"), JsonDerivedType(typeof(Pipeline), "pipeline")]
[JsonDerivedType(typeof(RandomFourierFeatures), "fourier"), JsonDerivedType(typeof(FeatureSelector), "selector")]
public abstract class Transform
{
    private const int ChunkRows = 256;

    private protected Transform(string? on, int inputWidth, int outputWidth)
    {
        Require(inputWidth > 0 && outputWidth > 0, "a row has no values");
        (On, InputWidth, OutputWidth) = (on, inputWidth, outputWidth);
    }

    /// <summary>The data set's input or target that it is for; null for the features, the first input.</summary>
    public string? On { get; }

    /// <summary>Values in a row that it takes.</summary>
    public int InputWidth { get; }

    /// <summary>Values in a row that it gives.</summary>
    [JsonIgnore]
    public int OutputWidth { get; }

    /// <summary>Whether <see cref="Invert"/> gives back what was.</summary>
    [JsonIgnore]
    public virtual bool CanInvert => false;

    /// <summary>The samples transformed; all else of the data set stays as it is. Features of class indices become floats.</summary>
    /// <param name="data">Of the widths that it was fitted on.</param>
    /// <exception cref="ArgumentException">It has no such column, another width, or values that the transform does not know.</exception>
    public virtual Dataset Apply(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataColumn column = Selection.Find(data, On);
        if (column.Width != InputWidth) throw new ArgumentException($"The {Name} was fitted on rows of {InputWidth} {column.Name}; these have {column.Width}.", nameof(data));
        DataColumn made = column.Rows is SampleRows<double> ? Run<double>(data, column) : Run<float>(data, column);
        return data.With(column, column.FeatureNames is { } names ? made.WithFeatureNames(Names(names, data.CategoryNames)) : made);
    }

    /// <summary>What the values that it gives are called: <c>port=2</c> for a category's column, <c>age=missing</c> for an indicator; others keep their names. <see cref="Apply(Dataset)"/> gives data sets these.</summary>
    /// <param name="features">The names of those that it takes. (InputWidth)</param>
    /// <param name="categories">Names of categories, which stand there instead of their numbers: <see cref="Dataset.CategoryNames"/>; null for none.</param>
    /// <exception cref="ArgumentException">There are more or fewer names.</exception>
    public string[] Names(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count != InputWidth) throw new ArgumentException($"There are {features.Count} names of {InputWidth} features.", nameof(features));
        return [.. NamesOf(features, categories)];
    }

    /// <summary>Rows transformed. Allocates nothing.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="x">(rows, InputWidth)</param>
    /// <param name="y">(rows, OutputWidth)</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or there are values that the transform does not know.</exception>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, y, InputWidth, OutputWidth, inverse: false);

    /// <summary>What rows were before the transform: predictions of scaled targets, for example.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="y">(rows, OutputWidth)</param>
    /// <param name="x">(rows, InputWidth)</param>
    /// <exception cref="InvalidOperationException">The transform loses what it would take; see <see cref="CanInvert"/>.</exception>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public void Invert<T>(ReadOnlySpan<T> y, Span<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!CanInvert) throw new InvalidOperationException($"The {Name} cannot be undone: it does not keep what that would take.");
        Run(y, x, OutputWidth, InputWidth, inverse: true);
    }

    /// <summary>Everything about it as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TransformJson.Default.Transform);

    /// <summary>The transform of a text that <see cref="ToJson"/> made. Data only: nothing in it chooses types or code beyond the ten transforms.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ModelFormatException">It is not such a text.</exception>
    public static Transform FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return JsonSerializer.Deserialize(json, TransformJson.Default.Transform) ?? throw new ModelFormatException("The text is null, not a transform.");
        }
        // NotSupportedException: the kind is missing. ArgumentException: a constructor's check.
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new ModelFormatException($"Not a transform: {e.Message}", e);
        }
    }

    /// <summary>Writes <see cref="ToJson"/> to a new file and renames it over <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    public void Save(string path) => Storage.WriteAtomically(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is not such a file.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static Transform Load(string path)
    {
        try
        {
            return FromJson(File.ReadAllText(path));
        }
        catch (ModelFormatException e)
        {
            throw new ModelFormatException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>What messages call it.</summary>
    private protected string Name => GetType().Name;

    /// <summary>The names of what is given, of transforms that do not give one value for each.</summary>
    private protected virtual IEnumerable<string> NamesOf(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories) => features;

    /// <summary>One row, or several where a transform has intermediate ones.</summary>
    /// <param name="x">(InputWidth)</param>
    /// <param name="y">(OutputWidth)</param>
    internal abstract void ApplyRow(ReadOnlySpan<double> x, Span<double> y);

    /// <summary>The reverse, of transforms that can.</summary>
    internal virtual void InvertRow(ReadOnlySpan<double> y, Span<double> x) => throw new NotSupportedException();

    /// <summary>Checks what a file says, which may be anything.</summary>
    private protected static void Require(bool holds, string what)
    {
        if (!holds) throw new ArgumentException(what);
    }

    private void Run<T>(ReadOnlySpan<T> from, Span<T> to, int fromWidth, int toWidth, bool inverse) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = from.Length / fromWidth;
        if (rows * fromWidth != from.Length || to.Length != (long)rows * toWidth)
            throw new ArgumentException($"{from.Length} values into {to.Length}: the {Name} makes rows of {toWidth} from rows of {fromWidth}.");
        double[] buffer = ArrayPool<double>.Shared.Rent(fromWidth + toWidth);
        try
        {
            Span<double> a = buffer.AsSpan(0, fromWidth), b = buffer.AsSpan(fromWidth, toWidth);
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < a.Length; i++) a[i] = double.CreateTruncating(from[row * fromWidth + i]);
                if (inverse) InvertRow(a, b);
                else ApplyRow(a, b);
                for (int i = 0; i < b.Length; i++) to[row * toWidth + i] = T.CreateTruncating(b[i]);
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    private DataColumn Run<T>(Dataset data, DataColumn column) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] result = new T[checked(data.Count * OutputWidth)], x = new T[ChunkRows * InputWidth];
        int[] rows = new int[ChunkRows];
        for (int start = 0; start < data.Count; start += ChunkRows)
        {
            Span<int> chunk = rows.AsSpan(0, Math.Min(ChunkRows, data.Count - start));
            for (int i = 0; i < chunk.Length; i++) chunk[i] = start + i;
            data.Copy(column, chunk, x.AsSpan());
            Apply<T>(x.AsSpan(0, chunk.Length * InputWidth), result.AsSpan(start * OutputWidth, chunk.Length * OutputWidth));
        }
        return DataColumn.Of(column.Name, result, OutputWidth);
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Transform))]
internal sealed partial class TransformJson : JsonSerializerContext;
