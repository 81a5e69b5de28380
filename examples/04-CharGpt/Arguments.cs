using System.Globalization;

namespace CharGpt;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(bool Help, string? DataFile, int? Steps, int? Threads, string? LoadPath, string? SavePath, double Temperature)
{
    public const string Usage = """
        Learns to write like a text, character by character, and writes 500 characters of its own.

          --data FILE         a text of its own (ASCII) instead of the 80,000 characters in this program; or set MODELDSL_DATA
          --steps N           how many batches of 12 windows to learn from (200; 2,000 for --data)
          --temperature T     below 1 the sample keeps to what is likely, above 1 it dares more (0.8)
          --threads N         threads to use (one for each processor); results are the same for any number
          --load FILE         parameters to start from instead of random ones (safetensors)
          --save FILE         where to write the trained parameters
          --help              this text

        Exit code: 0 learned enough, 1 too little, 2 bad arguments or files, 130 interrupted.
        """;

    /// <summary>False, with one line that says why, if the arguments make no sense.</summary>
    public static bool TryParse(string[] args, out Arguments arguments, out string problem)
    {
        string? data = Environment.GetEnvironmentVariable("MODELDSL_DATA");
        arguments = new(Help: false, File.Exists(data) ? data : null, Steps: null, Threads: null, LoadPath: null, SavePath: null, Temperature: 0.8);
        problem = "";
        for (int i = 0; i < args.Length && problem == ""; i++)
        {
            string name = args[i];
            if (name is "--help" or "-h") arguments = arguments with { Help = true };
            else if (name is not ("--data" or "--steps" or "--temperature" or "--threads" or "--load" or "--save")) problem = $"unknown argument '{name}'; --help lists them";
            else if (++i == args.Length) problem = $"{name} needs a value; see --help";
            else problem = Set(ref arguments, name, args[i]);
        }
        return problem == "";
    }

    private static string Set(ref Arguments arguments, string name, string value)
    {
        switch (name)
        {
            case "--data":
                arguments = arguments with { DataFile = value };
                return File.Exists(value) ? "" : $"--data: there is no file {value}";
            case "--load":
                arguments = arguments with { LoadPath = value };
                return File.Exists(value) ? "" : $"--load: there is no file {value}";
            case "--save":
                arguments = arguments with { SavePath = value };
                return Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(value))) ? "" : $"--save: there is no folder for {value}";
            case "--temperature":
                if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double temperature) || !(temperature > 0 && double.IsFinite(temperature)))
                    return $"--temperature needs a positive number, not '{value}'";
                arguments = arguments with { Temperature = temperature };
                return "";
            default:
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
                    return $"{name} needs a whole number from 1, not '{value}'";
                arguments = name == "--steps" ? arguments with { Steps = number } : arguments with { Threads = number };
                return "";
        }
    }
}
