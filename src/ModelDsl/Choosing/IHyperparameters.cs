namespace ModelDsl;

/// <summary>Settings that a search tries. Emitted by the generator for types with <see cref="HyperparametersAttribute"/>, without reflection; it can be written by hand as well.</summary>
/// <typeparam name="TSelf">The settings' type.</typeparam>
public interface IHyperparameters<TSelf> where TSelf : IHyperparameters<TSelf>
{
    /// <summary>Declares each setting.</summary>
    /// <param name="space">Where; it may have others.</param>
    /// <returns>What makes the settings of a trial of that space.</returns>
    /// <exception cref="ArgumentException">The space has a setting of such a name.</exception>
    static abstract Func<Trial, TSelf> Declare(SearchSpace space);
}
