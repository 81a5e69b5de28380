using ModelDsl.Data;

namespace ModelDsl;

/// <summary>A row of a table. Emitted by the generator for types with <see cref="RowAttribute"/>; what readers and encoders need of one, without reflection.</summary>
/// <typeparam name="TSelf">The row's type.</typeparam>
public interface IRow<TSelf> where TSelf : IRow<TSelf>
{
    /// <summary>What is known at build time.</summary>
    static abstract RowInfo Row { get; }

    /// <summary>Writes what each of the columns holds: a number, the index of a member (−1 for none of them), 0 for a string; NaN where it is missing.</summary>
    /// <param name="row">The row.</param>
    /// <param name="values">One for each column.</param>
    static abstract void Write(TSelf row, Span<double> values);

    /// <summary>A category as text: the string itself, or the member's name.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The index of the column.</param>
    static abstract string? Text(TSelf row, int column);

    /// <summary>The label as a number: 0 or 1, the index of a class (negative for none), or a value.</summary>
    /// <param name="row">The row.</param>
    static abstract double Label(TSelf row);

    /// <summary>The row that a file's line holds.</summary>
    /// <param name="cells">The line.</param>
    /// <exception cref="ModelFormatException">A cell is not what its property takes.</exception>
    static abstract TSelf Parse(RowCells cells);
}

/// <summary>A row with the type of its label.</summary>
/// <typeparam name="TSelf">The row's type.</typeparam>
/// <typeparam name="TLabel">The label's type.</typeparam>
public interface IRow<TSelf, TLabel> : IRow<TSelf> where TSelf : IRow<TSelf, TLabel>
{
    /// <summary>The label that a number stands for.</summary>
    /// <param name="number">As <see cref="IRow{TSelf}.Label"/> gives it.</param>
    static abstract TLabel ToLabel(double number);

    /// <summary>The number of a label.</summary>
    /// <param name="label">The label.</param>
    static abstract double FromLabel(TLabel label);
}
