using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Checkpoints;

/// <summary>
/// A process that trains is killed at random moments, without a chance to tidy up, and started again until it has finished: it ends with the bits of a run that nobody
/// disturbed, and a kill costs it the steps since the last checkpoint, no more. Set MODELDSL_KILLS for more kills than 20.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const string Run = "MODELDSL_KILL_RUN", Kills = "MODELDSL_KILLS";
    private const int Epochs = 250, Every = 4;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledAgainAndAgain_EndsBitForBitAsUninterrupted()
    {
        int wanted = int.Parse(Environment.GetEnvironmentVariable(Kills) ?? "20", CultureInfo.InvariantCulture), kills = 0, runs = 0;
        var random = new Random(5);
        while (kills < wanted)
        {
            ulong seed = (ulong)++runs;
            string folder = _folder[$"run{seed}"], result = _folder[$"result{seed}"], done = _folder[$"done{seed}"], from = _folder[$"from{seed}"];
            long resumed = 0;
            while (!File.Exists(result))
            {
                using Process child = Start(folder, result, seed, done, from);
                Task ended = child.WaitForExitAsync(TestContext.Current.CancellationToken);
                await Task.WhenAny(Beginning(folder, resumed), ended);
                await Task.WhenAny(Task.Delay(random.Next(60), TestContext.Current.CancellationToken), ended);
                if (kills < wanted && !child.HasExited)
                {
                    child.Kill(); // SIGKILL
                    await ended;
                    if (!File.Exists(result)) kills++;
                }
                else
                {
                    string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                    await ended;
                    Assert.True(File.Exists(result), output);
                }
                // It went on from the newest checkpoint there was; and of the steps that it did, those since the last multiple of Every are lost.
                Assert.Equal(resumed, ReadNumber(from));
                resumed = Newest(folder);
                Assert.InRange(ReadNumber(done) - resumed, -1, Every - 1);
            }
            Assert.Equal(Uninterrupted(seed), await File.ReadAllBytesAsync(result, TestContext.Current.CancellationToken));
        }
        TestContext.Current.SendDiagnosticMessage($"{kills} kills in {runs} runs");
    }

    /// <summary>The child's: does nothing but for <see cref="Start"/>.</summary>
    [Fact(Explicit = true)]
    public void Train()
    {
        string[] run = Environment.GetEnvironmentVariable(Run)!.Split('|');
        TrainerOptions options = LongRun.Options(ulong.Parse(run[2], CultureInfo.InvariantCulture), Epochs) with { Checkpoints = new(run[0]) { Every = Every, Keep = 2 } };
        using var done = new Witness(options.Schedule, run[3]);
        var trainer = LongRun.Start(options with { Schedule = done });
        WriteNumber(run[4], trainer.Resume()?.Step ?? 0);
        byte[] result = Told(trainer, trainer.Fit(LongRun.Data, LongRun.Data, cancellationToken: TestContext.Current.CancellationToken));
        File.WriteAllBytes(run[1] + ".new", result);
        File.Move(run[1] + ".new", run[1]);
    }

    private static byte[] Uninterrupted(ulong seed)
    {
        var trainer = LongRun.Start(LongRun.Options(seed, Epochs));
        return Told(trainer, trainer.Fit(LongRun.Data, LongRun.Data, cancellationToken: TestContext.Current.CancellationToken));
    }

    /// <summary>Parameters, state and history.</summary>
    private static byte[] Told(Trainer<MatrixModel<double>, double, double> trainer, TrainResult result) =>
        [.. MemoryMarshal.AsBytes<double>(LongRun.State(trainer)), .. System.Text.Encoding.UTF8.GetBytes(LongRun.Told(result))];

    private static Process Start(string folder, string result, ulong seed, string done, string from)
    {
        string program = Path.ChangeExtension(typeof(KillTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program, ["-noColor", "-explicit", "only", "-method", $"{typeof(KillTests).FullName}.{nameof(Train)}"]) { RedirectStandardOutput = true };
        start.Environment[Run] = $"{folder}|{result}|{seed}|{done}|{from}";
        return Process.Start(start)!;
    }

    /// <summary>Until the child has written a checkpoint of its own: kills before that would only test the start of .NET.</summary>
    private static async Task Beginning(string folder, long after)
    {
        while (Newest(folder) <= after) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    /// <summary>The step of the newest checkpoint.</summary>
    private static long Newest(string folder)
    {
        if (!Directory.Exists(folder)) return 0;
        return Directory.GetFiles(folder, "step-*.checkpoint").Select(f => long.Parse(Path.GetFileNameWithoutExtension(f)["step-".Length..], CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
    }

    private static void WriteNumber(string path, long number) => File.WriteAllBytes(path, BitConverter.GetBytes(number));

    private static long ReadNumber(string path) => BitConverter.ToInt64(File.ReadAllBytes(path));

    /// <summary>A schedule that notes in a file, which a kill leaves, the steps done before the one that it is asked for. Right after a checkpoint that is one less than it has.</summary>
    private sealed class Witness(LearningRateSchedule inner, string path) : LearningRateSchedule, IDisposable
    {
        private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

        public override double Factor(TrainingTime time)
        {
            _file.Position = 0;
            _file.Write(BitConverter.GetBytes(time.Step));
            return inner.Factor(time);
        }

        public void Dispose() => _file.Dispose();
    }
}
