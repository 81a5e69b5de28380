using System.Globalization;
using System.Text;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>
/// A <see cref="PartDeclaration"/> as text and back: records between semicolons, words between spaces, without sites. First the version, the number of inputs and the step; then a record for each
/// layer (its kind, its name, its fields), raw parameter and cell; then the body's nodes and what it returns. What is read may have been written by anyone: it is held to what C# could have declared.
/// </summary>
internal static class BodyText
{
    /// <summary>Counted up where the text of an equal part changes, or where a part cannot be read as before.</summary>
    public const int Version = 1;

    private const string Param = "Param", Cell = "Cell", Next = "Next", Return = "Return", Nameless = "-";

    /// <summary>A line for each kind of layer: its fields in order, how they are read, and what must hold between them.</summary>
    private static readonly Dictionary<string, Kind> Kinds = new[]
    {
        Of<DenseDeclaration>(
            l => [l.Units, l.Activation, l.UseBias, l.Weights, l.Bias, l.L1, l.L2, l.Frozen],
            (name, w) => new(default, name, w.Integer(1), w.Activation(), w.Flag(), w.Initializer(), w.Initializer(), w.Penalty(), w.Penalty(), w.Flag())),
        Of<ActivationDeclaration>(l => [l.Activation], (name, w) => new(default, name, w.Activation())),
        Of<DropoutDeclaration>(l => [l.Rate], (name, w) => new(default, name, w.Rate())),
        Of<LayerNormDeclaration>(l => [l.Epsilon, l.Affine], (name, w) => new(default, name, w.Positive(), w.Flag())),
        Of<BatchNormDeclaration>(l => [l.Epsilon, l.Momentum, l.Affine], (name, w) => new(default, name, w.Positive(), w.Positive(), w.Flag()), l => l.Momentum <= 1),
        Of<EmbeddingDeclaration>(
            l => [l.Classes, l.Width, l.Weights, l.Padding, l.Frozen, l.Sparse],
            (name, w) => new(default, name, w.Integer(2), w.Integer(1), w.Initializer(), w.Integer(-1), w.Flag(), w.Flag()), l => l.Padding < l.Classes),
        Of<FlattenDeclaration>(_ => [], (name, _) => new(default, name)),
        Of<ConvolutionDeclaration>(
            l => [l.Filters, l.Windows, l.IsTransposed, l.Same, l.Groups, l.OutputPadding, l.Activation, l.UseBias, l.Weights, l.Bias, l.L1, l.L2, l.Frozen, l.Method],
            (name, w) => new(default, name, w.Integer(1), w.Windows(), w.Flag(), w.Flag(), w.Integer(1), w.Integer(0), w.Activation(), w.Flag(), w.Initializer(), w.Initializer(), w.Penalty(), w.Penalty(), w.Flag(), w.Choice<ConvolutionMethodKind>()),
            l => l.Method == ConvolutionMethodKind.Direct || l.IsTileable),
        Of<PoolDeclaration>(l => [l.Kind, l.Windows], (name, w) => new(default, name, w.Choice<PoolKind>(), w.Windows()), l => l.Windows.All(o => o.Padding <= o.Size / 2)),
        Of<GlobalPoolDeclaration>(l => [l.Kind], (name, w) => new(default, name, w.Choice<PoolKind>())),
        Of<AdaptivePoolDeclaration>(l => [l.Kind, l.Sizes], (name, w) => new(default, name, w.Choice<PoolKind>(), w.Sizes()), l => l.Sizes.Count <= 2),
        Of<UpsampleDeclaration>(l => [l.Factor, l.IsLinear], (name, w) => new(default, name, w.Integer(1), w.Flag())),
        Of<GroupNormDeclaration>(l => [l.Groups, l.Epsilon, l.Affine], (name, w) => new(default, name, w.Integer(1), w.Positive(), w.Flag())),
        Of<RnnDeclaration>(l => [l.Units, l.Activation, l.Options], (name, w) => new(default, name, w.Integer(1), w.Activation(), w.Recurrent())),
        Of<GruDeclaration>(l => [l.Units, l.Options], (name, w) => new(default, name, w.Integer(1), w.Recurrent())),
        Of<LstmDeclaration>(l => [l.Units, l.ForgetBias, l.Options], (name, w) => new(default, name, w.Integer(1), w.Finite(), w.Recurrent())),
        Of<AttentionDeclaration>(
            l => [l.Heads, l.KeyValueHeads, l.HeadSize, l.Causal, l.Rotary, l.RotaryBase, l.Dropout, l.UseBias],
            (name, w) => new(default, name, w.Integer(1), w.Integer(1), w.Integer(0), w.Flag(), w.Flag(), w.Positive(), w.Rate(), w.Flag()), l => l.Heads % l.KeyValueHeads == 0 && l.RotaryBase > 1),
        Of<RmsNormDeclaration>(l => [l.Epsilon], (name, w) => new(default, name, w.Positive())),
        Of<PositionEmbeddingDeclaration>(l => [l.MaxLength], (name, w) => new(default, name, w.Integer(1))),
    }.ToDictionary(k => k.Name);

