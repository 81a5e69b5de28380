using ModelDsl.Data;

namespace ModelDsl;

public sealed partial class RowEncoder<TRow, TLabel>
{
    /// <summary>Everything that was learned, and what the row's type declares, as JSON.</summary>
    public string ToJson() => new RowEncoderState(Declared(), Layout.Row.Label.ToString(), _features, Array.ConvertAll(_words, w => w.Words), _target).ToJson();

    /// <summary>The encoder of a text that <see cref="ToJson"/> made. Data only: nothing in it chooses types, widths or code.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ModelFormatException">It is not such a text, or of a row that declares other properties.</exception>
    public static RowEncoder<TRow, TLabel> FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        RowEncoderState state = RowEncoderState.FromJson(json);
        RequireSame([.. state.Columns, state.Label], [.. Declared(), Layout.Row.Label.ToString()]);
        if (state.Features is not Pipeline features || state.Words.Length != Layout.Worded.Length) throw new ModelFormatException($"the encoder is not one of {Layout.Row.Name}");
        return new(Layout.Require(features), [.. state.Words.Select((words, i) => Words(words, Layout.Worded[i]))], Target(state.Target));
    }

    private static string[] Declared() => Array.ConvertAll(Layout.Row.Columns, c => c.ToString());

    private static void RequireSame(string[] stored, string[] declared)
    {
        for (int i = 0; i < Math.Max(stored.Length, declared.Length); i++)
        {
            string was = stored.ElementAtOrDefault(i) ?? "nothing", now = declared.ElementAtOrDefault(i) ?? "nothing";
            if (was != now) throw new ModelFormatException($"the encoder was fitted on rows that declare {FileText.Quote(was)} where {Layout.Row.Name} declares {FileText.Quote(now)}");
        }
    }

    private static Vocabulary Words(string[] words, int position)
    {
        RowColumn column = Layout.Row.Columns[position];
        try
        {
            return new(words ?? [null!], column.Capacity);
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException($"the vocabulary of {column.Name}: {e.Message}", e);
        }
    }

    private static Scaler? Target(Transform? stored) => (Layout.Row.Label.Scale, stored) switch
    {
        (Scaling.None, null) => null,
        (not Scaling.None, Scaler { On: null, InputWidth: 1, Columns: [0] } scaler) => scaler,
        _ => throw new ModelFormatException($"the scale of {Layout.Row.Label.Name} is not what {Layout.Row.Name} declares"),
    };
}
