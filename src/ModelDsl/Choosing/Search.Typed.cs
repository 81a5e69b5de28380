namespace ModelDsl;

/// <content>The same over settings declared by <see cref="HyperparametersAttribute"/>.</content>
public static partial class Search
{
    /// <inheritdoc cref="Grid(SearchSpace, Func{Trial, double}, SearchOptions, int)"/>
    /// <typeparam name="TSettings">A type with <see cref="HyperparametersAttribute"/>.</typeparam>
    public static SearchResult<TSettings> Grid<TSettings>(Func<TSettings, Trial, double> score, SearchOptions? options = null, int steps = 5) where TSettings : IHyperparameters<TSettings> =>
        Typed(score, (space, s) => Grid(space, s, options, steps));

    /// <inheritdoc cref="Random(SearchSpace, Func{Trial, double}, int, SearchOptions)"/>
    /// <typeparam name="TSettings">A type with <see cref="HyperparametersAttribute"/>.</typeparam>
    public static SearchResult<TSettings> Random<TSettings>(Func<TSettings, Trial, double> score, int trials, SearchOptions? options = null) where TSettings : IHyperparameters<TSettings> =>
        Typed(score, (space, s) => Random(space, s, trials, options));

    /// <inheritdoc cref="Tpe(SearchSpace, Func{Trial, double}, int, SearchOptions)"/>
    /// <typeparam name="TSettings">A type with <see cref="HyperparametersAttribute"/>.</typeparam>
    public static SearchResult<TSettings> Tpe<TSettings>(Func<TSettings, Trial, double> score, int trials, SearchOptions? options = null) where TSettings : IHyperparameters<TSettings> =>
        Typed(score, (space, s) => Tpe(space, s, trials, options));

    /// <inheritdoc cref="Halving(SearchSpace, Func{Trial, double}, int, int, int, SearchOptions)"/>
    /// <typeparam name="TSettings">A type with <see cref="HyperparametersAttribute"/>.</typeparam>
    public static SearchResult<TSettings> Halving<TSettings>(Func<TSettings, Trial, double> score, int trials, int least, int factor = 3, SearchOptions? options = null) where TSettings : IHyperparameters<TSettings> =>
        Typed(score, (space, s) => Halving(space, s, trials, least, factor, options));

    private static SearchResult<TSettings> Typed<TSettings>(Func<TSettings, Trial, double> score, Func<SearchSpace, Func<Trial, double>, SearchResult> search) where TSettings : IHyperparameters<TSettings>
    {
        ArgumentNullException.ThrowIfNull(score);
        var space = new SearchSpace();
        Func<Trial, TSettings> settings = TSettings.Declare(space);
        return new(search(space, trial => score(settings(trial), trial)), settings);
    }
}