    /// <summary>A kind of layer: its fields, and the layer of a name and fields.</summary>
    private sealed record Kind(string Name, Func<LayerDeclaration, object[]> Fields, Func<string, BodyWords, LayerDeclaration> Read);

    public static string Write(PartDeclaration part)
    {
        var text = new StringBuilder();
        Line(Version, part.Inputs, part.Step);
        foreach (LayerDeclaration layer in part.Layers) Line([NameOf(layer.GetType()), layer.Name, .. Kinds[NameOf(layer.GetType())].Fields(layer)]);
        foreach (ParamDeclaration p in part.Params) Line(Param, p.Name, p.Shape, p.Initializer, p.Decay, p.Frozen);
        foreach (CellDeclaration cell in part.Cells)
        {
            Line(Cell, cell.Name, cell.Units);
            Body(cell.Body, Next, cell.Outputs);
        }

        Body(part.Body, Return, part.Outputs);
        return text.ToString(0, text.Length - 1);

        void Body(IEnumerable<BodyNode> body, string end, EquatableArray<int> outputs)
        {
            foreach (BodyNode node in body) Line([node.Op, node.Index, node.Name, node.Inputs, .. node.Numbers.Cast<object>()]);
            Line([end, .. outputs.Cast<object>()]);
        }

        void Line(params object[] words) => text.Append(string.Join(" ", words.Select(Word))).Append(';');
    }

