using ModelDsl.Checkpoints;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    /// <summary>The <c>Fit</c> that a checkpoint was written in, until the next <c>Fit</c> goes on with it.</summary>
    private (FitState State, BestParameters? Best)? _interrupted;

    /// <summary>
    /// Writes parameters, the optimizer's memory, schedules' state and counters to a file: to a temporary, with a checksum, flushed and renamed. <c>Fit</c> does so by itself
    /// with <see cref="TrainerOptions.Checkpoints"/>; this is for loops of steps.
    /// </summary>
    /// <param name="path">The file; null for the next of <see cref="CheckpointOptions.Folder"/>, where old ones then make room.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    /// <exception cref="InvalidOperationException">There is neither path nor folder, the folder holds checkpoints of later steps, or another thread is using the trainer.</exception>
    public string SaveCheckpoint(string? path = null)
    {
        Enter();
        try { return Save(path, _interrupted); }
        finally { Exit(); }
    }

    /// <summary>
    /// Goes on from the newest checkpoint of <see cref="CheckpointOptions.Folder"/>: model and trainer become what they were, and the next <c>Fit</c>, with the same data,
    /// finishes the one that was interrupted; its <see cref="TrainResult.History"/> holds the epochs before too, their evaluations without confusion matrix, probabilities, curve and errors. Damaged checkpoints
    /// are renamed and passed over.
    /// </summary>
    /// <returns>The checkpoint, and what was wrong with newer ones; null where there is none.</returns>
    /// <exception cref="ModelFormatException">All are damaged; or one is another model's, or of other options.</exception>
    /// <exception cref="InvalidOperationException">There is no folder, or another thread is using the trainer.</exception>
    public Checkpoint? Resume()
    {
        CheckpointOptions options = RequireFolder();
        if (!Directory.Exists(options.Folder)) return null;
        // What a process left that was killed while it wrote.
        foreach (string temporary in Directory.GetFiles(options.Folder, ".*.tmp")) File.Delete(temporary);
        var damaged = new List<(string File, string Message)>();
        foreach (string file in CheckpointFile.NewestFirst(options.Folder))
        {
            try
            {
                Checkpoint checkpoint = Resume(file);
                foreach ((string bad, _) in damaged) File.Move(bad, bad + ".damaged", overwrite: true);
                return checkpoint with { Rejected = [.. damaged.Select(d => d.Message)] };
            }
            catch (ModelFormatException e) when (e.InnerException is DamagedCheckpointException)
            {
                damaged.Add((file, e.Message));
            }
        }
        return damaged.Count == 0 ? null
            : throw new ModelFormatException($"No checkpoint in {options.Folder} can be used: {string.Join(" ", damaged.Select(d => d.Message))} Remove them to start anew.");
    }

    /// <summary>Goes on from one checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is damaged, another model's, or of other options. Nothing was changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public Checkpoint Resume(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Resume(stream, path);
    }

    internal Checkpoint Resume(Stream stream, string path)
    {
        Enter();
        try
        {
            CheckpointFile.Read(stream, path, f => _interrupted = Describe(f, path, null));
            (_phase, _workspace.Seed) = (Phase.Idle, Options.Seed);
            ForgetGradients();
            return new Checkpoint(path, State.Step, EpochsCompleted, []);
        }
        catch (DamagedCheckpointException e)
        {
            throw new ModelFormatException($"{path} is damaged: {e.Message}.", e);
        }
        finally
        {
            Exit();
        }
    }

    private CheckpointOptions RequireFolder() =>
        Options.Checkpoints ?? throw new InvalidOperationException("TrainerOptions.Checkpoints says in which folder checkpoints are: give it, or a path.");

    /// <summary>A run that begins anew beside a later one's checkpoints would lose its own, which are older, and be resumed from those.</summary>
    private void RequireOwnFolder()
    {
        string folder = RequireFolder().Folder;
        string? newest = Directory.Exists(folder) ? CheckpointFile.NewestFirst(folder).FirstOrDefault() : null;
        if (newest is not null && string.CompareOrdinal(Path.GetFileName(newest), CheckpointFile.Name(State.Step)) > 0)
            throw new InvalidOperationException($"{newest} is of a later step than this trainer's {State.Step}. Call Resume to go on from it; or give each run a folder of its own, or empty this one.");
    }

    private string Save(string? path, (FitState, BestParameters?)? fit)
    {
        if (path is null)
        {
            RequireOwnFolder();
            Directory.CreateDirectory(RequireFolder().Folder);
            path = Path.Combine(RequireFolder().Folder, CheckpointFile.Name(State.Step));
            CheckpointFile.Write(path, f => Describe(f, path, fit));
            foreach (string old in CheckpointFile.NewestFirst(RequireFolder().Folder).Skip(RequireFolder().Keep)) File.Delete(old);
        }
        else CheckpointFile.Write(path, f => Describe(f, path, fit));
        return path;
    }

    /// <summary>All of a trainer, in the order of the file.</summary>
    private (FitState, BestParameters?)? Describe(CheckpointFields f, string path, (FitState State, BestParameters? Best)? fit)
    {
        Identify(f, path);
        State.Step = f.Value(State.Step);
        int epochs = f.Value(EpochsCompleted);
        if (f.Reads) EpochsCompleted = epochs;
        if (_plateau is not null)
        {
            _plateau.Factor = f.Value(_plateau.Factor);
            _plateau.Best = f.Value(_plateau.Best);
            _plateau.Bad = f.Value(_plateau.Bad);
            _plateau.Resting = f.Value(_plateau.Resting);
        }
        f.Block(Model.Parameters.Span);
        if (Averaged is not null) f.Block(Averaged.Parameters.Span);
        for (int i = 0; i < State.SlotCount; i++) f.Block(State.Slot(i));
        if (!f.Flag(fit is not null)) return null;
        (FitState state, BestParameters? best) = fit ?? NewFit();
        state.Describe(f);
        best?.Describe(f);
        return (state, best);
    }

    private (FitState, BestParameters?) NewFit() => (new FitState(Options), Options.EarlyStopping is { RestoreBest: true } ? new BestParameters(this) : null);

    /// <summary>What must be the same where a checkpoint is read as where it was written: before anything is changed.</summary>
    private void Identify(CheckpointFields f, string path)
    {
        Require("model", Info.Name);
        Require("declaration", Info.Hash);
        Require("scalar", Info.Scalar.ToString());
        Require("parameters", $"{Info.BlockLength}, trained {Info.TrainableLength}");
        Require("optimizer", string.Join(", ", new[] { _optimizer }.Concat(Options.Groups.Select(g => g.Optimizer).OfType<IOptimizer>()).Select(o => o.GetType().Name)));
        Require("optimizer's state slots", $"{State.SlotCount}");
        Require("seed", $"{Options.Seed}");
        Require("AverageDecay", Averaged is null ? "none" : "given");
        Require("Plateau", _plateau is null ? "none" : "given");
        Require("EarlyStopping", Options.EarlyStopping is not { } early ? "none" : early.RestoreBest ? "restoring" : "given");

        void Require(string what, string value)
        {
            string found = f.Text(value);
            if (found != value) throw new ModelFormatException($"{path}: its {what} is '{found}', this trainer's is '{value}'. Resume with the same, or load the model alone.");
        }
    }
}
