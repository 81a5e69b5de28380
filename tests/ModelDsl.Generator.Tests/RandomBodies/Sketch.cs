using System.Globalization;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.RandomBodies;

/// <summary>A value of a sketch.</summary>
/// <param name="Op">How it is made.</param>
/// <param name="Inputs">Of earlier values.</param>
/// <param name="Numbers">The op's constants; of a call, the layer's or sub-model's index; of a [Param], its sizes.</param>
internal sealed record Step(SketchOp Op, int[] Inputs, double[] Numbers);

/// <summary>A sub-model and how many of it follow each other.</summary>
internal sealed record Sub(Sketch Body, int Repeat);

/// <summary>
/// A model as a small tree, from which both its C# (<see cref="Text"/>) and, without Roslyn, its declaration (<see cref="Declaration"/>) are made: so the front end is
/// compared with a second reading of the same model. Value 0 is the input, value i + 1 is made by step i, the last is the output.
/// </summary>
/// <param name="Input">The shape of one sample.</param>
/// <param name="Steps">Each makes a value of earlier ones.</param>
/// <param name="Layers">By the index that steps use.</param>
/// <param name="Subs">By the index that steps use.</param>
/// <param name="Target">The loss; Custom with an <paramref name="Objective"/>.</param>
/// <param name="Objective">A loss function of the output and the target, or null.</param>
/// <param name="Batch">Samples that it is run on.</param>
internal sealed record Sketch(int[] Input, Step[] Steps, LayerDeclaration[] Layers, Sub[] Subs, TargetDeclaration Target, SketchOp? Objective, int Batch)
{
    /// <summary>One sample's shape of a second input, z, which the model has if a step reads it.</summary>
    public int[] Other { get; init; } = [2];

    /// <summary>How many class indices a sample of the last input, c, has, which the model has if a step reads it.</summary>
    public int Indices { get; init; } = 3;

    /// <summary>The classes of these.</summary>
    public int Classes { get; init; } = 4;

    private bool HasOther => Steps.Any(s => s.Op == SketchOps.Other);

    private bool HasIndices => Steps.Any(s => s.Op.ReadsInput && s.Op != SketchOps.Other);

    /// <summary>Layers in a row: written as attributes of the class.</summary>
    private bool IsStack => Objective is null && Steps.Index().All(s => s.Item.Op.Layer is not null && s.Item.Inputs[0] == s.Index && s.Item.Numbers[0] == s.Index);

    private Shape InputShape => Shape.Of([Dim.Batch, .. Input.Select(d => (Dim)d)]);

    public Sketch Add(SketchOp op, int[] inputs, double[] numbers) => this with { Steps = [.. Steps, new Step(op, inputs, numbers)] };

    public Sketch Add(SketchOp op, LayerDeclaration layer, int input) => (this with { Layers = [.. Layers, layer] }).Add(op, [input], [Layers.Length]);

    /// <summary>The values' shapes by the table's rules, or null where one does not hold.</summary>
    public Shape[]? Shapes() => Shapes(InputShape);

    public Shape[]? Shapes(Shape input)
    {
        var shapes = new List<Shape> { input };
        var first = new Dictionary<(string, int), Shape>();
        foreach (Step step in Steps)
        {
            Shape[] x = [.. step.Inputs.Select(i => shapes[i])];
            if (step.Op.Result(new Use(this, first, x, step.Numbers)) is not { } shape) return null;
            shapes.Add(shape);
        }

        return [.. shapes];
    }

    // ** as a declaration

    public ModelDeclaration Declaration(string name)
    {
        if (IsStack) return Declare.Model(name, Input, Target, [.. Steps.Select(s => Layers[(int)s.Numbers[0]])]);
        var nodes = new SketchNodes();
        int input = nodes.Add(BodyOp.Input, 0, "x", []);
        if (HasOther) nodes.Other = nodes.Add(BodyOp.Input, 1, "z", []);
        if (HasIndices) nodes.Indices = nodes.Add(BodyOp.Input, HasOther ? 2 : 1, "c", []);
        int output = nodes.Run(this, "", input), objective = -1;
        if (Objective is not null) objective = Objective.Nodes(nodes, new Place(this, "", 0), [output, nodes.Add(BodyOp.Target, 0, "", [output])], []);
        return new ModelDeclaration(
            Declare.Type(name), false, Inputs().ToEquatableArray(), nodes.Layers.ToEquatableArray(),
            nodes.Params.ToEquatableArray(), nodes.All.ToEquatableArray(),
            new[] { new OutputDeclaration("", "", output, Target) }.ToEquatableArray()) { Objective = objective };
    }

    private IEnumerable<InputDeclaration> Inputs()
    {
        yield return new InputDeclaration(default, "x", "x", Sizes(Input));
        if (HasOther) yield return new InputDeclaration(default, "z", "z", Sizes(Other));
        if (HasIndices) yield return new InputDeclaration(default, "c", "c", Sizes([Indices]), Classes);

        static EquatableArray<SizeDeclaration> Sizes(IEnumerable<int> sizes) => sizes.Select(size => new SizeDeclaration(size)).ToEquatableArray();
    }

