namespace ModelDsl.LinearModels;

/// <summary>
/// Where the products of all pairs of columns lie: tiles of 16 × 16, the last row of tiles and its last tile with what columns are left, row after row up to the diagonal. Above it nothing is
/// kept: the products are symmetric.
/// </summary>
/// <param name="width">Columns.</param>
internal readonly struct Tiles(int width)
{
    public const int Size = 16;

    /// <summary>Rows, and columns, of tiles.</summary>
    public int Count => (width + Size - 1) / Size;

    /// <summary>Elements of all tiles.</summary>
    public int Length => Start(Count - 1, Count - 1) + Columns(Count - 1) * Columns(Count - 1);

    /// <summary>Columns that a row, or column, of tiles has.</summary>
    public int Columns(int tile) => Math.Min(Size, width - tile * Size);

    /// <summary>Where a tile of row i and column j ≤ i begins.</summary>
    public int Start(int i, int j) => Size * Size * (i * (i + 1) / 2) + j * Size * Columns(i);

    /// <summary>Where the product of columns row and column ≤ row lies.</summary>
    public int At(int row, int column) => Start(row / Size, column / Size) + row % Size * Columns(column / Size) + column % Size;
}
