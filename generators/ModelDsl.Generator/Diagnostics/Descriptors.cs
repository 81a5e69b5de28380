using Microsoft.CodeAnalysis;

namespace ModelDsl.Generator.Diagnostics;

/// <summary>Titles, messages and severities. Each id has a page in generators/docs and a row in AnalyzerReleases.Unshipped.md.</summary>
internal static class Descriptors
{
    public const string Category = "ModelDsl";
    private const string Pages = "https://github.com/modeldsl/modeldsl/blob/main/generators/docs/";

    public static readonly DiagnosticDescriptor InternalError = Error(Ids.InternalError,
        "The model compiler failed", "The model compiler failed on '{0}': {1}. This is a defect of ModelDsl; please report it with the declaration.");

    public static readonly DiagnosticDescriptor NotPartial = Error(Ids.NotPartial,
        "A model must be partial", "'{0}' must be partial: the generator adds its compiled half");

    public static readonly DiagnosticDescriptor MissingInput = Error(Ids.MissingInput,
        "A model needs an input", "'{0}' has no [Input]: add the shape of one sample before the first layer, for example [Input(784)]");

    public static readonly DiagnosticDescriptor MissingTarget = Error(Ids.MissingTarget,
        "A model needs a target", "'{0}' has no [Target]: add what training minimises after the last layer, for example [Target(Loss.Mse)]");

    public static readonly DiagnosticDescriptor AmbiguousOrder = Error(Ids.AmbiguousOrder,
        "Layers stand on several parts of the class", "The order of layers is their order in the source, but '{0}' has layers on several partial declarations: put them all on one");

    public static readonly DiagnosticDescriptor RepeatedAttribute = Error(Ids.RepeatedAttribute,
        "An attribute is repeated", "'{0}' has a second [{1}]: a model of stacked attributes has one");

    public static readonly DiagnosticDescriptor BadConstant = Error(Ids.BadConstant,
        "A constant is out of range", "{0} is {1}, but must be {2}");

    public static readonly DiagnosticDescriptor TooLarge = Error(Ids.TooLarge,
        "A tensor is too large", "{0} would have {1} elements; the limit is {2}");

    public static readonly DiagnosticDescriptor UnsupportedType = Error(Ids.UnsupportedType,
        "This type cannot be a model", "'{0}' cannot be a model because it {1}: {2}");

    public static readonly DiagnosticDescriptor NothingToTrain = Error(Ids.NothingToTrain,
        "A model needs a layer with weights", "'{0}' has no layer with weights, so there is nothing to train: add a [Dense]");

    public static readonly DiagnosticDescriptor OutOfOrder = Error(Ids.OutOfOrder,
        "An attribute is out of order", "[{0}] stands {1}: the order is [Input], then layers, then [Target]");

    public static readonly DiagnosticDescriptor MissingModel = Warning(Ids.MissingModel,
        "Layers without [Model] do nothing", "'{0}' has layers but no [Model], so nothing is generated: add [Model]");

    public static readonly DiagnosticDescriptor MemberConflict = Error(Ids.MemberConflict,
        "A member has the name of a generated one", "'{0}' already declares '{1}', which the generator adds: rename it");

    public static readonly DiagnosticDescriptor LayerNotPartial = Error(Ids.LayerNotPartial,
        "A layer must be a partial property", "'{0}' has [{1}] but is not partial, so nothing implements it: declare it as 'partial {2} {0} {{ get; }}'");

    public static readonly DiagnosticDescriptor RankMismatch = Error(Ids.RankMismatch,
        "A shape has the wrong rank", "{0} takes {1}, but its input is {2} ({3}): {4}");

    public static readonly DiagnosticDescriptor DimensionMismatch = Error(Ids.DimensionMismatch,
        "Two shapes do not go together", "{0}, but meets {1} and {2}: {3}");

    public static readonly DiagnosticDescriptor KindMismatch = Error(Ids.KindMismatch,
        "Classes and real numbers do not stand for each other", "{0} takes {1}, but gets {2} ({3}): {4}");

    public static readonly DiagnosticDescriptor SymbolicSize = Error(Ids.SymbolicSize,
        "A size must be known when the model is compiled", "{0} needs sizes that are known when the model is compiled, not {1} of {2} ({3}): {4}");

    public static readonly DiagnosticDescriptor UnsupportedConstruct = Error(Ids.UnsupportedConstruct,
        "A [Forward] method cannot contain this", "{0} cannot be compiled: {1}");

    public static readonly DiagnosticDescriptor StableForm = Information(Ids.StableForm,
        "A formula is computed in a stable form", "'{0}' is computed as {1}, {2}");

    public static readonly DiagnosticDescriptor DerivativeMismatch = Warning(Ids.DerivativeMismatch,
        "A derivative is not its function's", "The derivative with respect to argument {0} is {1} at ({2}), but differences of the function give {3}: correct it, or suppress this where it is meant");

    public static readonly DiagnosticDescriptor UnreadablePart = Error(Ids.UnreadablePart,
        "A sub-model of another assembly cannot be read", "{0}: {1}");

    public static readonly DiagnosticDescriptor NotDecodable = Error(Ids.NotDecodable,
        "A decoder needs all positions at once", "A decoder is given one position at a time, but {0}: {1}, or leave out 'Decoder = true'");

    public static readonly DiagnosticDescriptor SoftmaxBeforeCrossEntropy = Warning(Ids.SoftmaxBeforeCrossEntropy,
        "Softmax before cross-entropy", "Loss.{0} takes logits and applies softmax itself; a Softmax before it is applied twice, which slows and spoils training: remove it (Predict returns probabilities all the same)");

