using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>What a program is called in generated code and in the runtime: the one list of their kinds.</summary>
/// <param name="Info">The property of ModelInfo that says where it keeps its values.</param>
/// <param name="Method">The method of IModel that runs it; its kernels' names begin so.</param>
/// <param name="Backward">Of a program that runs in two parts the second's method; else null.</param>
internal sealed record ProgramNames(string Info, string Method, string? Backward = null)
{
    public static ProgramNames Of(ProgramKind kind) => kind switch
    {
        ProgramKind.Training => new("Training", "Forward", "Backward"),
        ProgramKind.Evaluation => new("Evaluation", "Evaluate"),
        ProgramKind.Prediction => new("Prediction", "Predict"),
        ProgramKind.Logits => new("Logits", "Logits"),
        ProgramKind.Decoding => new("Decoder", "Decode"),
        ProgramKind.InputGradient => new("InputGradient", "InputGradient"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A program has a name."),
    };
}
