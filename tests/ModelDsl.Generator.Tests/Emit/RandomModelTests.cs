using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Tests.RandomBodies;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>Generated code, unoptimised, against the interpreter: the zoo, and random models.</summary>
public sealed class RandomModelTests
{
    /// <summary>Compiled together, and run together at one lane width: of four such batches each has its own.</summary>
    private const int BatchSize = 75;

    /// <summary>Failing models that are shrunk: each takes seconds.</summary>
    private const int MostShrunk = 3;

    [Fact]
    public async Task Zoo_IsTheInterpreter()
    {
        var examination = new Examination();
        string failures = await Unoptimized.Examine(examination, Examination.Image([.. Zoo.All.Index()]), "zoo");
        Assert.True(failures == "", failures);
        Assert.True(examination.WithoutFeed < 3);
        TestContext.Current.TestOutputHelper!.WriteLine(examination.ToString());
    }

    /// <summary>
    /// MODELDSL_RANDOM_MODELS=N takes N models, MODELDSL_SEED=S other ones. One that fails is shrunk and printed: as C#, as a graph, and as the environment that gives
    /// this model alone.
    /// </summary>
    [Fact]
    public async Task RandomGraphs_AreTheInterpreter()
    {
        int count = Setting("MODELDSL_RANDOM_MODELS", 200), first = Setting("MODELDSL_SEED", 0);
        var examination = new Examination();
        List<string> failures = [];
        Task<string> running = Task.FromResult("");
        foreach (IGrouping<int, int> batch in Enumerable.Range(first, count).GroupBy(number => number / BatchSize))
        {
            int[] numbers = [.. batch];
            (byte[] image, string which) = Compile(numbers, examination, failures);

            // the next batch is compiled while this one runs
            failures.Add(await running);
            if (which != "") running = Unoptimized.Examine(examination, image, which, Examination.LaneWidths[batch.Key % Examination.LaneWidths.Length]);
        }

        failures.Add(await running);
        string totals = $"random models from seed {first}: {examination}";
        TestContext.Current.TestOutputHelper!.WriteLine(totals);
        Console.WriteLine(totals);
        Assert.True(examination.Failed.Count == 0, totals + "\n\n" + string.Join("\n\n", examination.Failed.Take(MostShrunk).Select(Shrunk)) + "\n\n" + string.Join('\n', failures.Where(f => f != "").Take(3)));
        Assert.True(examination.WithoutFeed <= count / 10, totals);
    }

    /// <summary>(B, 2, 3, 1) and (B, 3, 2, 5) have equally many rows, and nothing else in common (a model of the random ones).</summary>
    [Fact]
    public void EquallyManyRows_AreNotOneShape()
    {
        SketchOp reshape = SketchOps.All.Single(o => o.Name == "Reshape"), mean = SketchOps.All.Single(o => o.Name == "Mean");
        Sketch sketch = new Sketch([30], [], [Declare.Dense(4)], [], Declare.Target(LossKind.Mse), null, 5)
            .Add(SketchOps.Dense, [0], [0]).Add(reshape, [0], [2, 3, 5]).Add(reshape, [0], [3, 2, 5]).Add(mean, [2], [-1]).Add(SketchOps.Add, [4, 3], []);
        Assert.Null(sketch.Shapes());
        Assert.Equal("MDSL0202", Assert.Single(Lowerer.Lower(sketch.Declaration("Rows")).Problems).Id);
    }

    /// <summary>A number beside a vector of parameters, in a kernel of one row: there is no row to index (a model that shrinking found).</summary>
    [Fact]
    public void NumbersBesideVectorsOfParameters_AreCompiled()
    {
        SketchOp gap = SketchOps.All.Single(o => o.Name == "Map gap");
        Sketch sketch = new Sketch([3], [], [Declare.Dense(7)], [], Declare.Target(LossKind.Mse), null, 5)
            .Add(SketchOps.Param, [], [1]).Add(SketchOps.Param, [], [7]).Add(gap, [2, 1], []).Add(SketchOps.Dense, [0], [0]).Add(SketchOps.Add, [4, 3], []);
        Assert.Null(Examination.Fault(RandomModels.Of(sketch, "NumberBesideVector"), 0));

        // one number of two axes
        sketch = sketch with { Steps = [new Step(SketchOps.Param, [], [1, 1]), .. sketch.Steps[1..]] };
        Assert.Null(Examination.Fault(RandomModels.Of(sketch, "MatrixBesideVector"), 0));
    }

    /// <summary>A transpose that is stored, read element by element and by a view: what is made of both must not be written over it (random model 6755).</summary>
    [Fact]
    public void StoredTransposes_AreNotOverwrittenWhileViewsReadThem()
    {
        SketchOp transpose = SketchOps.All.Single(o => o.Name == "Transpose"), permute = SketchOps.All.Single(o => o.Name == "Permute");
        Sketch sketch = new Sketch([2, 2, 2], [], [Declare.Dense(1)], [], Declare.Target(LossKind.Mse), null, 5)
            .Add(transpose, [0], []).Add(permute, [1], [0, 2, 3, 1]).Add(SketchOps.Add, [1, 2], []).Add(SketchOps.Dense, [3], [0]);
        Assert.Null(Examination.Fault(RandomModels.Of(sketch, "Overwritten"), 0));
    }

