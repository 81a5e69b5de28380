namespace ModelDsl.LinearModels;

/// <summary>
/// Where the products of all pairs of columns lie: tiles of 16 × 16, row after row of tiles up to the diagonal. Above it nothing is kept: the products are symmetric. The last row of tiles has rows, and
/// its last tile columns, for columns that there are not.
/// </summary>
/// <param name="width">Columns.</param>
internal readonly struct Tiles(int width)
{
    public const int Size = 16;

    /// <summary>Rows, and columns, of tiles.</summary>
    public int Count => (width + Size - 1) / Size;

    /// <summary>Elements of all tiles.</summary>
    public int Length => Start(Count, 0);

    /// <summary>Where a tile of row i and column j ≤ i begins.</summary>
    public static int Start(int i, int j) => Size * Size * (i * (i + 1) / 2 + j);

    /// <summary>Where the product of columns row and column ≤ row lies.</summary>
    public static int At(int row, int column) => Start(row / Size, column / Size) + row % Size * Size + column % Size;
}
