namespace ModelDsl;

/// <summary>A model's inputs, targets and outputs, computed once, and the checks of data sets against them.</summary>
internal sealed class BatchShape
{
    private readonly (Field Field, int[] Shape)[] _symbolic;
    private readonly int _symbols, _chosen;

    public BatchShape(ModelInfo info)
    {
        Info = info;
        _chosen = Array.FindAll(info.Sizes, s => s.Terms.Length == 0).Length;
        _symbols = _chosen - (info.Decoder is null ? 0 : 1);
        BatchShape? owner = _symbols > 0 ? this : null;
        OutputInfo[] trained = Array.FindAll(info.Outputs, o => o.Loss is not null);
        Inputs = Array.ConvertAll(info.Inputs, i => new Field(info.Name, i.Name, i.Size, i.Classes) { Symbolic = owner });
        Targets = Array.ConvertAll(trained, o => new Field(info.Name, o.Name, o.TargetSize, o.TargetIsClass ? o.Shape[^1] : 0) { Symbolic = owner });
        Weights = Array.ConvertAll(Array.FindAll(trained, o => o.Weighted), o => new Field(info.Name, info.Outputs.Length == 1 ? "weights" : $"{char.ToLowerInvariant(o.Name[0])}{o.Name[1..]}Weights", 1, 0) { IsWeight = true });
        TargetsAndWeights = [.. Targets, .. Weights];
        Outputs = Array.ConvertAll(info.Outputs, o => new Field(info.Name, o.Name, o.Size, 0) { Symbolic = owner });
        Sizes = new int[info.Sizes.Length];
        _symbolic = owner is null ? [] : [
            .. Inputs.Zip(info.Inputs, (f, i) => (f, i.Shape)), .. Targets.Zip(trained, (f, o) => (f, o.TargetIsClass ? o.Shape[..^1] : o.Shape)), .. Outputs.Zip(info.Outputs, (f, o) => (f, o.Shape))];
    }

    public ModelInfo Info { get; }

    public Field[] Inputs { get; }

    /// <summary>Those of the outputs that have one.</summary>
    public Field[] Targets { get; }

    /// <summary>Of those of the targets that have some.</summary>
    public Field[] Weights { get; }

    /// <summary>What a batch to learn from has beside its inputs, in the order in which programs number it.</summary>
    public Field[] TargetsAndWeights { get; }

    public Field[] Outputs { get; }

    /// <summary>What the current batch has chosen for <see cref="ModelInfo.Sizes"/>.</summary>
    public int[] Sizes { get; }

    /// <summary>T = 17, S = 3</summary>
    public string Choice => string.Join(", ", Info.Sizes.Take(_symbols).Select((s, i) => $"{s.Name} = {Sizes[i]}"));

    /// <summary>Takes the values of the symbols for the batches to come.</summary>
    /// <exception cref="ArgumentException">One is below 1 or above what a layer allows, or not each has a value.</exception>
    public void Resize(ReadOnlySpan<int> symbols)
    {
        if (symbols.Length != _symbols)
            throw new ArgumentException($"{Info.Name} takes a value for each of its {_symbols} symbols ({string.Join(", ", Info.Sizes.Take(_symbols).Select(s => s.Name))}), and was given {symbols.Length}.");
        for (int i = 0; i < symbols.Length; i++)
        {
            SizeInfo symbol = Info.Sizes[i];
            if (symbols[i] < 1) throw new ArgumentException($"{symbol.Name} of {Info.Name} is {symbols[i]}; a size is at least 1.", symbol.Name);
            if (symbols[i] > symbol.Most)
                throw new ArgumentException($"{symbol.Name} of {Info.Name} is {symbols[i]}; '{symbol.Layer}' has vectors for {symbol.Most} positions. Pass at most so many, or give it a greater maxLength.", symbol.Name);
        }

        symbols.CopyTo(Sizes);
        Derive(seen: 1);
        foreach ((Field field, int[] shape) in _symbolic) field.Resize(shape, Sizes);
    }