    /// <summary>Where of a comparison, with values and numbers: refused as a truth value once (a model of the random ones).</summary>
    [Fact]
    public void ChoicesByWhere_AreCompiled()
    {
        SketchOp where = SketchOps.All.Single(o => o.Name == "Where"), choice = SketchOps.All.Single(o => o.Name == "Choice");
        Sketch sketch = new Sketch([3], [], [Declare.Dense(3)], [], Declare.Target(LossKind.Mse), null, 5).Add(SketchOps.Dense, [0], [0]).Add(where, [1, 0], []).Add(choice, [2], []);
        Assert.Null(Examination.Fault(RandomModels.Of(sketch, "Chosen"), 0));
        Assert.Empty(CompilerHost.Build("#pragma warning disable CS1591\nusing static ModelDsl.Ops;\n[Model, Target(Loss.Mse)] public sealed partial class M { [Dense(4)] private partial Layer A { get; } "
            + "[Forward] public Tensor Forward([Input(4)] Tensor x) => Where(Equal(x, x), 0.5, Where(0.1 <= x, A(x), 2)); }").Reported);
    }

    /// <summary>An epilogue that gathers from a value of (…, B): its strides are the batch (a model of the random ones).</summary>
    [Fact]
    public void EpiloguesThatGatherAlongTheBatch_AreCompiled() => Assert.Null(Examination.Fault(RandomModels.New(285), 285));

    /// <summary>Dropout of a row's one number, in the kernel that makes it from the row: alone, and spread over the row again (random model 369).</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DropoutOfARowsNumber_IsThatRows(bool isSpread)
    {
        SketchOp sum = SketchOps.All.Single(o => o.Name == "LogSumExp"), dropout = SketchOps.All.Single(o => o.Name == "Dropout");
        Sketch sketch = new Sketch([7], [], [], [], Declare.Target(LossKind.Mse), null, 33).Add(sum, [0], [-1]).Add(dropout, Declare.Dropout(0.5), 1);
        if (isSpread) sketch = sketch.Add(SketchOps.Add, [0, 2], []);
        sketch = sketch.Add(SketchOps.Dense, Declare.Dense(1), sketch.Steps.Length);
        Assert.NotNull(sketch.Shapes());
        Assert.Null(Examination.Fault(RandomModels.Of(sketch, "RowDropout"), 0));
    }

    /// <summary>The shrinker's candidates are right models, and smaller.</summary>
    [Fact]
    public void ShrunkModels_AreRight_AndEndSmall()
    {
        foreach (Specimen s in RandomModels.Take(5, 900))
        {
            Sketch sketch = s.Sketch!;
            for (int i = 0; i < 500 && sketch.Shrink().FirstOrDefault() is { } smaller; i++) sketch = smaller;
            Assert.Empty(sketch.Shrink());
            Assert.True(sketch.Steps.Length <= 2 && sketch.Batch == 1, RandomModels.Of(sketch, "Shrunk").ToString());
        }
    }

    /// <summary>Of 400 random models each entry of the table is in some.</summary>
    [Fact]
    public void EveryEntryOfTheTable_IsDrawn()
    {
        HashSet<string> drawn = [.. RandomModels.Take(1500).SelectMany(s => s.Sketch!.Steps).Select(s => s.Op.Name)];
        Assert.Empty(SketchOps.All.Select(o => o.Name).Concat(["Sub", "Weight", "Bias", "Param"]).Except(drawn));
    }

    /// <summary>A batch's assembly and the numbers in it; what does not compile is left out, and failed.</summary>
    private static (byte[] Image, string Which) Compile(int[] numbers, Examination examination, List<string> failures)
    {
        try
        {
            return (Examination.Image([.. numbers.Select(n => (n, RandomModels.New(n)))]), string.Join(',', numbers));
        }
        catch (Exception e) when (numbers.Length == 1)
        {
            examination.Failed.Add(numbers[0]);
            failures.Add(e.ToString());
            return ([], "");
        }
        catch (Exception)
        {
            Compile(numbers[..(numbers.Length / 2)], examination, failures);
            Compile(numbers[(numbers.Length / 2)..], examination, failures);
            return numbers.All(examination.Failed.Contains) ? ([], "") : Compile([.. numbers.Where(n => !examination.Failed.Contains(n))], examination, failures);
        }
    }

    /// <summary>The smallest model that FsCheck finds from a failing one by shrinking.</summary>
    private static string Shrunk(int number)
    {
        (Specimen smallest, string fault) = (RandomModels.New(number), "only without optimisation, or only beside others");
        Check.One(Config.Quick.WithMaxTest(1).WithQuietOnSuccess(true).WithRunner(new Silent()), Prop.ForAll(Sketches.Shrinking(smallest.Sketch!), sketch =>
        {
            Specimen s = RandomModels.Of(sketch, "Shrunk");
            if (Examination.Fault(s, number) is not { } found) return true;
            (smallest, fault) = (s, found);
            return false;
        }));
        return $"MODELDSL_SEED={number} MODELDSL_RANDOM_MODELS=1\n{smallest}\n{Graph(smallest)}\n{fault}";
    }

    private static string Graph(Specimen s)
    {
        try
        {
            return Lowerer.Lower(s.Declaration).Graph?.Print() ?? "no graph";
        }
        catch (InvalidOperationException)
        {
            return "no graph";
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>The test prints what was found itself.</summary>
    private sealed class Silent : IRunner
    {
        public void OnStartFixture(Type t) { }

        public void OnArguments(int n, Microsoft.FSharp.Collections.FSharpList<object> args, Microsoft.FSharp.Core.FSharpFunc<int, Microsoft.FSharp.Core.FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string>> every) { }

        public void OnShrink(Microsoft.FSharp.Collections.FSharpList<object> args, Microsoft.FSharp.Core.FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string> everyShrink) { }

        public void OnFinished(string name, FsCheck.TestResult testResult) { }
    }
}