    // ** as C#

    /// <summary>The model's class and those of its sub-models.</summary>
    public string Text(ModelDeclaration declaration)
    {
        if (IsStack) return Declare.Text(declaration);
        string name = declaration.Type.Name, model = declaration.IsDouble ? "[Model(Scalar = Scalar.Double)]\n" : "[Model]\n";
        string target = Objective is null ? Declare.Target(Target) + "\n" : "";
        string objective = Objective is null ? "" : $"\n    [LossFunction]\n    public Tensor Objective(Tensor y, Tensor target)\n    {{\n        {Objective.Text("loss", ["y", "target"], [])}\n        return loss;\n    }}\n";
        return string.Concat(Subs.Select((s, i) => s.Body.Class($"{name}_S{i}", model, "", "") + "\n\n")) + Class(name, model, target, objective);
    }

    private string Class(string name, string model, string target, string objective)
    {
        IEnumerable<string> members =
        [
            .. Layers.Select((l, i) => $"    {Declare.Layer(l)} private partial Layer L{i} {{ get; }}\n"),
            .. Steps.Index().Where(s => s.Item.Op == SketchOps.Param).Select(s => $"    [Param({string.Join(", ", s.Item.Numbers)})] private partial Tensor P{s.Index} {{ get; }}\n"),
            .. Subs.Select((s, i) => s.Repeat == 1 ? $"    [Sub] private partial {name}_S{i} S{i} {{ get; }}\n" : $"    [Sub(Repeat = {s.Repeat})] private partial LayerStack<{name}_S{i}> S{i} {{ get; }}\n"),
        ];
        IEnumerable<string> statements = Steps.Select((s, i) => "        " + s.Op.Text($"v{i + 1}", [.. s.Inputs.Select(Local)], [.. s.Op == SketchOps.Param ? [i] : s.Numbers]) + "\n");
        return $"{model}{target}public sealed partial class {name}\n{{\n{string.Concat(members)}\n    [Forward]\n    public Tensor Forward({string.Join(", ", Inputs().Select(i => $"[Input({string.Join(", ", i.Shape)}{(i.Classes > 0 ? $", Classes = {i.Classes}" : "")})] Tensor {i.Name}"))})\n    {{\n"
            + $"{string.Concat(statements)}        return {Local(Steps.Length)};\n    }}\n{objective}}}";
    }

    private static string Local(int value) => value == 0 ? "x" : "v" + value.ToString(CultureInfo.InvariantCulture);

    // ** smaller ones that are still right

    /// <summary>Sketches with less in them: a step replaced by one of its operands, an earlier output, smaller sizes, a plainer loss.</summary>
    public IEnumerable<Sketch> Shrink() => Smaller().Where(s => s.Shapes() is not null && !s.IsRefused());