    /// <summary>The sizes for a decoder's next position.</summary>
    /// <param name="seen">Positions, this one included.</param>
    public void Derive(int seen)
    {
        if (_symbols < _chosen) Sizes[_symbols] = seen;
        for (int i = _chosen; i < Sizes.Length; i++) Sizes[i] = Value(Info.Sizes[i]);
    }

    /// <summary>An output as the current batch has it.</summary>
    public OutputInfo Resolved(OutputInfo output) =>
        new(output.Name, Array.ConvertAll(output.Shape, d => d < 0 ? Sizes[~d] : d), output.Loss, output.Metrics, output.Weight, output.Weighted);

    /// <summary>A polynomial of the symbols.</summary>
    private int Value(SizeInfo size)
    {
        double sum = 0;
        foreach (SizeTerm term in size.Terms)
        {
            double product = term.Factor;
            for (int i = 0; i < _chosen; i++)
                for (int p = 0; p < term.Powers[i]; p++) product *= Sizes[i];
            sum += product;
        }

        return Math.Abs(sum) <= Array.MaxLength ? (int)sum
            : throw new ArgumentException($"With {Choice}, {size.Name} of {Info.Name} is {sum:N0}; an array holds {Array.MaxLength:N0}. Pass shorter samples.");
    }

    /// <summary>The number of samples of a batch to train on, by the length of its first input: at least one.</summary>
    public int TrainingRows(int length)
    {
        int rows = Inputs[0].Rows(length);
        return rows > 0 ? rows : throw new ArgumentException($"{Inputs[0].Name} is empty; one sample of {Info.Name} is {Inputs[0].Size} values.", Inputs[0].Name);
    }

    /// <summary>The columns of a data set that hold samples of the model's sizes.</summary>
    /// <exception cref="ArgumentException">They do not; or it has weights, which the model does not take, and would leave out silently.</exception>
    public DatasetColumns Require(Dataset data, string name)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        if (data.Count == 0) throw new ArgumentException("The data set is empty.", name);
        var columns = new DatasetColumns(Array.ConvertAll(Inputs, f => Find(data.Inputs, f, Inputs, "input")), Array.ConvertAll(Targets, f => Find(data.Targets, f, Targets, "target")));
        int[] symbols = Symbols(columns, name);
        Resize(symbols);
        string with = symbols.Length == 0 ? "" : $" with {Choice}";
        for (int i = 0; i < Inputs.Length; i++)
        {
            DataColumn column = columns.Inputs[i];
            if (column.IsClass != Inputs[i].IsClass)
                throw new ArgumentException($"{Info.Name} takes {Kind(Inputs[i])} as {Inputs[i].Name}; the data set's {column.Name} are {Kind(column)}.", name);
            if (column.Width != Inputs[i].Size)
                throw new ArgumentException($"{Info.Name} takes {Inputs[i].Size} {(Inputs.Length == 1 ? "features" : Inputs[i].Name)} a sample{with}; the data set has {column.Width}.", name);
            if (column.IsClass) data.RequireClasses(column, Inputs[i].Classes, "Renumber them, or declare the input with more Classes.");
        }

        OutputInfo[] trained = [.. Info.Outputs.Where(o => o.Loss is not null)];
        for (int i = 0; i < Targets.Length; i++)
        {
            DataColumn column = columns.Targets[i];
            if (ClassTargets.Tell(column, trained[i]))
            {
                ClassTargets.Require(data, column, trained[i]);
                columns.Targets[i] = ClassTargets.Values(column, trained[i]);
                continue;
            }
            if (column.IsClass != Targets[i].IsClass || column.Width != Targets[i].Size)
                throw new ArgumentException($"{Info.Name} is trained on {Kind(Targets[i])}{As(Targets[i])}{with}; the data set's targets are {Kind(column)}.{ClassTargets.Cure(column, trained[i])}", name);
            if (column.IsClass) data.RequireClasses(column, Targets[i].Classes, "Renumber them, or widen the model's output.");
        }

