using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>What the command line can ask for.</summary>
internal static class Commands
{
    public static int List()
    {
        foreach (Case c in Case.All) Console.WriteLine($"{c.Name,-28} {c.What}");
        return 0;
    }

    /// <summary>Measures the cases whose names begin so and prints them as a table.</summary>
    public static int Run(string prefix, TextWriter output)
    {
        output.WriteLine("| case | | |\n|---|---|---|");
        foreach (Case c in Case.All.Where(c => c.Name.StartsWith(prefix, StringComparison.Ordinal))) output.WriteLine($"| {c.Name} | {c.What} | {FreshProcess.Run(c).Text(c).Trim()} |");
        return 0;
    }

    public static int Generator(TextWriter output)
    {
        GeneratorStages.Print(output);
        output.WriteLine();
        output.WriteLine("| case | | | goal | |\n|---|---|---|---|---|");
        foreach (Case c in GeneratorCases.All)
        {
            Times times = FreshProcess.Run(c);
            bool hasGoal = GeneratorCases.Goals.TryGetValue(c.Name, out double goal);
            output.WriteLine($"| {c.Name} | {c.What} | {times.Text().Trim()} | {(hasGoal ? Times.Of([goal]).Text().Trim().Split("  ")[0] : "")} | {(hasGoal && times.Median > goal ? "short" : "")} |");
        }
        return 0;
    }

    public static int Help()
    {
        Console.Error.WriteLine("""
            dotnet run -c Release --project tests/ModelDsl.Benchmarks -- COMMAND

              list       the cases
              CASE       measures one case, or all whose names begin so
              all        measures all
              stages     what each stage of the model compiler takes for a GPT of 1, 12 and 48 blocks
              generator  the same, then all cases of the generator: cold, and after an edit, for 1, 10 and 100 models
              kernels CASE [2t]
                         a step of a to f or lstm, kernel by kernel: time, share, estimated work; on two threads
              compare [CASES]
                         measures alternately with peers, after proving that both compute the same: training and prediction with PyTorch (all: torch;
                         MODELDSL_PYTHON names a Python that has it, default python3; MODELDSL_BLAS a folder with the BLAS it is to load), training
                         with C and OpenBLAS (blas), products of matrices with OpenBLAS, BLIS and oneDNN (gemm; CC names a C compiler, default gcc)
              accuracy [FUNCTIONS]
                         runs all 2^32 floats through the elementary functions and prints the largest error of each; minutes
              functions  measures the elementary functions alternately with glibc's vector library
              start      measures processes up to their first training step, JIT and ahead of time, and the size of a program compiled ahead of time; builds them first
              growth     measures steps of batches from 32 to 4,096 and how far they are off a line
              memory     compares the most memory that training takes with PyTorch's
              latency    compares the slowest predictions of one sample with the usual ones
              linear     measures fits of linear models alternately with scikit-learn, at equal objectives (MODELDSL_PYTHON as above)
              effects    measures what makes training faster: batch size, momentum, optimizer, threads, fewer features
              gpu [DEVICE] [CASES]
                         built with -p:Gpu=true: measures training on a GPU (any, cuda, opencl, or, to try it, emulated) in turns with PyTorch's there
              report [COMMANDS]
                         measures everything, or what these commands measure, and writes it to Results/PROCESSOR.md
            """);
        return 2;
    }
}
