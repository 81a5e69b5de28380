namespace ModelDsl.Data;

/// <summary>The strings of a column that have a place of their own. Others share the last.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly int _other;

    /// <param name="words">By place.</param>
    /// <param name="capacity">All places.</param>
    /// <exception cref="ArgumentException">There are too many, or one is there twice.</exception>
    public Vocabulary(string[] words, int capacity)
    {
        if (words.Length >= capacity) throw new ArgumentException($"{words.Length} words need {words.Length + 1} places; there are {capacity}");
        foreach (string word in words)
            if (word is null || !_places.TryAdd(word, _places.Count)) throw new ArgumentException("a word is null, or there twice");
        (Words, _other) = (words, capacity - 1);
    }

    public string[] Words { get; }

    public int this[string word] => _places.GetValueOrDefault(word, _other);

    /// <summary>The most frequent strings; of equally frequent ones the first in ordinal order.</summary>
    public static Vocabulary Of(IEnumerable<string> words, int capacity) =>
        new([.. words.CountBy(w => w, StringComparer.Ordinal).OrderBy(w => -w.Value).ThenBy(w => w.Key, StringComparer.Ordinal).Take(capacity - 1).Select(w => w.Key)], capacity);

    /// <summary>By place; nothing has those between the words and the last.</summary>
    public IEnumerable<string> Names() => [.. Words, .. Enumerable.Repeat("unused", _other - Words.Length), "other"];
}
