using System.Text.RegularExpressions;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>A bug in what the emitter writes, as a change of the text of kernels.</summary>
internal sealed record WrongText(string Name, string Pattern, string Instead)
{
    public string Plant(string text) => Regex.Replace(text, Pattern, Instead);
}

/// <summary>Slips of an emitter: loops, strides, tails, accumulations, places.</summary>
internal static class WrongTexts
{
    public static IReadOnlyList<WrongText> All { get; } =
    [
        new("flat loop ends one early", @"part\.Of\((.+), 16\)", "part.Of($1 - 1, 16)"),
        new("row loop ends one early", @"part\.Of\(((?:(?!, 16).)+)\);", "part.Of($1 - 1);"),
        new("row loop begins at the second", @"for \(int row = start;", "for (int row = start + 1;"),
        new("column loop begins behind the first vector", @"for \(int column = 0;", "for (int column = V.Count;"),
        new("sweep down columns begins at the second row", @"for \(int row = 0;", "for (int row = 1;"),
        new("ragged sum is not filled", @"V\.Keep\((.+), \d+ - column, 0\.0\)", "$1"),
        new("ragged maximum is filled with 0", @"(V\.Keep\(.+, \d+ - column, )double\.NegativeInfinity\)", "${1}0d)"),
        new("maximum begins at 0", @"V\.Broadcast\(double\.NegativeInfinity\)", "V.Zero"),
        new("row's stride is one short", @"\.Slice\(row \* (\d+), ", ".Slice(row * ($1 - 1), "),
        new("sums keep the last element alone", @"_v \+= ", "_v = "),
        new("lanes are not summed", @"V\.Sum\(", "V.First("),
        new("lanes' maximum is the first", @"V\.MaxAcross\(", "V.First("),
        new("every row reads row 0", @"\[row\]\)", "[0])"),
        new("every column reads column 0", @"V\.(Load|LoadWhole)\((\w+), column\)", "V.$1($2, 0)"),
        new("dropout forgets the step", @", s\.Step\)", ", 0)"),
        new("dropout forgets the seed", @"new\(s\.Seed, ", "new(0, "),
        new("dropout's element is one off", @"V\.Dropout\((\w+), ", "V.Dropout($1, 1 + "),
        new("1/n is 2/n", @"(inverse_\w+ = )1\.0 / ", "${1}2.0 / "),
        new("gradients go to the first tensor", @"s\.Gradient\([\d_]+, ", "s.Gradient(0, "),
        new("parameters come from the first tensor", @"s\.Parameter\([\d_]+, ", "s.Parameter(0, "),
        new("a view's row begins one off", @"(Views\.Row\(\w+, .+ \? )", "${1}1 + "),
        new("vectors of a row that does not fill them are whole", @"V\.(Load|Store)\((\w+(?:_r|_row)?), (i|column)", "V.$1Whole($2, $3"),
        new("the least of a view's row is 0 outside", @"(Views\.Row\(\w+, .+, )double\.NegativeInfinity\)", "${1}0.0)"),
        new("what a view reads outside is 1", @"(Views\.Row\(\w+, .+, )0\.0\)", "${1}1.0)"),
        new("a view's bounds are not checked", @"\(uint\)\(([^()]+)\) < [^ ]+ (\?|&&)", "$1 >= 0 $2"),
        new("positions along the wrong axis", @"(int at\w+ = row) % (\d+);", "$1 / $2;"),
        new("positions of a shorter axis", @"(int at\w+ = row / \d+ % )(\d+);", "$1($2 + 1);"),
        new("rows of a longer block", @"(int at\w+ = row / )(\d+)", "$1($2 + 1)"),
        new("the backward pass is left out of a gradient", @"V\.(Store|StoreWhole)\((d_\w+), i, (.+)\);", "V.$1($2, i, V.Zero);"),
        new("the first half of a batch is all of it", @"part\.Samples\(s\.Batch\)", "(0, s.Batch)"),
        new("both halves' sums have one place", @"s\.Sums\(part, (\w+), [\d_]+\)", "$1"),
        new("the second half's sums are not added", @"s\.HasAdded<V>\(part, (\w+), ", "s.HasAdded<V>(part, $1[..0], "),
        new("the loss is not stored", @"s\.Loss = (.+);", "s.Loss = 0;"),
    ];
}
