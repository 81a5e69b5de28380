using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit;

/// <summary>The file of hyper-parameters: how a search space is told of them, and how an object is made of a trial.</summary>
internal static class HyperparametersWriter
{
    public static string Write(HyperparametersDeclaration settings)
    {
        string name = settings.Type.Identifier, @interface = $"{RuntimeNames.IHyperparameters}<{name}>";
        return CpuEmitter.File(settings.Type, w => Remarks(w, settings), $" : {@interface}", w =>
        {
            using IDisposable body = w.Block($"static {RuntimeNames.Func}<{RuntimeNames.Trial}, {name}> {@interface}.Declare({RuntimeNames.SearchSpace} space)");
            foreach (HyperparameterDeclaration s in settings.Settings) w.Line($"var {Axis(s)} = space.{Declared(s)};");
            w.Line("return trial => new()");
            using (w.Braces("};"))
                foreach (HyperparameterDeclaration s in settings.Settings) w.Line($"{s.Identifier} = {(s is RangeDeclaration && s.Type == "float" ? "(float)" : "")}{Axis(s)}[trial],");
        });
    }

    /// <summary>What is tried, on hover.</summary>
    private static void Remarks(CodeWriter w, HyperparametersDeclaration settings)
    {
        w.Line("/// <remarks>");
        w.Line("/// <code>");
        foreach (HyperparameterDeclaration s in settings.Settings) w.Line($"/// {Sinks.Comment(s.Name)}: {Sinks.Comment(Described(s))}");
        w.Line("/// </code>");
        w.Line("/// </remarks>");
        w.Line(RuntimeNames.GeneratedCode);
    }

    private static string Described(HyperparameterDeclaration setting) => setting switch
    {
        RangeDeclaration r => $"{Literals.Digits(r.Low)} to {Literals.Digits(r.High)}{(r.Log ? ", logarithmic" : "")}{(r.Steps == 0 ? "" : $", {r.Steps} steps of a grid")}",
        ChoiceDeclaration c => string.Join(", ", c.Values.Select(v => v.StartsWith(c.Type + ".", StringComparison.Ordinal) ? v.Substring(c.Type.Length + 1) : v)),
        _ => throw new ArgumentOutOfRangeException(nameof(setting)),
    };

    /// <summary>A local of this name cannot be a parameter's.</summary>
    private static string Axis(HyperparameterDeclaration setting) => "axisOf" + setting.Name;

    private static string Declared(HyperparameterDeclaration setting) => setting switch
    {
        RangeDeclaration { Type: "int" } r => $"Integer({Sinks.Literal(r.Name)}, {Literals.Digits(r.Low)}, {Literals.Digits(r.High)}{Options(r)})",
        RangeDeclaration r => $"Real({Sinks.Literal(r.Name)}, {Literals.Real(r.Low, ScalarToken.Double)}, {Literals.Real(r.High, ScalarToken.Double)}{Options(r)})",
        ChoiceDeclaration c => $"Choice<{c.Type}>({Sinks.Literal(c.Name)}, {string.Join(", ", c.Values)})",
        _ => throw new ArgumentOutOfRangeException(nameof(setting)),
    };

    private static string Options(RangeDeclaration range) => (range.Log ? ", log: true" : "") + (range.Steps == 0 ? "" : $", steps: {range.Steps}");
}
