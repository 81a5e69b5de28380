using ModelDsl.Checkpoints;
using ModelDsl.Metrics;

namespace ModelDsl;

/// <summary>Where a call of <c>Fit</c> stands: with the trainer's own state, all that is needed to go on with it.</summary>
internal sealed class FitState(TrainerOptions options)
{
    /// <summary>What decides the order of samples: a run goes on only with the same.</summary>
    public (long Samples, int BatchSize, bool Shuffle, bool DropLast) Data;

    /// <summary>The epoch it ends with, and the trainer's step when it began.</summary>
    public int LastEpoch;
    public long FirstStep;

    /// <summary>When it began, and how long it ran before this process.</summary>
    public DateTimeOffset Started = DateTimeOffset.UtcNow;
    public double SecondsBefore;

    /// <summary>Of the epoch under way.</summary>
    public int Steps;
    public long Samples;
    public double LossSum, LearningRate, EpochSeconds;

    /// <summary>Why it ended, if it did.</summary>
    public StopReason? Finished;

    public List<EpochRecord> History { get; } = [];

    public LossGrowth Growth { get; } = new(options.DivergenceFactor ?? double.PositiveInfinity);

    public EarlyStopper? Stopper { get; } = options.EarlyStopping is { } early ? new EarlyStopper(early) : null;

    /// <summary>The next epoch begins.</summary>
    public void BeginEpoch() => (Steps, Samples, LossSum, EpochSeconds) = (0, 0, 0, 0);

    public void Describe(CheckpointFields f)
    {
        Data = (f.Value(Data.Samples), f.Value(Data.BatchSize), f.Flag(Data.Shuffle), f.Flag(Data.DropLast));
        f.Value(ref LastEpoch);
        f.Value(ref FirstStep);
        Started = new DateTimeOffset(f.Value(Started.UtcTicks), TimeSpan.Zero);
        f.Value(ref SecondsBefore);
        f.Value(ref Steps);
        f.Value(ref Samples);
        f.Value(ref LossSum);
        f.Value(ref LearningRate);
        f.Value(ref EpochSeconds);
        Finished = f.Flag(Finished is not null) ? f.Value(Finished ?? default) : null;
        Growth.First = f.Value(Growth.First);
        Growth.Smoothed = f.Value(Growth.Smoothed);
        Growth.IsSigned = f.Flag(Growth.IsSigned);
        if (Stopper is not null)
        {
            Stopper.Best = f.Value(Stopper.Best);
            Stopper.BestEpoch = f.Value(Stopper.BestEpoch);
            Stopper.Bad = f.Value(Stopper.Bad);
            Stopper.Epochs = f.Value(Stopper.Epochs);
        }
        int epochs = f.Value(History.Count);
        for (int i = 0; i < epochs; i++)
        {
            EpochRecord epoch = Describe(f, f.Reads ? new(0, 0, null, null, 0, 0, 0) : History[i]);
            if (f.Reads) History.Add(epoch);
        }
    }

    private static EpochRecord Describe(CheckpointFields f, EpochRecord e) => new(
        f.Value(e.Epoch), f.Value(e.TrainLoss), Describe(f, e.Train), Describe(f, e.Validation), f.Value(e.LearningRate), f.Value(e.Seconds), f.Value(e.SamplesPerSecond));

    private static Evaluation? Describe(CheckpointFields f, Evaluation? given)
    {
        if (!f.Flag(given is not null)) return null;
        Evaluation e = given ?? new(0, 0);
        var read = new Evaluation(f.Value(e.Count), f.Value(e.Loss));
        foreach (EvaluationScore score in EvaluationScore.All[1..]) read = score.Set(read, f.Optional(score.Of(e)));
        int outputs = f.Value(e.Outputs.Count);
        if (outputs == 0) return read;
        var named = new Dictionary<string, Evaluation>(outputs);
        string[] names = f.Reads ? new string[outputs] : [.. e.Outputs.Keys];
        for (int i = 0; i < outputs; i++)
        {
            string name = f.Text(names[i] ?? "");
            named.Add(name, Describe(f, f.Reads ? null : e.Outputs[name])!);
        }
        return read with { Outputs = named };
    }
}