        return columns with { Symbols = symbols, TargetsAndWeights = [.. columns.Targets, .. Weighing(data, columns.Targets, name)] };

        string As(Field target) => Targets.Length == 1 ? "" : $" as {target.Name}";

        DataColumn Find(IReadOnlyList<DataColumn> given, Field field, Field[] fields, string kind)
        {
            if (fields.Length == 1 && given.Count == 1) return given[0];
            foreach (DataColumn column in given)
                if (column.Name == field.Name) return column;
            throw new ArgumentException($"{Info.Name} has the {kind} '{field.Name}'; the data set has the {kind}s {string.Join(", ", given.Select(c => $"'{c.Name}'"))}.", name);
        }
    }

    /// <summary>The values that the columns' widths give the symbols: each from the first column that holds no other unknown one.</summary>
    private int[] Symbols(DatasetColumns columns, string name)
    {
        int[] values = new int[_symbols];
        (int[] Shape, DataColumn Column)[] given = [.. _symbolic.Take(Inputs.Length + Targets.Length).Zip(columns.Inputs.Concat(columns.Targets), (s, column) => (s.Shape, column))];
        for (int round = 0; round < _symbols; round++)
        {
            foreach ((int[] shape, DataColumn column) in given)
            {
                int[] open = [.. shape.Where(d => d < 0 && (~d >= _symbols || values[~d] == 0))];
                if (open.Length != 1 || ~open[0] >= _symbols) continue;
                long known = shape.Where(d => d != open[0]).Aggregate(1L, (n, d) => n * (d < 0 ? values[~d] : d));
                values[~open[0]] = (int)Math.Max(1, column.Width / known);
            }
        }

        int unknown = Array.IndexOf(values, 0);
        return unknown < 0 ? values
            : throw new ArgumentException($"The widths of the data set's columns do not tell {Info.Sizes[unknown].Name} of {Info.Name}: train by Step and predict by Predict, which take it.", name);
    }

    /// <summary>What is learned from must have the weights that the model takes; what is judged on may go without, and all its samples weigh 1.</summary>
    public void RequireWeights(DatasetColumns columns, string name)
    {
        int missing = Array.IndexOf(columns.TargetsAndWeights, null);
        if (missing >= 0) throw new ArgumentException($"{Info.Name} takes {TargetsAndWeights[missing].Name}, which the data set has not: pass data.WithWeights(…), or data.WithClassWeights().", name);
    }

    /// <summary>For each of <see cref="Weights"/> the data set's, or null.</summary>
    private DataColumn?[] Weighing(Dataset data, DataColumn[] targets, string name)
    {
        OutputInfo[] trained = [.. Info.Outputs.Where(o => o.Loss is not null)];
        for (int i = 0; i < trained.Length; i++)
            if (!trained[i].Weighted && data.WeightsOf(targets[i]) is not null)
                throw new ArgumentException($"The data set has weights of {targets[i].Name}, which {Info.Name} does not take: declare [Target(Loss.{trained[i].Loss}, Weighted = true)], or pass data.WithoutWeights().", name);
        return [.. trained.Zip(targets).Where(t => t.First.Weighted).Select(t => data.WeightsOf(t.Second))];
    }

    private static string Kind(Field field) => Kind(field.IsClass, field.Size);

    private static string Kind(DataColumn column) => Kind(column.IsClass, column.Width);

    private static string Kind(bool isClass, int size) =>
        isClass ? size == 1 ? "class indices" : $"rows of {size} class indices" : size == 1 ? "rows of 1 value" : $"rows of {size} values";
}

/// <summary>Those columns of a data set that a model reads, in the order of its inputs and of its targets.</summary>
internal readonly record struct DatasetColumns(DataColumn[] Inputs, DataColumn[] Targets)
{
    /// <summary>The values of the model's symbols.</summary>
    public int[] Symbols { get; init; } = [];

    /// <summary>The targets; then, for each that the model takes weights of, these, or null where the data set has none.</summary>
    public DataColumn?[] TargetsAndWeights { get; init; } = Targets;
}