    /// <summary>The part, or null where the text is none of this version.</summary>
    public static PartDeclaration? Read(string text)
    {
        try
        {
            return Part(new BodyWords(text));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static PartDeclaration Part(BodyWords w)
    {
        w.Require(w.Integer(0) == Version);
        (int inputs, int step) = (w.Integer(0), w.Integer(-1));
        List<LayerDeclaration> layers = [];
        List<ParamDeclaration> parameters = [];
        List<CellDeclaration> cells = [];
        HashSet<string> names = [];
        string Name() => w.Path() is var name && names.Add(name) ? name : throw new FormatException();
        string kind = w.Begin();
        for (; ; kind = w.Begin())
        {
            if (Kinds.TryGetValue(kind, out Kind? known)) layers.Add(known.Read(Name(), w));
            else if (kind == Param) parameters.Add(new ParamDeclaration(default, Name(), w.Sizes(), w.Initializer(), w.Flag(), w.Flag()));
            else if (kind == Cell) cells.Add(ReadCell(w, (layers.Count, parameters.Count, cells.Count)));
            else break;
        }

        // Block.weight is the weight of a layer Block, or a parameter of a sub-model Block
        foreach (string name in names)
            for (int dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1)) w.Require(!names.Contains(name.Substring(0, dot)));
        (BodyNode[] body, int[] outputs) = Nodes(w, kind, Return, (layers.Count, parameters.Count, cells.Count), inputs, BodyOp.Input);
        w.Finish();
        w.Require(step < cells.Count && (outputs.Length > 0 || (body.Length == 0 && step >= 0)));
        return new PartDeclaration(inputs, layers.ToEquatableArray(), parameters.ToEquatableArray(), cells.ToEquatableArray(), body.ToEquatableArray(), outputs.ToEquatableArray(), step);
    }

    /// <summary>A step takes its input and the states, and gives the states.</summary>
    private static CellDeclaration ReadCell(BodyWords w, (int Layers, int Params, int Cells) known)
    {
        (string name, int units) = (w.Path(), w.Integer(1));
        (BodyNode[] body, int[] outputs) = Nodes(w, w.Begin(), Next, known, 3, BodyOp.Argument);
        w.Require(outputs.Length is 1 or 2 && body.All(n => n.Op != BodyOp.Argument || n.Index <= outputs.Length));
        return new CellDeclaration(name, units, body.ToEquatableArray(), outputs.ToEquatableArray());
    }

    /// <summary>The nodes up to the record that ends them, and the nodes which that names.</summary>
    private static (BodyNode[] Body, int[] Outputs) Nodes(BodyWords w, string word, string end, (int Layers, int Params, int Cells) known, int inputs, BodyOp given)
    {
        List<BodyNode> body = [];
        for (; word != end; word = w.Begin())
        {
            BodyOp op = BodyWords.Member<BodyOp>(word);
            (int index, string name) = (w.Integer(0), w.Word());
            var node = new BodyNode(op, index, name == Nameless ? "" : name, w.Several(0, body.Count).ToEquatableArray(), w.Rest().ToEquatableArray(), default);
            if (name != Nameless) w.Require(BodyWords.IsPath(name));
            (int beyond, int least, int most, int numbers) = op switch
            {
                BodyOp.Layer => (known.Layers, 1, 2, 0),
                BodyOp.Weight or BodyOp.Bias => (known.Layers, 0, 0, 0),
                BodyOp.Param => (known.Params, 0, 0, 0),
                BodyOp.Scan => (known.Cells, 1, 2, 0),
                BodyOp.Number => (1, 0, 0, 1),
                BodyOp.ByMode => (1, 2, 2, 0),
                BodyOp.Call => (1, 1, int.MaxValue, node.Numbers.Count),
                _ when op == given => (inputs, 0, 0, 0),
                _ => throw new FormatException(),
            };
            w.Require(index < beyond && node.Inputs.Count >= least && node.Inputs.Count <= most && node.Numbers.Count == numbers);
            body.Add(node);
        }

        return ([.. body], w.Outputs(body.Count));
    }

    private static Kind Of<T>(Func<T, object[]> fields, Func<string, BodyWords, T> read, Func<T, bool>? holds = null) where T : LayerDeclaration =>
        new(NameOf(typeof(T)), layer => fields((T)layer), (name, words) => read(name, words) is var layer && holds?.Invoke(layer) != false ? layer : throw new FormatException());

    private static string NameOf(Type layer) => layer.Name.Replace("Declaration", "");

    private static string Word(object value) => value switch
    {
        "" => Nameless,
        bool flag => flag ? "1" : "0",
        int number => number.ToString(CultureInfo.InvariantCulture),
        double number => double.IsNaN(number) || double.IsInfinity(number) ? number.ToString(CultureInfo.InvariantCulture) : Literals.Digits(number),
        ActivationChoice choice => $"{choice.Kind} {Word(choice.Alpha)}",
        InitializerChoice choice => $"{choice.Kind} {Word(choice.Scale)}",
        Window window => $"{Word(window.Size)} {Word(window.Stride)} {Word(window.Padding)} {Word(window.Dilation)}",
        RecurrentOptions options => $"{Word(options.UseBias)} {Word(options.ReturnSequences)} {Word(options.Reverse)} {Word(options.Bidirectional)}",
        EquatableArray<int> list => List(list.Cast<object>()),
        EquatableArray<Window> list => List(list.Cast<object>()),
        _ => value.ToString(),
    };

    private static string List(IEnumerable<object> items) => string.Join(" ", items.Prepend(items.Count()).Select(Word));
}
