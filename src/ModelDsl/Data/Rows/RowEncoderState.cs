using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelDsl.Data;

/// <summary>A fitted encoder as JSON has it.</summary>
/// <param name="Columns">What the type declared, as text.</param>
/// <param name="Label">What the type declared, as text.</param>
/// <param name="Features">What was fitted on numbers, and the categories.</param>
/// <param name="Words">The vocabularies of strings, in the order of the properties.</param>
/// <param name="Target">What was fitted on the label; null where it is not scaled.</param>
internal sealed record RowEncoderState(string[] Columns, string Label, Transform Features, string[][] Words, Transform? Target)
{
    public string ToJson() => JsonSerializer.Serialize(this, RowJson.Default.RowEncoderState);

    /// <exception cref="ModelFormatException">It is not such a text.</exception>
    public static RowEncoderState FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RowJson.Default.RowEncoderState) ?? throw new ModelFormatException("the text is null, not an encoder of rows");
        }
        // NotSupportedException: a transform's kind is missing. ArgumentException: a constructor's check.
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new ModelFormatException($"not an encoder of rows: {e.Message}", e);
        }
    }
}

/// <summary>Serialisation without reflection, with the settings of <see cref="TransformJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RowEncoderState))]
internal sealed partial class RowJson : JsonSerializerContext;
