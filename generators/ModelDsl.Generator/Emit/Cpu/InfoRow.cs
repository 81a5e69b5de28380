using System.Globalization;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>A row of the model's tables, as the arguments of a constructor: a name and the rest, in which at most one number depends on the place in the block.</summary>
/// <param name="Name">For example <c>Blocks.3.Norm.weight</c>.</param>
/// <param name="Before">The arguments before the offset, or all of them.</param>
/// <param name="Offset">The place in the block; null where the row has none.</param>
/// <param name="After">The arguments after it.</param>
internal readonly record struct InfoRow(string Name, string Before, int? Offset = null, string After = "")
{
    private const string Digits = "0123456789";

    /// <summary>The name around its first number; −1 where it has none.</summary>
    public (string Start, int Number, string End) Parts
    {
        get
        {
            int from = Name.IndexOfAny(Digits.ToCharArray());
            if (from < 0) return (Name, -1, "");
            int length = Name.Skip(from).TakeWhile(Digits.Contains).Count();
            bool isNumber = int.TryParse(Name.Substring(from, length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && Text(number).Length == length;
            return isNumber ? (Name.Substring(0, from), number, Name.Substring(from + length)) : (Name, -1, "");
        }
    }

    /// <summary>Equal for the rows of equal layers of a stack.</summary>
    private (string, string, string, string) Key => (Parts.Start, Parts.End, Before, After);

    /// <summary>A row to a line; where a stack of equal layers repeats the same rows with other numbers, a loop.</summary>
    public static void Write(CodeWriter w, string type, IReadOnlyList<InfoRow> rows)
    {
        foreach (Repeat part in Repeats.Find([.. rows.Select(r => r.Key)]))
        {
            InfoRow[] round = [.. rows.Skip(part.Start).Take(part.Period)];
            if (part.Count > 1 && Strides(rows, part) is { } strides)
            {
                int first = Math.Max(round[0].Parts.Number, 0);
                w.Line($".. {RuntimeNames.Enumerable}.SelectMany({RuntimeNames.Enumerable}.Range({Text(first)}, {Text(part.Count)}), static i => new {type}[]");
                using (w.Braces("}),"))
                {
                    foreach ((InfoRow row, int stride) in round.Zip(strides, (r, s) => (r, s)))
                    {
                        string offset = row.Offset is { } o ? $"{Literals.Integer(o - stride * (long)first)} + {Literals.Integer(stride)} * i" : "";
                        string name = row.Parts.Number < 0 ? Sinks.Literal(row.Name) : $"{Sinks.Literal(row.Parts.Start)} + i + {Sinks.Literal(row.Parts.End)}";
                        w.Line($"new({name}, {row.Before}{offset}{row.After}),");
                    }
                }
            }
            else
                foreach (InfoRow row in rows.Skip(part.Start).Take(part.Count * part.Period))
                    w.Line($"new({Sinks.Literal(row.Name)}, {row.Before}{(row.Offset is { } o ? Literals.Integer(o) : "")}{row.After}),");
        }
    }

    /// <summary>By how much each row's offset grows from round to round; null where rounds differ in more than that and the number in the names.</summary>
    private static int[]? Strides(IReadOnlyList<InfoRow> rows, Repeat part)
    {
        int[] strides = [.. Enumerable.Range(part.Start, part.Period).Select(i => (rows[i + part.Period].Offset - rows[i].Offset) ?? 0)];
        int first = rows[part.Start].Parts.Number;
        for (int i = 0; i < part.Count * part.Period; i++)
        {
            InfoRow row = rows[part.Start + i];
            int round = i / part.Period;
            if (row.Parts.Number != (first < 0 ? first : first + round) || row.Offset != rows[part.Start + i % part.Period].Offset + round * strides[i % part.Period]) return null;
        }

        return strides;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
