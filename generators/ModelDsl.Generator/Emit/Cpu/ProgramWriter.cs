using System.Globalization;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>The kernels' file: each program as a list of calls, each kernel once however many programs call it.</summary>
internal static class ProgramWriter
{
    public static string Write(ExecutionPlan plan, ScalarToken scalar)
    {
        TypeIdentity type = plan.Graph.Source.Model.Declaration.Type;
        var names = new ValueNames(plan);
        var multiplyAdds = new MultiplyAdds(plan);
        Dictionary<Kernel, string> kernels = NameKernels(plan, names);
        string holder = HolderName(type);
        return CpuEmitter.File(
            type, _ => { }, "",
            w => Programs(w, plan, names, multiplyAdds, scalar, kernels, QualifiedHolderName(type)),
            w => Kernels(w, plan, names, multiplyAdds, scalar, kernels, holder));
    }

    /// <summary>The file-local class of the kernels; the model's own class keeps its members to itself.</summary>
    private static string HolderName(TypeIdentity type) => type.Name + "Kernels";

    /// <summary>From inside the model's class, whose members, and those of the classes around it, may have the holder's name.</summary>
    private static string QualifiedHolderName(TypeIdentity type) => $"global::{(type.Namespace.Length > 0 ? type.Namespace + "." : "")}{HolderName(type)}";

    private static void Programs(
        CodeWriter writer, ExecutionPlan plan, ValueNames names, MultiplyAdds multiplyAdds, ScalarToken scalar, Dictionary<Kernel, string> kernels, string holder)
    {
        bool first = true;
        foreach ((string method, ProgramPlan program, Func<Kernel, bool> which) in Methods(plan))
        {
            if (!first) writer.Line();
            first = false;
            string model = $"{RuntimeNames.IModel}<{plan.Graph.Source.Model.Declaration.Type.Identifier}, {scalar.Name}>";
            using (writer.Block($"static void {model}.{method}<V>({RuntimeNames.Workspace}<{scalar.Name}> s)"))
            {
                foreach (Kernel kernel in program.Program.Kernels.Where(which))
                {
                    Operations operations = new KernelSource(plan, names, multiplyAdds, scalar, kernels[kernel], kernel).Operations;
                    writer.Line($"s.Run({holder}.{kernels[kernel]}<V>, {Text(operations)});");
                }
            }
        }
    }

    private static IEnumerable<(string Method, ProgramPlan Program, Func<Kernel, bool> Which)> Methods(ExecutionPlan plan)
    {
        foreach (ProgramPlan program in plan.Programs)
        {
            switch (program.Program.Kind)
            {
                case ProgramKind.Training:
                    yield return ("Forward", program, k => k.IsForward);
                    yield return ("Backward", program, k => !k.IsForward);
                    break;
                case ProgramKind.Evaluation: yield return ("Evaluate", program, _ => true); break;
                case ProgramKind.Prediction: yield return ("Predict", program, _ => true); break;
                default: yield return ("Logits", program, _ => true); break;
            }
        }
    }

    private static void Kernels(
        CodeWriter writer, ExecutionPlan plan, ValueNames names, MultiplyAdds multiplyAdds, ScalarToken scalar, Dictionary<Kernel, string> kernels, string holder)
    {
        writer.Line();
        writer.Line("/// <summary>One method for each kernel. B is the batch; V is a vector of as many scalars as the processor takes at once.</summary>");
        using IDisposable block = writer.Block($"file static class {holder}");
        using (writer.Block("private static class Buffers"))
        {
            for (int i = 0; i < plan.BufferIds.Count; i++)
                writer.Line($"public const int {ValueNames.Pascal(names[plan.BufferIds[i]])} = {i.ToString(CultureInfo.InvariantCulture)};");
        }

        foreach (KeyValuePair<Kernel, string> kernel in kernels)
            KernelWriter.Write(writer, new KernelSource(plan, names, multiplyAdds, scalar, kernel.Value, kernel.Key));
    }

    /// <summary>Program, number, first stored values: Backward_07_DDense1Weight. Equal kernels of several programs are one method, named by the first.</summary>
    private static Dictionary<Kernel, string> NameKernels(ExecutionPlan plan, ValueNames names)
    {
        var result = new Dictionary<Kernel, string>();
        foreach (ProgramPlan program in plan.Programs)
        {
            int number = 0;
            foreach (Kernel kernel in program.Program.Kernels)
            {
                number++;
                if (result.ContainsKey(kernel)) continue;
                string phase = program.Program.Kind switch
                {
                    ProgramKind.Training => kernel.IsForward ? "Forward" : "Backward",
                    ProgramKind.Evaluation => "Evaluate",
                    ProgramKind.Prediction => "Predict",
                    _ => "Logits",
                };
                string stored = string.Join("_", kernel.Stores.Select(s => s.Value).Distinct().Take(2).Select(v => ValueNames.Pascal(names[v])));
                result.Add(kernel, $"{phase}_{number.ToString("00", CultureInfo.InvariantCulture)}_{stored}");
            }
        }

        return result;
    }

    private static string Text(Operations o) => (o.Constant, o.PerBatchRow) switch
    {
        (_, 0) => Literals.Integer(o.Constant),
        (0, _) => $"{Literals.Integer(o.PerBatchRow)}L * s.Batch",
        _ => $"{Literals.Integer(o.Constant)} + {Literals.Integer(o.PerBatchRow)}L * s.Batch",
    };
}
