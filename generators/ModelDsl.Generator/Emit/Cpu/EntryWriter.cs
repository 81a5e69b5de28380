using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>A span that an entry takes for each sample of a batch.</summary>
/// <param name="Identifier">The parameter's name as C# text.</param>
/// <param name="Element">float, double or int.</param>
/// <param name="Doc">What it holds.</param>
internal readonly record struct Argument(string Identifier, string Element, string Doc)
{
    public string Read => $"{RuntimeNames.ReadOnlySpan}<{Element}> {Identifier}";

    public string Written => $"{RuntimeNames.Span}<{Element}> {Identifier}";
}

/// <summary>
/// The members that take a batch: Predict, Logits and the trainer's Step and Forward. A model of one input of values and one output calls what the runtime has for such
/// pairs; any other gets members with a span for each input, output and target, which hand these over one by one.
/// </summary>
internal sealed class EntryWriter
{
    private readonly string _model, _scalar, _outputDoc;
    private readonly bool _isPair, _isTrainedAsPair;
    private readonly SymbolSpec? _seen;
    private readonly bool _hasInputGradient;
    private readonly Argument[] _inputs, _outputs, _logits, _targets, _weights, _symbols;

    public EntryWriter(ExecutionPlan plan, ScalarToken scalar)
    {
        ModelDeclaration declaration = plan.Graph.Source.Model.Declaration;
        (_model, _scalar, _seen) = (declaration.Type.Identifier, scalar.Name, plan.Graph.Source.Model.Seen);
        _hasInputGradient = declaration.HasInputGradient;
        OutputDeclaration[] outputs = [.. declaration.Outputs];
        _isPair = declaration.Inputs.Count == 1 && declaration.Inputs[0].Classes == 0 && outputs.Length == 1 && plan.Graph.Source.Model.Symbols.Count == 0;
        _isTrainedAsPair = _isPair && !outputs[0].Target!.Weighted;
        _inputs = [.. declaration.Inputs.Select(i => new Argument(i.Identifier, i.Classes > 0 ? "int" : _scalar, Doc(i)))];
        string[] sizes = [.. plan.Graph.Source.Roots.Outputs.Select(o => $"(n, {Product(plan.Graph.Source.Arena[o.Prediction].Shape.Dims.Skip(1).Select(d => d.ToString()))}).")];
        Argument[] Named(string single, Func<OutputDeclaration, string>? doc = null) => [.. outputs.Select((o, i) =>
            new Argument(Free(o.Name.Length == 0 ? single : o.Identifier), _scalar, doc is null ? sizes[i] : $"{sizes[i]} {doc(o)}"))];
        string RowsOf(int output) => plan.Graph.Source.Arena[plan.Graph.Source.Roots.Outputs[output].Prediction].Shape.Dims is var dims ? $"(n{string.Concat(dims.Skip(1).Take(dims.Count - 2).Select(d => $", {d}"))})" : "";
        bool isProbable = declaration.Target is { IsOverClasses: true } or { IsBinary: true };
        _outputs = Named(isProbable ? "probabilities" : "predictions", outputs.Length == 1 ? null : o => OutputDoc(o.Target));
        _logits = Named("logits");
        _targets = [.. Named(TargetName(declaration)).Select((argument, i) => (Argument: argument, outputs[i].Target, Index: i)).Where(a => a.Target is not null)
            .Select(a => a.Target!.IsClass ? a.Argument with { Element = "int", Doc = $"{RowsOf(a.Index)}, class indices." } : a.Argument)];
        _weights = [.. outputs.Where(o => o.Target is { Weighted: true }).Select(o =>
            new Argument(Free(o.Name.Length == 0 ? "weights" : o.Identifier.TrimStart('@') + "Weights"), _scalar, "(n), what each sample's loss is multiplied by: finite, at least 0."))];
        _symbols = [.. plan.Graph.Source.Model.Symbols.Select(s => new Argument(Free(char.ToLowerInvariant(s.Name[0]) + s.Name.Substring(1)), "int",
            $"{s.Name}, from 1{(s.Most == int.MaxValue ? "" : " to " + Literals.Grouped(s.Most))}."))];
        _outputDoc = outputs.Length == 1 ? OutputDoc(declaration.Target) : "All outputs for n samples.";
    }

