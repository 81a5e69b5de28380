using System.Globalization;

namespace Digits;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(bool Help, string? DataFolder, int? Epochs, int? Threads, string? SavePath, string? Device)
{
    public const string Usage = """
        Learns handwritten digits and says how many unseen ones it recognises.

          --data FOLDER   MNIST's four files (train-images-idx3-ubyte, …, each with or without .gz)
                          instead of the 1,797 small digits in this program; or set MODELDSL_DATA
          --epochs N      how often to go through the data (30; 10 for MNIST)
          --threads N     threads to use (one for each processor); results are the same for any number
          --device NAME   train on a GPU: any, cuda, opencl, or emulated (slow, without one); of a program that
                          was built with -p:Gpu=true
          --save FILE     where to write the trained parameters (safetensors)
          --help          this text

        Exit code: 0 recognised enough, 1 too few, 2 bad arguments or files, 130 interrupted.
        """;

    /// <summary>False, with one line that says why, if the arguments make no sense.</summary>
    public static bool TryParse(string[] args, out Arguments arguments, out string problem)
    {
        string? data = Environment.GetEnvironmentVariable("MODELDSL_DATA");
        arguments = new(Help: false, string.IsNullOrEmpty(data) ? null : data, Epochs: null, Threads: null, SavePath: null, Device: null);
        problem = "";
        for (int i = 0; i < args.Length && problem == ""; i++)
        {
            string name = args[i];
            if (name is "--help" or "-h") arguments = arguments with { Help = true };
            else if (name is not ("--data" or "--epochs" or "--threads" or "--save" or "--device")) problem = $"unknown argument '{name}'; --help lists them";
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
                arguments = arguments with { DataFolder = value };
                return Directory.Exists(value) ? "" : $"--data: there is no folder {value}";
            case "--save":
                arguments = arguments with { SavePath = value };
                return Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(value))) ? "" : $"--save: there is no folder for {value}";
            case "--device":
                arguments = arguments with { Device = value };
                return "";
            default:
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
                    return $"{name} needs a whole number from 1, not '{value}'";
                arguments = name == "--epochs" ? arguments with { Epochs = number } : arguments with { Threads = number };
                return "";
        }
    }
}
