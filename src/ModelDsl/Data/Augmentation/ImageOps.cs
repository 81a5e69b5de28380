using System.Numerics;

namespace ModelDsl;

/// <summary>The size of a picture whose values are stored row by row, the channels of a pixel together.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Values of a pixel.</param>
public readonly record struct ImageSize(int Height, int Width, int Channels = 1)
{
    /// <summary>Values of a picture.</summary>
    public int Length => checked(Height * Width * Channels);
}

/// <summary>Pictures moved, turned and mirrored. What comes from outside of a picture is 0.</summary>
public static class ImageOps
{
    /// <summary>y[i, j] = x[i − down, j − right]</summary>
    /// <param name="size">Of both.</param>
    /// <param name="x">(height, width, channels)</param>
    /// <param name="y">(height, width, channels)</param>
    /// <param name="down">Pixels; negative for up.</param>
    /// <param name="right">Pixels; negative for left.</param>
    /// <exception cref="ArgumentException">A length is not the size's.</exception>
    public static void Shift<T>(ImageSize size, ReadOnlySpan<T> x, Span<T> y, int down, int right) where T : unmanaged, INumberBase<T> => Crop(size, x, size, y, -down, -right);

    /// <summary>y[i, j] = x[top + i, left + j]: a part, or, from beyond the edges, the picture with a margin.</summary>
    /// <param name="from">The size of x.</param>
    /// <param name="x">(height, width, channels)</param>
    /// <param name="to">The size of y.</param>
    /// <param name="y">(height, width, channels)</param>
    /// <param name="top">The first row; may be negative.</param>
    /// <param name="left">The first column; may be negative.</param>
    /// <exception cref="ArgumentException">A length is not the size's, or the channels differ.</exception>
    public static void Crop<T>(ImageSize from, ReadOnlySpan<T> x, ImageSize to, Span<T> y, int top, int left) where T : unmanaged, INumberBase<T>
    {
        Require(from, x.Length);
        Require(to, y.Length);
        if (from.Channels != to.Channels) throw new ArgumentException($"A picture of {from.Channels} channels cannot become one of {to.Channels}.", nameof(to));
        y.Clear();
        int c = from.Channels, first = (int)Math.Clamp(-(long)left, 0, to.Width), last = (int)Math.Clamp((long)from.Width - left, first, to.Width);
        for (int i = 0; i < to.Height; i++)
        {
            long row = (long)top + i;
            if (row < 0 || row >= from.Height || first == last) continue;
            x.Slice(((int)row * from.Width + left + first) * c, (last - first) * c).CopyTo(y[((i * to.Width + first) * c)..]);
        }
    }

    /// <summary>y[i, j] = x[i, width − 1 − j]: left and right exchanged.</summary>
    /// <param name="size">Of both.</param>
    /// <param name="x">(height, width, channels)</param>
    /// <param name="y">(height, width, channels), another memory than x.</param>
    /// <exception cref="ArgumentException">A length is not the size's.</exception>
    public static void FlipHorizontal<T>(ImageSize size, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumberBase<T>
    {
        Require(size, x.Length);
        Require(size, y.Length);
        for (int i = 0; i < size.Height; i++)
            for (int j = 0; j < size.Width; j++)
                x.Slice((i * size.Width + size.Width - 1 - j) * size.Channels, size.Channels).CopyTo(y[((i * size.Width + j) * size.Channels)..]);
    }

    /// <summary>y[i, j] = x[height − 1 − i, j]: top and bottom exchanged.</summary>
    /// <param name="size">Of both.</param>
    /// <param name="x">(height, width, channels)</param>
    /// <param name="y">(height, width, channels), another memory than x.</param>
    /// <exception cref="ArgumentException">A length is not the size's.</exception>
    public static void FlipVertical<T>(ImageSize size, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumberBase<T>
    {
        Require(size, x.Length);
        Require(size, y.Length);
        int row = size.Width * size.Channels;
        for (int i = 0; i < size.Height; i++) x.Slice((size.Height - 1 - i) * row, row).CopyTo(y[(i * row)..]);
    }

    /// <summary>Turned about the centre, each pixel by bilinear interpolation of the four that it comes from.</summary>
    /// <param name="size">Of both.</param>
    /// <param name="x">(height, width, channels)</param>
    /// <param name="y">(height, width, channels), another memory than x.</param>
    /// <param name="degrees">Counter-clockwise, as one sees the picture with its first row on top.</param>
    /// <exception cref="ArgumentException">A length is not the size's.</exception>
    public static void Rotate<T>(ImageSize size, ReadOnlySpan<T> x, Span<T> y, double degrees) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require(size, x.Length);
        Require(size, y.Length);
        (double sine, double cosine) = Math.SinCos(degrees * Math.PI / 180);
        double middleRow = (size.Height - 1) / 2.0, middleColumn = (size.Width - 1) / 2.0;
        for (int i = 0; i < size.Height; i++)
        {
            for (int j = 0; j < size.Width; j++)
            {
                double u = i - middleRow, v = j - middleColumn;
                Sample(size, x, cosine * u + sine * v + middleRow, cosine * v - sine * u + middleColumn, y.Slice((i * size.Width + j) * size.Channels, size.Channels));
            }
        }
    }

    /// <summary>Bilinear interpolation at a place between pixels.</summary>
    private static void Sample<T>(ImageSize size, ReadOnlySpan<T> x, double row, double column, Span<T> pixel) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        pixel.Clear();
        int top = (int)Math.Floor(row), left = (int)Math.Floor(column);
        double below = row - top, right = column - left;
        for (int k = 0; k < 4; k++)
        {
            (int i, int j) = (top + (k >> 1), left + (k & 1));
            if ((uint)i >= (uint)size.Height || (uint)j >= (uint)size.Width) continue;
            T weight = T.CreateTruncating(((k >> 1) == 1 ? below : 1 - below) * ((k & 1) == 1 ? right : 1 - right));
            ReadOnlySpan<T> source = x.Slice((i * size.Width + j) * size.Channels, size.Channels);
            for (int c = 0; c < pixel.Length; c++) pixel[c] += weight * source[c];
        }
    }

    private static void Require(ImageSize size, int length)
    {
        if (size.Height < 1 || size.Width < 1 || size.Channels < 1 || size.Length != length)
            throw new ArgumentException($"{length} values are no picture of {size.Height} × {size.Width} × {size.Channels}.", nameof(size));
    }
}