    public static readonly DiagnosticDescriptor SigmoidBeforeBinaryCrossEntropy = Warning(Ids.SigmoidBeforeBinaryCrossEntropy,
        "Sigmoid before binary cross-entropy", "Loss.{0} takes logits and applies the sigmoid itself; a {1} before it is applied twice, which slows and spoils training: remove it (Predict returns probabilities all the same)");

    public static readonly DiagnosticDescriptor MetricDoesNotApply = Error(Ids.MetricDoesNotApply,
        "A metric does not apply to the loss", "{0} does not apply to Loss.{1}: it is a metric of {2}; use {3}");

    public static readonly DiagnosticDescriptor ClassCountMismatch = Error(Ids.ClassCountMismatch,
        "Class count and output width differ", "Classes is {0}, but the output has {1} columns ({2}): make them equal");

    public static readonly DiagnosticDescriptor SingleClass = Error(Ids.SingleClass,
        "A softmax over one class", "Loss.{0} over an output of one column is always 0: use Loss.BinaryCrossEntropy for two classes, or widen the last [Dense]");

    public static readonly DiagnosticDescriptor OptionWithoutEffect = Warning(Ids.OptionWithoutEffect,
        "An option has no effect", "{0} has no effect here: {1}");

    public static readonly DiagnosticDescriptor RowNotPartial = Error(Ids.RowNotPartial,
        "A row must be partial", "'{0}' must be partial: the generator adds what reads and encodes rows");

    public static readonly DiagnosticDescriptor UnsupportedRow = Error(Ids.UnsupportedRow,
        "This type cannot be a row", "'{0}' cannot be a row because it {1}: {2}");

    public static readonly DiagnosticDescriptor UnsupportedProperty = Error(Ids.UnsupportedProperty,
        "A row cannot have this property", "'{0}' {1}: {2}");

    public static readonly DiagnosticDescriptor FeatureIsNoNumber = Error(Ids.FeatureIsNoNumber,
        "A feature must be a number", "[Feature] '{0}' is {1}, not a number: make it a [Category]");

    public static readonly DiagnosticDescriptor MissingLabel = Error(Ids.MissingLabel,
        "A row needs a label", "'{0}' has no [Label]: add it to the property that models predict");

    public static readonly DiagnosticDescriptor SecondLabel = Error(Ids.SecondLabel,
        "A row has one label", "'{0}' has a second [Label]: models of a row predict one property");

    public static readonly DiagnosticDescriptor CapacityMissing = Error(Ids.CapacityMissing,
        "A category of strings needs a capacity", "How many strings '{0}' has is not known when models are compiled: add Capacity, the number of places that they get, for example [Category(Capacity = 20)]");

    public static readonly DiagnosticDescriptor RowMemberConflict = Error(Ids.RowMemberConflict,
        "A member of a row has the name of a generated one", "'{0}' already declares '{1}', which the generator adds: rename it");

    public static readonly DiagnosticDescriptor NothingToEncode = Error(Ids.NothingToEncode,
        "A row needs a feature", "'{0}' has neither a [Feature] nor a [Category]: there is nothing to predict its label from");

    public static readonly DiagnosticDescriptor MissingRow = Warning(Ids.MissingRow,
        "Features without [Row] do nothing", "'{0}' has properties with attributes of rows but no [Row], so nothing is generated: add [Row]");

    public static readonly DiagnosticDescriptor HyperparametersNotPartial = Error(Ids.HyperparametersNotPartial,
        "Hyper-parameters must be partial", "'{0}' must be partial: the generator adds what searches need of it");

    public static readonly DiagnosticDescriptor UnsupportedHyperparameters = Error(Ids.UnsupportedHyperparameters,
        "This type cannot hold hyper-parameters", "'{0}' cannot hold hyper-parameters because it {1}: {2}");

    public static readonly DiagnosticDescriptor UnsupportedSetting = Error(Ids.UnsupportedSetting,
        "A search cannot set this property", "'{0}' {1}: {2}");

    public static readonly DiagnosticDescriptor WrongChoice = Error(Ids.WrongChoice,
        "A choice is of another type, or repeated", "'{0}' cannot be {1}: {2}");

    public static readonly DiagnosticDescriptor NothingToTry = Error(Ids.NothingToTry,
        "Hyper-parameters need a range or a choice", "'{0}' has neither a [Range] nor a [Choice]: there is nothing to search");

    public static readonly DiagnosticDescriptor MissingHyperparameters = Warning(Ids.MissingHyperparameters,
        "Ranges and choices without [Hyperparameters] do nothing", "'{0}' has properties with [Range] or [Choice] but no [Hyperparameters], so nothing is generated: add [Hyperparameters]");

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyDictionary<string, DiagnosticDescriptor> ById { get; } = new[]
    {
        InternalError, NotPartial, MissingInput, MissingTarget, AmbiguousOrder, RepeatedAttribute, BadConstant, TooLarge, UnsupportedType, NothingToTrain,
        OutOfOrder, MissingModel, MemberConflict, LayerNotPartial, RankMismatch, DimensionMismatch, KindMismatch, SymbolicSize, UnsupportedConstruct, StableForm, DerivativeMismatch, UnreadablePart, NotDecodable, SoftmaxBeforeCrossEntropy, SigmoidBeforeBinaryCrossEntropy, MetricDoesNotApply,
        ClassCountMismatch, SingleClass, OptionWithoutEffect,
        RowNotPartial, UnsupportedRow, UnsupportedProperty, FeatureIsNoNumber, MissingLabel, SecondLabel, CapacityMissing, RowMemberConflict, NothingToEncode, MissingRow,
        HyperparametersNotPartial, UnsupportedHyperparameters, UnsupportedSetting, WrongChoice, NothingToTry, MissingHyperparameters,
    }.ToDictionary(d => d.Id);

    private static DiagnosticDescriptor Error(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Information(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: Pages + id + ".md");
}
