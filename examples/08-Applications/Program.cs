using System.Diagnostics;
using Applications;

const int Failed = 1, Refused = 2;

(string Name, Func<Score> Run)[] applications =
[
    ("faces", Faces.Run), ("boxes", Boxes.Run), ("sentiment", Sentiment.Run), ("reverse", Reverse.Run), ("keywords", Keywords.Run),
    ("films", Films.Run), ("spam", Spam.Run), ("fraud", Fraud.Run), ("cancer", Cancer.Run),
];
(string Name, Func<Score> Run)[] chosen = args.Length == 0 ? applications : Array.FindAll(applications, a => args is [var name] && name == a.Name);
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"usage: [{string.Join(" | ", applications.Select(a => a.Name))}]   all without an argument");
    return Refused;
}

List<string> table = [FormattableString.Invariant($"{"application",-12} {"metric",-24} {"baseline",-32}{"",5} {"model",6} {"seconds",8}")];
bool allBeat = true;
foreach (var (name, run) in chosen)
{
    long start = Stopwatch.GetTimestamp();
    Score score = run();
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    allBeat &= score.BeatsBaseline;
    table.Add(FormattableString.Invariant($"{name,-12} {score.Metric,-24} {score.Rival,-32}{score.Baseline,5:0.000} {score.Model,6:0.000} {seconds,8:0.0}{(score.BeatsBaseline ? "" : "   FAILED")}"));
}

Console.WriteLine($"\n{string.Join('\n', table)}");
return allBeat ? 0 : Failed;
