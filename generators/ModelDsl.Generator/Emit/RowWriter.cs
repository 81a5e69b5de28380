using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit;

/// <summary>The file of a row: how to read one from a file, write its raw values, and go from labels to numbers and back.</summary>
internal static class RowWriter
{
    private const string Missing = "double.NaN";

    public static string Write(RowDeclaration row)
    {
        string name = row.Type.Identifier, label = row.Label.Type;
        return CpuEmitter.File(row.Type, w => Remarks(w, row), $" : {RuntimeNames.IRow}<{name}, {label}>", w =>
        {
            w.Line($$"""
                /// <summary>Learns from the training part how rows are encoded. What is learned from other parts is not tested by them: split first.</summary>
                /// <exception cref="global::System.ArgumentException">There is no row, or one breaks what its properties declare; the message names it.</exception>
                public static {{RuntimeNames.RowEncoder}}<{{name}}, {{label}}> FitEncoder({{RuntimeNames.List}}<{{name}}> train) => {{RuntimeNames.RowEncoder}}<{{name}}, {{label}}>.Fit(train);

                /// <summary>Reads a model and the encoder of its rows from the file that their predictor saved.</summary>
                /// <exception cref="global::ModelDsl.ModelFormatException">The file is damaged, or holds another model or other rows.</exception>
                public static {{RuntimeNames.RowPredictor}}<TModel, {{name}}, {{label}}> LoadPredictor<TModel>(string path) where TModel : class, {{RuntimeNames.IModel}}<TModel> => {{RuntimeNames.RowPredictor}}<TModel, {{name}}, {{label}}>.Load(path);

                """);
            Info(w, row);
            Values(w, row);
            Labels(w, row);
            Parse(w, row);
        });
    }

    /// <summary>What an encoded row holds, on hover.</summary>
    private static void Remarks(CodeWriter w, RowDeclaration row)
    {
        w.Line("/// <remarks>");
        w.Line("/// <code>");
        int place = 0;
        foreach (RowProperty p in row.Columns)
        {
            w.Line($"/// {Places(place, p.Width)} {Sinks.Comment(p.Name)}: {Sinks.Comment(Described(p))}");
            place += p.Width;
        }

        foreach (RowProperty p in row.Columns.Where(p => p.Indicator)) w.Line($"/// {Places(place++, 1)} {Sinks.Comment(p.Name)}: 1 where missing");
        w.Line($"/// {Literals.Grouped(row.Width)} values, to predict {Sinks.Comment(row.Label.Name)}");
        w.Line("/// </code>");
        w.Line("/// </remarks>");
        w.Line(RuntimeNames.GeneratedCode);
    }

    private static string Places(int first, int count) => (count == 1 ? $"[{first}]" : $"[{first}..{first + count - 1}]").PadRight(10);

    private static string Described(RowProperty p) => (p.Role, p.Value) switch
    {
        (RowRole.Feature, _) => $"{(p.Missing == ImputeKind.Error ? "never missing" : $"missing → {(p.Missing == ImputeKind.Constant ? Literals.Digits(p.Fill) : p.Missing)}")}, scale {p.Scale}",
        (_, RowValue.Text) => (p.IsHashed ? "by hash" : "the most frequent, and others") + OrMissing(p),
        _ => string.Join(", ", MemberNames(p)) + OrMissing(p),
    };

    private static string OrMissing(RowProperty p) => p.IsNullable ? ", missing" : "";

    private static void Info(CodeWriter w, RowDeclaration row)
    {
        w.Line($"static {RuntimeNames.RowInfo} {RuntimeNames.IRow}<{row.Type.Identifier}>.Row {{ get; }} = new({Sinks.Literal(row.Type.Name)},");
        using (w.List())
            foreach (RowProperty p in row.Columns) w.Line($"new({Sinks.Literal(p.Name)}, {RuntimeNames.RowColumnKind}.{Kind(p)}){Options(p)},");
        RowProperty label = row.Label;
        string kind = label.Value == RowValue.Boolean ? "Boolean" : label.Value == RowValue.Enum || label.Type == "int" ? "Class" : "Number";
        w.Line($"new({Sinks.Literal(label.Name)}, {RuntimeNames.RowLabelKind}.{kind}) {{ Members = {Strings(label.Members.Select(m => m.Name))}, Scale = {RuntimeNames.Scaling}.{label.Scale} }},");
        using (w.List(");"))
            foreach (RowProperty p in row.Cells) w.Line($"new({Sinks.Literal(p.Header)}, {Strings(p.Members.Select(m => m.Name))}, {Strings(p.Members.Select(m => m.Value))}{(p.Role == RowRole.Label ? ", IsLabel: true" : "")}),");
        w.Line();
    }

    private static string Kind(RowProperty p) => p.Value switch
    {
        RowValue.Number => "Number",
        RowValue.Text => p.IsHashed ? "Hash" : "Word",
        _ => "Member",
    };

