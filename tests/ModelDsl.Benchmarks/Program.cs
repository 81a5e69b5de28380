using ModelDsl.Benchmarks;

return args switch
{
    ["list"] => Commands.List(),
    [FreshProcess.Measure, var name] => FreshProcess.Answer(name),
    ["report"] => Report.Write(),
    ["peer"] => Peer.Run(Console.Out) is null ? 1 : 0,
    ["all"] => Commands.Run(""),
    [var prefix] when Case.All.Any(c => c.Name.StartsWith(prefix, StringComparison.Ordinal)) => Commands.Run(prefix),
    _ => Commands.Help(),
};
