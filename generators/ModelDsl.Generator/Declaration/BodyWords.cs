using System.Globalization;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>The words of a <see cref="BodyText"/>, each read as what it must be; a <see cref="FormatException"/> where it is something else. Nothing is allocated for a count that the text only claims.</summary>
internal sealed class BodyWords
{
    private const int LongestName = 1000;

    private readonly string[] _records;
    private string[] _words;
    private int _record, _word;

    public BodyWords(string text)
    {
        _records = text.Split(';');
        _words = _records[0].Split(' ');
    }

    public void Require(bool holds)
    {
        if (!holds) throw new FormatException();
    }

    /// <summary>The first word of the next record; this one must have been read to its end.</summary>
    public string Begin()
    {
        Finish(_record + 1 < _records.Length ? _words.Length : -1);
        (_words, _word) = (_records[++_record].Split(' '), 0);
        return Word();
    }

    /// <summary>The last record must have been read to its end.</summary>
    public void Finish() => Finish(_record + 1 == _records.Length ? _words.Length : -1);

    public string Word() => _word < _words.Length ? _words[_word++] : throw new FormatException();

    public int Integer(int least, int most = int.MaxValue) =>
        int.TryParse(Word(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value : throw new FormatException();

    public double Real() => double.TryParse(Word(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw new FormatException();

    public double Finite() => Real() is var value && !double.IsNaN(value) && !double.IsInfinity(value) ? value : throw new FormatException();

    public double Positive() => Finite() is > 0 and var value ? value : throw new FormatException();

    public double Penalty() => Finite() is >= 0 and var value ? value : throw new FormatException();

    public double Rate() => Finite() is >= 0 and < 1 and var value ? value : throw new FormatException();

    public bool Flag() => Integer(0, 1) == 1;

    public TEnum Choice<TEnum>() where TEnum : struct, Enum => Member<TEnum>(Word());

    public static TEnum Member<TEnum>(string word) where TEnum : struct, Enum =>
        Enum.TryParse(word, out TEnum value) && Enum.IsDefined(typeof(TEnum), value) ? value : throw new FormatException();

    public ActivationChoice Activation() => new(Choice<ActivationKind>(), Penalty());

    public InitializerChoice Initializer()
    {
        (InitializerKind kind, double scale) = (Choice<InitializerKind>(), Real());
        bool any = kind == InitializerKind.Constant;
        Require(double.IsNaN(scale) ? !any : !double.IsInfinity(scale) && (any || scale > 0));
        return new InitializerChoice(kind, scale);
    }

    public RecurrentOptions Recurrent()
    {
        var options = new RecurrentOptions(Flag(), Flag(), Flag(), Flag());
        Require(options is not { Reverse: true, Bidirectional: true });
        return options;
    }

    /// <summary>Along one axis or two.</summary>
    public EquatableArray<Window> Windows() =>
        Enumerable.Range(0, Integer(1, 2)).Select(_ => new Window(Integer(1), Integer(1), Integer(0), Integer(1))).ToEquatableArray();

    /// <summary>One or more positive sizes.</summary>
    public EquatableArray<int> Sizes() => Several(1).ToEquatableArray() is { Count: > 0 } sizes ? sizes : throw new FormatException();

    /// <summary>A count and as many integers, each below <paramref name="beyond"/>.</summary>
    public int[] Several(int least, int beyond = int.MaxValue) => [.. Enumerable.Range(0, Integer(0, _words.Length)).Select(_ => Integer(least, beyond - 1))];

    /// <summary>The numbers up to the record's end.</summary>
    public double[] Rest() => [.. Enumerable.Range(0, _words.Length - _word).Select(_ => Real())];

    /// <summary>The indices of nodes up to the record's end.</summary>
    public int[] Outputs(int nodes) => [.. Enumerable.Range(0, _words.Length - _word).Select(_ => Integer(0, nodes - 1))];

    public string Path() => Word() is var path && IsPath(path) ? path : throw new FormatException();

    /// <summary>Whether a name is one of C#, or several and numbers between dots: it ends up in generated code.</summary>
    public static bool IsPath(string path) => path.Length <= LongestName && path.Split('.').All(IsName);

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(IsPartOfName) && (!char.IsDigit(name[0]) || name.All(c => c is >= '0' and <= '9'));

    private static bool IsPartOfName(char c) =>
        char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private void Finish(int end)
    {
        if (_word != end) throw new FormatException();
    }
}