    /// <summary>What CreateTrainer gives.</summary>
    public string Trainer => _isTrainedAsPair ? $"{RuntimeNames.Trainer}<{_model}, {_scalar}, {_targets[0].Element}>" : "ModelTrainer";

    /// <summary>What the single output is called where a batch is trained on.</summary>
    public static string TargetName(ModelDeclaration declaration) => declaration.Inputs.Any(i => i.Name == "y") ? "target" : "y";

    public void WritePredictions(CodeWriter w)
    {
        Prediction(w, "Predict", _outputDoc, _outputs);
        Prediction(w, "Logits", "The last layer's output for n samples, before the function that Predict applies.", _logits);
    }

    public void WriteInputGradient(CodeWriter w)
    {
        if (!_hasInputGradient) return;
        w.Line($"""
            /// <summary>How the input moves the logits: dx = ∂(Σ dy·logits)/∂x, sample by sample, as in prediction. Thread-safe; allocates nothing.</summary>
            /// <param name="{_inputs[0].Identifier.TrimStart('@')}">{_inputs[0].Doc}</param>
            /// <param name="dy">The weight of each logit: 1 for a class whose score is asked about, 0 for the others. {_logits[0].Doc}</param>
            /// <param name="dx">Receives the gradient, of the input's size.</param>
            /// <exception cref="global::System.ArgumentException">The lengths do not fit.</exception>
            public void InputGradient({_inputs[0].Read}, {RuntimeNames.ReadOnlySpan}<{_scalar}> dy, {RuntimeNames.Span}<{_scalar}> dx) => {RuntimeNames.ModelRunner}.InputGradient<{_model}, {_scalar}>(this, {_inputs[0].Identifier}, dy, dx);

            """);
    }

    public void WriteDecoder(CodeWriter w)
    {
        if (_seen is not { } seen) return;
        bool isLimited = seen.Most < int.MaxValue;
        w.Line($"""
            /// <summary>Predicts position after position of a sequence that grows, and keeps what attention needs of those before: the same values as Predict's, for the work of one position.</summary>
            /// <param name="capacity">Positions that it has memory for{(isLimited ? $", at most {Literals.Grouped(seen.Most)}" : "")}.</param>
            /// <param name="sequences">Sequences that grow in step.</param>
            /// <exception cref="global::System.ArgumentOutOfRangeException">There would be no position or sequence{(isLimited ? ", or more positions than the model knows" : "")}.</exception>
            public {RuntimeNames.Decoder}<{_model}, {_scalar}, {_inputs[0].Element}> CreateDecoder(int capacity = {Literals.Integer(isLimited ? seen.Most : 1024)}, int sequences = 1) => new(this, capacity, sequences);

            """);
    }

