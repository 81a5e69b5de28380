using ModelDsl;

namespace CharGpt;

/// <summary>Characters as classes: line feed is 0, the printable ones of ASCII, from the space on, are 1 to 95.</summary>
internal sealed class Text
{
    private readonly int[] _classes;
    private readonly int _learned;

    /// <summary>The first 90 % are for learning, the rest for judging.</summary>
    /// <exception cref="InvalidDataException">It is too short for one window of each.</exception>
    public Text(string text)
    {
        _classes = [.. text.ReplaceLineEndings("\n").Select(ClassOf)];
        _learned = (int)(0.9 * _classes.Length);
        if (_classes.Length - _learned <= Context) throw new InvalidDataException($"The text has {_classes.Length} characters; it needs more than {10 * Context}.");
    }

    public static int Context => Gpt.Info.InputSize;

    public int Learned => _learned;

    public int Judged => _classes.Length - _learned;

    /// <summary>The text that is part of this program.</summary>
    public static Text Coriolanus()
    {
        using var reader = new StreamReader(typeof(Text).Assembly.GetManifestResourceStream("coriolanus.txt")!);
        return new Text(reader.ReadToEnd());
    }

    /// <summary>A character's class; what the model does not know is a space.</summary>
    public static int ClassOf(char c) => c == '\n' ? 0 : c is >= ' ' and <= '~' ? c - ' ' + 1 : 1;

    public static char CharacterOf(int index) => index == 0 ? '\n' : (char)(index - 1 + ' ');

    /// <summary>Windows from anywhere in the part that is learned, and the same moved on by one character.</summary>
    /// <param name="random">Where they start.</param>
    /// <param name="x">(windows, context)</param>
    /// <param name="y">(windows, context)</param>
    public void Draw(Random random, Span<int> x, Span<int> y)
    {
        for (int i = 0; i < x.Length; i += Context)
        {
            int start = random.Next(_learned - Context);
            _classes.AsSpan(start, Context).CopyTo(x[i..]);
            _classes.AsSpan(start + 1, Context).CopyTo(y[i..]);
        }
    }

    /// <summary>The part that is judged, as windows that do not overlap.</summary>
    /// <param name="most">At most so many, evenly spread.</param>
    public Dataset Validation(int most)
    {
        int all = (Judged - 1) / Context, count = Math.Min(all, most);
        int[] x = new int[count * Context], y = new int[count * Context];
        for (int i = 0; i < count; i++)
        {
            int start = _learned + (int)((long)i * all / count) * Context;
            _classes.AsSpan(start, Context).CopyTo(x.AsSpan(i * Context));
            _classes.AsSpan(start + 1, Context).CopyTo(y.AsSpan(i * Context));
        }

        return Dataset.Create([DataColumn.Of("text", x, Context)], [DataColumn.Of("next", y, Context)]);
    }
}
