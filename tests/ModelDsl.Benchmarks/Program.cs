using ModelDsl.Benchmarks;
using ModelDsl.Benchmarks.Cases;

return args switch
{
    ["list"] => Commands.List(),
    [FreshProcess.Measure, var name] => FreshProcess.Answer(name),
    ["report", .. var commands] => Report.Write(commands),
    ["stages"] => GeneratorStages.Print(Console.Out),
    ["generator"] => Commands.Generator(Console.Out),
    ["compare", .. var cases] => Comparison.Run(Console.Out, cases),
    ["accuracy", .. var functions] => Accuracy.Run(functions),
    ["functions"] => FunctionPeer.Run(Console.Out),
    ["kernels", var name] => KernelTimes.Print(Console.Out, name, 1),
    ["kernels", var name, "2t"] => KernelTimes.Print(Console.Out, name, 2),
    ["start"] => Start.Print(Console.Out),
    ["growth"] => Growth.Print(Console.Out),
    ["memory"] => MemoryPeer.Run(Console.Out),
    ["latency"] => Latency.Print(Console.Out),
    ["linear"] => LinearPeer.Run(Console.Out),
    ["effects"] => Effects.Print(Console.Out),
#if GPU
    ["gpu", .. var arguments] => GpuPeer.Run(Console.Out, arguments),
#endif
    ["all"] => Commands.Run("", Console.Out),
    [var prefix] when Case.All.Any(c => c.Name.StartsWith(prefix, StringComparison.Ordinal)) => Commands.Run(prefix, Console.Out),
    _ => Commands.Help(),
};
