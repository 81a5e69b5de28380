using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>The file of what a model's user calls: creation, files, prediction, the trainer, and the tables that stand in for reflection.</summary>
internal static class ModelWriter
{
    /// <param name="plan">The model.</param>
    /// <param name="scalar">The scalar type.</param>
    /// <param name="buffers">The values that kernels fetch by an id.</param>
    /// <param name="sizes">The sizes that are known only at run time.</param>
    public static string Write(ExecutionPlan plan, ScalarToken scalar, IReadOnlyList<NodeId> buffers, SizeTable sizes)
    {
        ModelDeclaration declaration = plan.Graph.Source.Model.Declaration;
        string name = declaration.Type.Identifier;
        return CpuEmitter.File(
            declaration.Type,
            w =>
            {
                Remarks(w, plan, scalar);
                WriteBody(w, declaration);
            },
            $" : {RuntimeNames.IModel}<{name}, {scalar.Name}>",
            w => Members(w, plan, scalar, buffers, sizes, name));
    }

    private static void Remarks(CodeWriter writer, ExecutionPlan plan, ScalarToken scalar)
    {
        writer.Line("/// <remarks>");
        writer.Line("/// <code>");
        foreach (string line in SummaryWriter.Lines(plan, scalar)) writer.Line("/// " + Sinks.Comment(line));
        writer.Line("/// </code>");
        writer.Line("/// </remarks>");
        writer.Line(RuntimeNames.GeneratedCode);
    }

    private static void Members(CodeWriter w, ExecutionPlan plan, ScalarToken scalar, IReadOnlyList<NodeId> buffers, SizeTable sizes, string name)
    {
        ModelDeclaration declaration = plan.Graph.Source.Model.Declaration;
        string memory = $"{RuntimeNames.AlignedMemory}<{scalar.Name}>";
        var entries = new EntryWriter(plan, scalar);
        string trainer = entries.Trainer;
        w.Line($$"""
            private {{name}}({{memory}} parameters) => Parameters = parameters;

            /// <summary>What is known of the model at build time.</summary>
            public static {{RuntimeNames.ModelInfo}} Info { get; } = CreateInfo();

            /// <summary>The flat parameter block.</summary>
            public {{memory}} Parameters { get; }

            /// <summary>A model with freshly drawn parameters; equal seeds give equal bits.</summary>
            public static {{name}} Create(ulong seed = 0) => new({{RuntimeNames.ParameterInitializer}}.Create<{{scalar.Name}}>(Info, seed));

            /// <summary>Reads the parameters from a safetensors file.</summary>
            /// <exception cref="global::ModelDsl.ModelFormatException">The file is not valid, or holds another model's tensors.</exception>
            public static {{name}} Load(string path) => new({{RuntimeNames.SafeTensors}}.Load<{{scalar.Name}}>(path, Info));

            /// <summary>Writes the parameters as a safetensors file: to a temporary beside it, then renamed over it.</summary>
            public void Save(string path) => {{RuntimeNames.SafeTensors}}.Save(path, Info, Parameters);

            /// <summary>A trainer of a new model, drawn with the options' seed; without an optimizer by AdamW with a learning rate of 0.001.</summary>
            public static {{trainer}} CreateTrainer({{RuntimeNames.IOptimizer}}? optimizer = null, {{RuntimeNames.TrainerOptions}}? options = null) => new(Create((options ?? new()).Seed), optimizer, options);

            /// <summary>A trainer that goes on with the parameters of <paramref name="model"/>.</summary>
            public static {{trainer}} CreateTrainer({{name}} model, {{RuntimeNames.IOptimizer}}? optimizer = null, {{RuntimeNames.TrainerOptions}}? options = null) => new(model, optimizer, options);

            """);
        entries.WritePredictions(w);
        entries.WriteDecoder(w);
        entries.WriteInputGradient(w);
        w.Line($$"""
            /// <summary>Loss and metrics over a data set, in prediction mode. Thread-safe.</summary>
            public {{RuntimeNames.Evaluation}} Evaluate({{RuntimeNames.Dataset}} data) => {{RuntimeNames.ModelRunner}}.Evaluate<{{name}}, {{scalar.Name}}>(this, data);

            /// <summary>A table of the layers with shapes, parameters and operations.</summary>
            public static string Summary() => {{RuntimeNames.ModelSummary}}.Summary(Info);

            """);
        entries.WriteTrainer(w);
        WriteProperties(w, declaration);
        InfoWriter.Write(w, plan, buffers, sizes);
    }

    /// <summary>What projects that reference this one read of the model where they have it as a sub-model.</summary>
    public static void WriteBody(CodeWriter w, ModelDeclaration declaration)
    {
        if (declaration.IsExported && PartDeclaration.Of(declaration) is { } part) w.Line($"[{RuntimeNames.CompiledBody}({Sinks.Literal(BodyText.Write(part))})]");
    }

    /// <summary>The halves of partial properties that the declaration only names; nothing ever calls them.</summary>
    public static void WriteProperties(CodeWriter w, ModelDeclaration declaration)
    {
        foreach (string property in declaration.Properties)
            w.Line($"{property} => throw new global::System.InvalidOperationException(\"A [Forward] method is compiled by the generator, not run.\");\n");
    }
}
