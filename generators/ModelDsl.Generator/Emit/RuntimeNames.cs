namespace ModelDsl.Generator.Emit;

/// <summary>The runtime's names as generated code writes them. A test holds each against the runtime.</summary>
internal static class RuntimeNames
{
    public const string Root = "global::ModelDsl.";
    public const string Kernels = Root + "Kernels.";

    public const string IModel = Root + "IModel";
    public const string ModelInfo = Root + "ModelInfo";
    public const string ModelSummary = Root + "ModelSummary";
    public const string ParameterInfo = Root + "ParameterInfo";
    public const string LayerInfo = Root + "LayerInfo";
    public const string Scalar = Root + "Scalar";
    public const string Initializer = Root + "Initializer";
    public const string Loss = Root + "Loss";
    public const string Metric = Root + "Metric";
    public const string Trainer = Root + "Trainer";
    public const string TrainerOptions = Root + "TrainerOptions";
    public const string IOptimizer = Root + "IOptimizer";
    public const string Evaluation = Root + "Evaluation";
    public const string Dataset = Root + "Dataset";
    public const string ParameterInitializer = Root + "ParameterInitializer";
    public const string SafeTensors = Root + "SafeTensors";
    public const string ModelRunner = Root + "ModelRunner";
    public const string IRow = Root + "IRow";
    public const string RowInfo = Root + "RowInfo";
    public const string RowColumnKind = Root + "RowColumnKind";
    public const string RowLabelKind = Root + "RowLabelKind";
    public const string RowEncoder = Root + "RowEncoder";
    public const string RowPredictor = Root + "RowPredictor";
    public const string RowCells = Root + "Data.RowCells";
    public const string Impute = Root + "Impute";
    public const string Scaling = Root + "Scaling";
    public const string IHyperparameters = Root + "IHyperparameters";
    public const string SearchSpace = Root + "SearchSpace";
    public const string Trial = Root + "Trial";
    public const string AlignedMemory = Kernels + "AlignedMemory";
    public const string Decoder = Root + "Decoder";
    public const string ArenaPlan = Root + "ArenaPlan";
    public const string BufferSlot = Root + "BufferSlot";
    public const string Workspace = Kernels + "Workspace";
    public const string Part = Kernels + "Part";
    public const string ILanes = Kernels + "ILanes";
    public const string IEpilogue = Kernels + "IEpilogue";
    public const string StoreEpilogue = Kernels + "StoreEpilogue";
    public const string Views = Kernels + "Views";
    public const string Gemm = Kernels + "Gemm";
    public const string Axes = Kernels + "Axes";
    public const string LaneCalls = Kernels + "LaneCalls";
    public const string Table = Kernels + "Table";
    public const string CompiledBody = Kernels + "CompiledBody";
    public const string RandomState = Kernels + "RandomState";

    public const string Enumerable = "global::System.Linq.Enumerable";
    public const string Func = "global::System.Func";
    public const string List = "global::System.Collections.Generic.IReadOnlyList";
    public const string Span = "global::System.Span";
    public const string ReadOnlySpan = "global::System.ReadOnlySpan";
    public const string GeneratedCode = "[global::System.CodeDom.Compiler.GeneratedCode(\"ModelDsl.Generator\", \"0.1.0\")]";
    public const string Optimize = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]";
}