    /// <summary>Whether the compiler calls it wrong; an exception is none of its answers.</summary>
    private bool IsRefused()
    {
        try
        {
            return Lowerer.Lower(Declaration("Shrunk")).Graph is null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private IEnumerable<Sketch> Smaller()
    {
        for (int i = 1; i < Steps.Length; i++) yield return (this with { Steps = Steps[..i] }).WithoutDead();
        if (WithoutDead() is var live && live.Steps.Length < Steps.Length) yield return live;
        for (int i = Steps.Length - 1; i >= 0; i--)
            foreach (int input in Steps[i].Inputs.Distinct()) yield return Without(i, input).WithoutDead();
        for (int i = 0; i < Subs.Length; i++)
        {
            if (Subs[i].Repeat > 1) yield return this with { Subs = Replaced(Subs, i, Subs[i] with { Repeat = 1 }) };
            foreach (Sketch smaller in Subs[i].Body.Smaller()) yield return this with { Subs = Replaced(Subs, i, Subs[i] with { Body = smaller }) };
        }

        if (Objective is not null || Target != Declare.Target(LossKind.Mse)) yield return this with { Objective = null, Target = Declare.Target(LossKind.Mse) };
        foreach (int batch in new[] { 1, 2, Batch / 2 }) if (batch > 0 && batch < Batch) yield return this with { Batch = batch };
        foreach (int size in Sizes().Distinct().OrderDescending())
            foreach (int less in new[] { 1, 2, size / 2, size - 1 }.Distinct()) if (less > 0 && less < size) yield return Resized(size, less);
    }

    private IEnumerable<int> Sizes() => [.. Input, .. Layers.OfType<DenseDeclaration>().Select(l => l.Units), .. Subs.SelectMany(s => s.Body.Sizes())];

    private Sketch Resized(int from, int to)
    {
        int New(int size) => size == from ? to : size;
        return this with
        {
            Input = [.. Input.Select(New)],
            Layers = [.. Layers.Select(l => l is DenseDeclaration d ? d with { Units = New(d.Units) } : l)],
            Steps = [.. Steps.Select(s => s.Op.TakesSizes ? s with { Numbers = [.. s.Numbers.Select(n => (double)New((int)n))] } : s)],
            Subs = [.. Subs.Select(s => s with { Body = s.Body.Resized(from, to) })],
        };
    }

    /// <summary>Another value in place of a step's.</summary>
    private Sketch Without(int step, int instead)
    {
        int New(int value) => value == step + 1 ? instead : value > step ? value - 1 : value;
        Step[] steps = [.. Steps.Where((_, i) => i != step).Select(s => s with { Inputs = [.. s.Inputs.Select(New)] })];
        return this with { Steps = step == Steps.Length - 1 ? steps[..Math.Max(0, instead)] : steps };
    }

    /// <summary>Without the steps, layers and sub-models that the output does not use.</summary>
    private Sketch WithoutDead()
    {
        var live = new bool[Steps.Length + 1];
        live[Steps.Length] = true;
        for (int i = Steps.Length - 1; i >= 0; i--)
            if (live[i + 1]) foreach (int input in Steps[i].Inputs) live[input] = true;
        int[] values = [.. live.Select((_, i) => live.Take(i).Skip(1).Count(l => l) + (i > 0 ? 1 : 0))];
        Step[] steps = [.. Steps.Where((_, i) => live[i + 1]).Select(s => s with { Inputs = [.. s.Inputs.Select(i => values[i])] })];
        int[] layers = [.. steps.Where(s => s.Op.NamesLayer).Select(s => (int)s.Numbers[0]).Distinct()], subs = [.. steps.Where(s => s.Op == SketchOps.Sub).Select(s => (int)s.Numbers[0]).Distinct()];
        return this with
        {
            Layers = [.. layers.Select(l => Layers[l])],
            Subs = [.. subs.Select(s => Subs[s])],
            Steps = [.. steps.Select(s => s.Op.NamesLayer ? Named(s, layers) : s.Op == SketchOps.Sub ? Named(s, subs) : s)],
        };

        static Step Named(Step s, int[] kept) => s with { Numbers = [Array.IndexOf(kept, (int)s.Numbers[0]), .. s.Numbers.Skip(1)] };
    }

    private static T[] Replaced<T>(T[] items, int index, T item) => [.. items.Select((old, i) => i == index ? item : old)];
}

/// <summary>Where in which body a step stands; a sub-model's path ends in a dot.</summary>
internal readonly record struct Place(Sketch Sketch, string Path, int Step);

/// <summary>A declaration's body as it is made of a sketch.</summary>
internal sealed class SketchNodes
{
    private readonly Dictionary<string, int> _layers = [];
    private readonly Dictionary<string, int> _params = [];

    public List<BodyNode> All { get; } = [];

    /// <summary>The second input's node.</summary>
    public int Other { get; set; }

    /// <summary>The node of the input of class indices.</summary>
    public int Indices { get; set; }

    public List<LayerDeclaration> Layers { get; } = [];

    public List<ParamDeclaration> Params { get; } = [];

    public int Add(BodyOp op, int index, string name, int[] inputs, params double[] numbers)
    {
        All.Add(new BodyNode(op, index, name, inputs.ToEquatableArray(), numbers.ToEquatableArray(), default));
        return All.Count - 1;
    }

    /// <summary>An op of the language.</summary>
    public int Call(string op, params int[] inputs) => Add(BodyOp.Call, 0, op, inputs);

    public int Number(double value) => Add(BodyOp.Number, 0, "", [], value);

    /// <summary>The index of a place's layer, made at its first call.</summary>
    public int Layer(Place at, double index)
    {
        string name = $"{at.Path}L{(int)index}";
        if (!_layers.ContainsKey(name))
        {
            Layers.Add(at.Sketch.Layers[(int)index] with { Name = name });
            _layers.Add(name, Layers.Count - 1);
        }

        return _layers[name];
    }

    /// <summary>The node of a place's own raw parameter.</summary>
    public int Param(Place at, double[] sizes)
    {
        string name = $"{at.Path}P{at.Step}";
        if (!_params.ContainsKey(name))
        {
            Params.Add(new ParamDeclaration(default, name, sizes.Select(s => (int)s).ToEquatableArray(), new InitializerChoice(InitializerKind.Default, double.NaN), true, false));
            _params.Add(name, Params.Count - 1);
        }

        return Add(BodyOp.Param, _params[name], "", []);
    }

    /// <summary>A body's nodes; its output.</summary>
    public int Run(Sketch sketch, string path, int input)
    {
        List<int> values = [input];
        foreach ((int i, Step s) in sketch.Steps.Index()) values.Add(s.Op.Nodes(this, new Place(sketch, path, i), [.. s.Inputs.Select(v => values[v])], s.Numbers));
        return values[^1];
    }
}
