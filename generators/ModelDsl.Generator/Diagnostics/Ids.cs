namespace ModelDsl.Generator.Diagnostics;

/// <summary>MDSL + 4 digits, in blocks per stage: 00 the generator itself, 01 the declaration, 02 shapes, 03 bodies, 04 targets, 05 rows.</summary>
internal static class Ids
{
    public const string InternalError = "MDSL0001";

    public const string NotPartial = "MDSL0101";
    public const string MissingInput = "MDSL0102";
    public const string MissingTarget = "MDSL0103";
    public const string AmbiguousOrder = "MDSL0104";
    public const string RepeatedAttribute = "MDSL0105";
    public const string BadConstant = "MDSL0106";
    public const string TooLarge = "MDSL0107";
    public const string UnsupportedType = "MDSL0108";
    public const string NothingToTrain = "MDSL0109";
    public const string OutOfOrder = "MDSL0110";
    public const string MissingModel = "MDSL0111";
    public const string MemberConflict = "MDSL0112";
    public const string LayerNotPartial = "MDSL0113";

    public const string RankMismatch = "MDSL0201";
    public const string DimensionMismatch = "MDSL0202";
    public const string KindMismatch = "MDSL0203";
    public const string SymbolicSize = "MDSL0204";

    public const string UnsupportedConstruct = "MDSL0301";
    public const string StableForm = "MDSL0302";
    public const string DerivativeMismatch = "MDSL0303";
    public const string UnreadablePart = "MDSL0304";
    public const string NotDecodable = "MDSL0305";

    public const string SoftmaxBeforeCrossEntropy = "MDSL0401";
    public const string SigmoidBeforeBinaryCrossEntropy = "MDSL0402";
    public const string MetricDoesNotApply = "MDSL0403";
    public const string ClassCountMismatch = "MDSL0404";
    public const string SingleClass = "MDSL0405";
    public const string OptionWithoutEffect = "MDSL0406";

    public const string RowNotPartial = "MDSL0501";
    public const string UnsupportedRow = "MDSL0502";
    public const string UnsupportedProperty = "MDSL0503";
    public const string FeatureIsNoNumber = "MDSL0504";
    public const string MissingLabel = "MDSL0505";
    public const string SecondLabel = "MDSL0506";
    public const string CapacityMissing = "MDSL0507";
    public const string RowMemberConflict = "MDSL0508";
    public const string NothingToEncode = "MDSL0509";
    public const string MissingRow = "MDSL0510";

    public const string HyperparametersNotPartial = "MDSL0601";
    public const string UnsupportedHyperparameters = "MDSL0602";
    public const string UnsupportedSetting = "MDSL0603";
    public const string WrongChoice = "MDSL0604";
    public const string NothingToTry = "MDSL0605";
    public const string MissingHyperparameters = "MDSL0606";
}