    private static string Options(RowProperty p) => p.Role == RowRole.Feature
        ? $" {{ Missing = {RuntimeNames.Impute}.{p.Missing}, Fill = {Literals.Real(p.Fill, ScalarToken.Double)}, Indicator = {(p.Indicator ? "true" : "false")}, Scale = {RuntimeNames.Scaling}.{p.Scale} }}"
        : $" {{ IsNullable = {(p.IsNullable ? "true" : "false")}, {(p.Value == RowValue.Text ? $"Capacity = {p.Capacity}" : $"Members = {Strings(MemberNames(p))}")} }}";

    private static IEnumerable<string> MemberNames(RowProperty p) => p.Value == RowValue.Boolean ? ["false", "true"] : p.Members.Select(m => m.Name);

    private static string Strings(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Sinks.Literal))}]";

    private static void Values(CodeWriter w, RowDeclaration row)
    {
        RowProperty[] columns = [.. row.Columns];
        using (w.Block($"static void {RuntimeNames.IRow}<{row.Type.Identifier}>.Write({row.Type.Identifier} row, {RuntimeNames.Span}<double> values)"))
            for (int i = 0; i < columns.Length; i++) w.Line($"values[{i}] = {Raw(columns[i], $"row.{columns[i].Identifier}")};");
        w.Line();
        using (w.Block($"static string? {RuntimeNames.IRow}<{row.Type.Identifier}>.Text({row.Type.Identifier} row, int column) => column switch", ";"))
        {
            for (int i = 0; i < columns.Length; i++)
                if (columns[i].Role == RowRole.Category) w.Line($"{i} => row.{columns[i].Identifier}{(columns[i].Value == RowValue.Text ? "" : (columns[i].IsNullable ? "?" : "") + ".ToString()")},");
            w.Line("_ => null,");
        }

        w.Line();
    }

    /// <summary>A property as a number: itself, the index of its member, or 0 for a text.</summary>
    private static string Raw(RowProperty p, string value) => p.Value switch
    {
        RowValue.Number when p.IsNullable => $"(double?){value} ?? {Missing}",
        RowValue.Number => $"(double){value}",
        RowValue.Boolean => $"{value} switch {{ {(p.IsNullable ? $"null => {Missing}, " : "")}false => 0, true => 1 }}",
        RowValue.Enum => $"{value} switch {{ {(p.IsNullable ? $"null => {Missing}, " : "")}{string.Concat(p.Members.Select((m, i) => $"{p.Type}.{m.Identifier} => {i}, "))}_ => -1 }}",
        _ => $"{value} is null ? {Missing} : 0",
    };

    private static void Labels(CodeWriter w, RowDeclaration row)
    {
        (string self, RowProperty label) = (row.Type.Identifier, row.Label);
        w.Line($"static double {RuntimeNames.IRow}<{self}>.Label({self} row) => {Raw(label, $"row.{label.Identifier}")};\n");
        w.Line($"static double {RuntimeNames.IRow}<{self}, {label.Type}>.FromLabel({label.Type} label) => {Raw(label, "label")};\n");
        w.Line($"static {label.Type} {RuntimeNames.IRow}<{self}, {label.Type}>.ToLabel(double number) => {label.Value switch
        {
            RowValue.Boolean => "number != 0",
            RowValue.Enum => Member(label, "(int)number"),
            _ => $"({label.Type})number",
        }};\n");
    }

    /// <summary>The member of an index.</summary>
    private static string Member(RowProperty p, string index)
    {
        string[] names = [.. p.Members.Select(m => $"{p.Type}.{m.Identifier}")];
        return $"{index} switch {{ {string.Concat(names.Take(names.Length - 1).Select((n, i) => $"{i} => {n}, "))}_ => {names[names.Length - 1]} }}";
    }

    private static void Parse(CodeWriter w, RowDeclaration row)
    {
        RowProperty[] cells = [.. row.Cells];
        using (w.Block($"static {row.Type.Identifier} {RuntimeNames.IRow}<{row.Type.Identifier}>.Parse({RuntimeNames.RowCells} cells) => new()", ";"))
            for (int i = 0; i < cells.Length; i++) w.Line($"{cells[i].Identifier} = {Cell(cells[i], i)},");
    }

    private static string Cell(RowProperty p, int index)
    {
        string orNull = p.IsNullable ? "OrNull" : "";
        return p.Value switch
        {
            RowValue.Number => $"cells.Number{orNull}<{p.Type}>({index})",
            RowValue.Boolean => $"cells.Boolean{orNull}({index})",
            RowValue.Text => $"cells.Text{orNull}({index})",
            _ when p.IsNullable => $"cells.MemberOrNull({index}) is {{ }} member{index} ? {Member(p, $"member{index}")} : null",
            _ => Member(p, $"cells.Member({index})"),
        };
    }
}
