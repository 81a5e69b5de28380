using System.Globalization;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>
/// Where an element lies along the axes of its value, and so what a view reads. Kernels know an element's row and column; positions along the outer axes are digits of the row's number. All
/// divisions are unsigned: a shift that a device makes of a signed one is wrong below 0.
/// </summary>
internal static class Positions
{
    /// <summary>The position along an axis of a value in a kernel's domain.</summary>
    public static string Along(DeviceKernel kernel, Shape shape, int axis)
    {
        if (shape.Dims[axis].IsOne) return "0";
        if (axis == shape.Rank - 1) return shape.Last == kernel.Kernel.Columns ? "column" : "0";
        return shape.Rows == kernel.Kernel.Rows ? Digit("row", shape.WithLast(1), axis) : "0";
    }

    /// <summary>The digit of a number that an axis has.</summary>
    public static string Digit(string number, Shape shape, int axis)
    {
        Dim stride = shape.Stride(axis);
        Dim above = 1;
        for (int k = 0; k < axis; k++) above *= shape.Dims[k];
        if (stride.IsOne && above.IsOne) return number;
        string quotient = stride.IsOne ? $"(uint){number}" : $"(uint){number} / {DeviceKernel.Divisor(stride)}";
        return above.IsOne ? $"(int)({quotient})" : $"(int)({quotient} % {DeviceKernel.Divisor(shape.Dims[axis])})";
    }

    /// <summary>Where in x an element of a view lies, and what must hold for it to be anywhere.</summary>
    /// <param name="view">The view.</param>
    /// <param name="x">What it views.</param>
    /// <param name="position">The position along an axis of the view.</param>
    public static (string At, IReadOnlyList<string> Conditions) Of(View view, Shape x, Func<int, string> position)
    {
        List<string> terms = [], conditions = [];
        for (int k = 0; k < x.Rank; k++)
        {
            AxisMap map = view.Axes[k];
            string dividend = Dividend(map, position), stride = DeviceKernel.Factor(x.Stride(k)), index = dividend;
            if (map.Divisor != 1)
            {
                string divisor = map.Divisor.ToString(CultureInfo.InvariantCulture) + "u";
                conditions.Add($"{Within(dividend)} >= 0");
                conditions.Add($"(uint)({dividend}) % {divisor} == 0u");
                index = $"(int)((uint)({dividend}) / {divisor})";
            }

            if (!map.IsInside(x.Dims[k], view.Shape)) conditions.Add($"(uint)({index}) < {DeviceKernel.Divisor(x.Dims[k])}");
            if (index != "0") terms.Add(stride == "1" ? Within(index) : $"{Within(index)} * {stride}");
        }

        return (terms.Count == 0 ? "0" : string.Join(" + ", terms), conditions);
    }

    /// <summary>Start + Σ step · position.</summary>
    public static string Dividend(AxisMap map, Func<int, string> position)
    {
        List<string> terms = [];
        foreach (int axis in map.Axes)
        {
            string p = position(axis);
            if (p == "0") continue;
            terms.Add(map.Steps[axis] == 1 ? p : $"{map.Steps[axis].ToString(CultureInfo.InvariantCulture)} * {Within(p)}");
        }

        if (map.Start != 0) terms.Add(DeviceKernel.Text(map.Start));
        return terms.Count == 0 ? "0" : string.Join(" + ", terms).Replace("+ -", "- ");
    }

    /// <summary>As an operand of a product.</summary>
    public static string Within(string text) => text.Contains(' ') && !IsCast(text) ? $"({text})" : text;

    /// <summary>Whether it is (int)(…) and nothing behind it.</summary>
    private static bool IsCast(string text)
    {
        const string cast = "(int)(";
        if (!text.StartsWith(cast, StringComparison.Ordinal)) return false;
        int depth = 1, end = cast.Length;
        for (; depth > 0; end++) depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
        return end == text.Length;
    }
}
