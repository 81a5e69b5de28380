namespace ModelDsl.Generator.Support;

/// <summary>How generated files are named; the front end tells by it what the user wrote from what was generated.</summary>
internal static class GeneratedFiles
{
    /// <summary>How the name of every generated file of a model ends.</summary>
    public const string Extension = ".model.g.cs";

    /// <summary>How the name of every generated file of a row ends.</summary>
    public const string RowExtension = ".row.g.cs";

    /// <summary>How the name of every generated file of hyper-parameters ends.</summary>
    public const string HyperparametersExtension = ".hyperparameters.g.cs";

    /// <summary>All endings.</summary>
    public static readonly string[] Extensions = [Extension, RowExtension, HyperparametersExtension];

    /// <summary>What the name of the kernels' file has before <see cref="Extension"/>.</summary>
    public const string Kernels = ".Cpu";

    /// <summary>The same of the file of what runs on a GPU.</summary>
    public const string DeviceKernels = ".Gpu";
}
