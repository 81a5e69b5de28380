namespace ModelDsl;

/// <summary>
/// LINQ's <c>Select</c> and <c>Where</c>, which this library's code finds first, as one class for each pair of types. LINQ has eight for kinds of sources, and since a result can be selected from
/// again, one for each chain of value types that could be: a seventh of a program compiled ahead of time.
/// </summary>
internal static class Sequences
{
    public static IEnumerable<TResult> Select<T, TResult>(this IEnumerable<T> source, Func<T, TResult> selector)
    {
        foreach (T item in source) yield return selector(item);
    }

    public static IEnumerable<TResult> Select<T, TResult>(this IEnumerable<T> source, Func<T, int, TResult> selector)
    {
        int index = 0;
        foreach (T item in source) yield return selector(item, index++);
    }

    public static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        foreach (T item in source)
            if (predicate(item)) yield return item;
    }
}
