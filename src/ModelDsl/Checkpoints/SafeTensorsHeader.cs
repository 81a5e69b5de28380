using System.Buffers;
using System.Text.Json;
using ModelDsl.Data;

namespace ModelDsl.Checkpoints;

/// <summary>One tensor as a header describes it.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Type">F32, for example.</param>
/// <param name="Shape">Sizes, row-major.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record StoredTensor(string Name, string Type, long[] Shape, long Begin, long End);

/// <summary>The JSON header of a safetensors file: only what is well-formed; whether it fits file and model is for others to say.</summary>
internal sealed class SafeTensorsHeader
{
    private const string MetadataKey = "__metadata__";
    private const int Alignment = 8;
    private const int MaxRank = 8;
    private const int MaxEntries = 100_000;

    public Dictionary<string, string> Metadata { get; } = [];

    public Dictionary<string, StoredTensor> Tensors { get; } = [];

    /// <summary>Reads a header; duplicate and unknown keys, numbers that are not plain digits, and anything after the object are errors.</summary>
    /// <exception cref="ModelFormatException">The bytes are not a header.</exception>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return ParseObject(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8, or half a surrogate pair.
            throw new ModelFormatException($"the header is not valid JSON: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>The header's bytes, filled with spaces so that the data behind it are aligned.</summary>
    public byte[] Format()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) Write(json);
        int padding = -buffer.WrittenCount & (Alignment - 1);
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static SafeTensorsHeader ParseObject(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != '{') throw new ModelFormatException("the header does not begin with '{'");
        var header = new SafeTensorsHeader();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        bool metadata = false;
        reader.Read();
        while (NextKey(ref reader) is { } key)
        {
            if (key != MetadataKey) Add(header.Tensors, key, ParseTensor(ref reader, key));
            else if (metadata) throw Duplicate(key);
            else metadata = ParseMetadata(ref reader, header.Metadata);
        }
        reader.Read(); // Throws if anything but white space follows.
        return header;
    }

    private static bool ParseMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        Require(ref reader, JsonTokenType.StartObject, MetadataKey);
        while (NextKey(ref reader) is { } key)
        {
            Require(ref reader, JsonTokenType.String, MetadataKey);
            Add(metadata, key, reader.GetString()!);
        }
        return true;
    }

    private static StoredTensor ParseTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? shape = null, range = null;
        Require(ref reader, JsonTokenType.StartObject, name);
        while (NextKey(ref reader) is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null: Require(ref reader, JsonTokenType.String, name); type = reader.GetString(); break;
                case "shape" when shape is null: shape = ParseNumbers(ref reader, name); break;
                case "data_offsets" when range is null: range = ParseNumbers(ref reader, name); break;
                default: throw new ModelFormatException($"tensor {FileText.Quote(name)} has a key {FileText.Quote(key)} that is unknown or appears twice");
            }
        }
        if (type is null || shape is null || range is not { Length: 2 })
            throw new ModelFormatException($"tensor {FileText.Quote(name)} needs a dtype, a shape and two data_offsets");
        return new StoredTensor(name, type, shape, range[0], range[1]);
    }

    private static long[] ParseNumbers(ref Utf8JsonReader reader, string name)
    {
        var numbers = new List<long>();
        Require(ref reader, JsonTokenType.StartArray, name);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !reader.TryGetInt64(out long number))
                throw new ModelFormatException($"tensor {FileText.Quote(name)} has a size or offset that is not a whole number of at most 63 bits, in digits");
            if (numbers.Count == MaxRank) throw new ModelFormatException($"tensor {FileText.Quote(name)} has more than {MaxRank} sizes");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private static string? NextKey(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;

    private static void Require(ref Utf8JsonReader reader, JsonTokenType type, string key)
    {
        reader.Read();
        if (reader.TokenType != type) throw new ModelFormatException($"{FileText.Quote(key)}: expected {type}, found {reader.TokenType}");
    }

    private static void Add<TValue>(Dictionary<string, TValue> items, string key, TValue value)
    {
        if (!items.TryAdd(key, value)) throw Duplicate(key);
        if (items.Count > MaxEntries) throw new ModelFormatException($"the header has more than {MaxEntries} entries");
    }

    private static ModelFormatException Duplicate(string key) => new($"the key {FileText.Quote(key)} appears twice");

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject(MetadataKey);
        foreach ((string key, string value) in Metadata) json.WriteString(key, value);
        json.WriteEndObject();
        foreach (StoredTensor tensor in Tensors.Values)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type);
            WriteNumbers(json, "shape", tensor.Shape);
            WriteNumbers(json, "data_offsets", [tensor.Begin, tensor.End]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, long[] numbers)
    {
        json.WriteStartArray(key);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
