using System.Globalization;

namespace ModelDsl.Data;

/// <summary>The different values of a column, ascending, NaN last.</summary>
internal static class CategoryList
{
    /// <summary>Those of a data set.</summary>
    public static double[] Of(Dataset data, DataColumn column, int position, bool missing)
    {
        double[] values = Selection.Values(data, column, position);
        IEnumerable<double> known = values.Where(v => !double.IsNaN(v)).Distinct().Order();
        double[] categories = missing && values.Any(double.IsNaN) ? [.. known, double.NaN] : [.. known];
        if (categories.Length == 0) throw new ArgumentException($"{column.Name}[…, {position}] is missing in every sample: drop the column.", nameof(data));
        return categories;
    }

    /// <summary>The number of a category; −1 for an unknown one that is to be ignored.</summary>
    public static int Find(double[] categories, double value, int position, UnknownCategory unknown)
    {
        int index = double.IsNaN(value) ? (double.IsNaN(categories[^1]) ? categories.Length - 1 : -1)
            : Array.BinarySearch(categories, 0, categories.Length - (double.IsNaN(categories[^1]) ? 1 : 0), value);
        if (index >= 0) return index;
        return unknown == UnknownCategory.Ignore ? -1
            : throw new ArgumentException($"Column {position} holds {value.ToString(CultureInfo.InvariantCulture)}, which is none of the {categories.Length} categories it was fitted on. Fit on data that have it, or set {nameof(UnknownCategory)}.{nameof(UnknownCategory.Ignore)}.");
    }

    /// <summary>All of several columns; a list that a file leaves out counts as none.</summary>
    public static int Count(double[]?[] categories) => categories.Sum(c => c?.Length ?? 0);

    /// <summary>Checks what a file says.</summary>
    public static double[][] Require(int[] columns, double[][] categories, int width)
    {
        Selection.RequirePositions(columns, width);
        if (columns.Length != categories.Length) throw new ArgumentException("columns and categories differ in length");
        foreach (double[] list in categories)
        {
            if (list is not { Length: > 0 }) throw new ArgumentException("a column has no categories");
            for (int i = 1; i < list.Length; i++)
                if (!(list[i - 1] < list[i] || i == list.Length - 1 && double.IsNaN(list[i]) && !double.IsNaN(list[i - 1]))) throw new ArgumentException("categories are not ascending");
        }
        return categories;
    }
}