    public void WriteTrainer(CodeWriter w)
    {
        if (_isTrainedAsPair) return;
        Argument[] batch = [.. _inputs, .. _targets, .. _weights];
        w.Line($"/// <summary>Trains the model on batches with a span for each input and target{(_weights.Length > 0 ? ", and the samples' weights" : "")}.</summary>");
        using (w.Block($"public sealed class ModelTrainer : {RuntimeNames.Trainer}<{_model}, {_scalar}>"))
        {
            w.Line($"internal ModelTrainer({_model} model, {RuntimeNames.IOptimizer}? optimizer, {RuntimeNames.TrainerOptions}? options) : base(model, optimizer, options) {{ }}");
            Batch("Step", "One update: loss, gradients, clipping, optimizer. Returns the batch's loss before the update.");
            Batch("Forward", "The first third of a step: returns the batch's loss, and keeps what Backward needs. Copies the batch.");
        }

        w.Line();

        void Batch(string name, string summary)
        {
            w.Line();
            w.Line($"/// <summary>{summary}</summary>");
            Params(w, [.. batch, .. _symbols]);
            w.Line($"/// <exception cref=\"global::System.ArgumentException\">Lengths do not fit, a class is out of range, {(_weights.Length > 0 ? "a weight is negative, " : "")}or a value is NaN or infinite. Nothing was changed.</exception>");
            w.Line("/// <exception cref=\"global::ModelDsl.DivergedException\">The loss is not finite although the batch is. Nothing was changed.</exception>");
            using (w.Block($"public {_scalar} {name}({string.Join(", ", batch.Select(a => a.Read).Concat(Symbols))})"))
            {
                w.Line($"using var __batch = Batch({string.Join(", ", _symbols.Select(s => s.Identifier))});");
                foreach (Argument a in batch) w.Line($"__batch.Add({a.Identifier});");
                w.Line($"return __batch.{name}();");
            }
        }
    }

    private void Prediction(CodeWriter w, string name, string summary, Argument[] outputs)
    {
        w.Line($"/// <summary>{summary} Thread-safe; allocates nothing.</summary>");
        Params(w, [.. _inputs, .. outputs, .. _symbols]);
        w.Line($"/// <exception cref=\"global::System.ArgumentException\">The lengths do not fit{(_inputs.Any(i => i.Element == "int") ? ", or a class is out of range" : "")}.</exception>");
        string header = $"public void {name}({string.Join(", ", _inputs.Select(i => i.Read).Concat(outputs.Select(o => o.Written)).Concat(Symbols))})";
        if (_isPair)
        {
            w.Line($"{header} => {RuntimeNames.ModelRunner}.{name}<{_model}, {_scalar}>(this, {_inputs[0].Identifier}, {outputs[0].Identifier});");
        }
        else
        {
            using (w.Block(header))
            {
                w.Line($"var __run = {RuntimeNames.ModelRunner}.Run<{_model}, {_scalar}>(this, logits: {(name == "Logits" ? "true" : "false")}{string.Concat(_symbols.Select(s => ", " + s.Identifier))});");
                foreach (Argument a in _inputs.Concat(outputs)) w.Line($"__run.Check({a.Identifier}.Length);");
                using IDisposable chunks = w.Block("while (__run.Next())");
                foreach (Argument a in _inputs) w.Line($"__run.Feed({a.Identifier});");
                w.Line("__run.Run();");
                foreach (Argument a in outputs) w.Line($"__run.Take({a.Identifier});");
            }
        }

        w.Line();
    }

    /// <summary>The parameters after the spans.</summary>
    private IEnumerable<string> Symbols => _symbols.Select(s => $"int {s.Identifier}");

    private static void Params(CodeWriter w, Argument[] arguments)
    {
        foreach (Argument a in arguments) w.Line($"/// <param name=\"{a.Identifier.TrimStart('@')}\">{a.Doc}</param>");
    }

    private static string Doc(InputDeclaration input)
    {
        string sizes = input.Shape.Count == 0 ? "(n)" : $"(n, {Product(input.Shape.Select(s => s.Symbol ?? s.ToString()))})";
        return input.Classes == 0 ? sizes + ", for any n." : $"{sizes}, for any n: classes from 0 to {Literals.Grouped(input.Classes - 1)}.";
    }

    private static string OutputDoc(TargetDeclaration? target) => target switch
    {
        { IsOverClasses: true } => "The probability of each class, for n samples.",
        { IsBinary: true } => "The probability of 1 for each output, for n samples.",
        { Loss: LossKind.Poisson } => "The expected counts of n samples.",
        { IsClassification: true } => "The scores of n samples; a score's sign is the class.",
        _ => "The predicted values of n samples.",
    };

    /// <summary>A parameter's name that no input has.</summary>
    private string Free(string name) => _inputs.Concat(_outputs ?? []).Concat(_logits ?? []).Concat(_targets ?? []).Concat(_weights ?? []).Any(i => i.Identifier == name) ? Free(name + "_") : name;

    private static string Product(IEnumerable<string> sizes) => string.Join("·", sizes);
}
