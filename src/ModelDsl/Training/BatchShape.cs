namespace ModelDsl;

/// <summary>A model's inputs, targets and outputs, computed once, and the checks of data sets against them.</summary>
internal sealed class BatchShape(ModelInfo info)
{
    public ModelInfo Info { get; } = info;

    public Field[] Inputs { get; } = [.. info.Inputs.Select(i => new Field(info.Name, i.Name, i.Size, i.Classes))];

    /// <summary>Those of the outputs that have one.</summary>
    public Field[] Targets { get; } = [.. info.Outputs.Where(o => o.Loss is not null).Select(o => new Field(info.Name, o.Name, o.TargetSize, o.TargetIsClass ? o.Shape[^1] : 0))];

    public Field[] Outputs { get; } = [.. info.Outputs.Select(o => new Field(info.Name, o.Name, o.Size, 0))];

    /// <summary>The number of samples of a batch to train on, by the length of its first input: at least one.</summary>
    public int TrainingRows(int length)
    {
        int rows = Inputs[0].Rows(length);
        return rows > 0 ? rows : throw new ArgumentException($"{Inputs[0].Name} is empty; one sample of {Info.Name} is {Inputs[0].Size} values.", Inputs[0].Name);
    }

    /// <summary>The columns of a data set that hold samples of the model's sizes.</summary>
    public DatasetColumns Require(Dataset data, string name)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        if (data.Count == 0) throw new ArgumentException("The data set is empty.", name);
        var columns = new DatasetColumns(Array.ConvertAll(Inputs, f => Find(data.Inputs, f, Inputs, "input")), Array.ConvertAll(Targets, f => Find(data.Targets, f, Targets, "target")));
        for (int i = 0; i < Inputs.Length; i++)
        {
            DataColumn column = columns.Inputs[i];
            if (column.IsClass != Inputs[i].IsClass)
                throw new ArgumentException($"{Info.Name} takes {Kind(Inputs[i])} as {Inputs[i].Name}; the data set's {column.Name} are {Kind(column)}.", name);
            if (column.Width != Inputs[i].Size)
                throw new ArgumentException($"{Info.Name} takes {Inputs[i].Size} {(Inputs.Length == 1 ? "features" : Inputs[i].Name)} a sample; the data set has {column.Width}.", name);
            if (column.IsClass) data.RequireClasses(column, Inputs[i].Classes, "Renumber them, or declare the input with more Classes.");
        }

        for (int i = 0; i < Targets.Length; i++)
        {
            DataColumn column = columns.Targets[i];
            if (column.IsClass != Targets[i].IsClass || column.Width != Targets[i].Size)
                throw new ArgumentException($"{Info.Name} is trained on {Kind(Targets[i])}{As(Targets[i])}; the data set's targets are {Kind(column)}.", name);
            if (column.IsClass) data.RequireClasses(column, Targets[i].Classes, "Renumber them, or widen the model's output.");
        }

        return columns;

        string As(Field target) => Targets.Length == 1 ? "" : $" as {target.Name}";

        DataColumn Find(IReadOnlyList<DataColumn> given, Field field, Field[] fields, string kind)
        {
            if (fields.Length == 1 && given.Count == 1) return given[0];
            foreach (DataColumn column in given)
                if (column.Name == field.Name) return column;
            throw new ArgumentException($"{Info.Name} has the {kind} '{field.Name}'; the data set has the {kind}s {string.Join(", ", given.Select(c => $"'{c.Name}'"))}.", name);
        }
    }

    private static string Kind(Field field) => Kind(field.IsClass, field.Size);

    private static string Kind(DataColumn column) => Kind(column.IsClass, column.Width);

    private static string Kind(bool isClass, int size) =>
        isClass ? size == 1 ? "class indices" : $"rows of {size} class indices" : size == 1 ? "rows of 1 value" : $"rows of {size} values";
}

/// <summary>Those columns of a data set that a model reads, in the order of its inputs and of its targets.</summary>
internal readonly record struct DatasetColumns(DataColumn[] Inputs, DataColumn[] Targets);
