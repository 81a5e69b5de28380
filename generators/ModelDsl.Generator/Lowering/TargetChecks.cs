using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator.Lowering;

/// <summary>What must hold between the last layer, the loss and the metrics.</summary>
internal static class TargetChecks
{
    public static IEnumerable<Problem> Check(ModelDeclaration declaration, Value output)
    {
        TargetDeclaration target = declaration.Target;
        bool classes = target.Loss is LossKind.SparseCrossEntropy or LossKind.CrossEntropy;
        int width = output.Shape.Last.Factor;

        if (classes && output.Shape.Rank != 2)
            yield return Problem.At(target.Site, Ids.RankMismatch, $"Loss.{target.Loss}", "(B, classes)", output.Shape.ToString(),
                LayerChecks.Sizes(output.Shape) + " comes from " + output.Origin, "put [Flatten] before the last layer");
        else if (classes && width == 1)
            yield return Problem.At(target.Site, Ids.SingleClass, target.Loss.ToString());
        else if (classes && target.Classes != 0 && target.Classes != width)
            yield return Problem.At(target.Site, Ids.ClassCountMismatch, target.Classes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                width.ToString(System.Globalization.CultureInfo.InvariantCulture), "from " + output.Origin);

        foreach (Problem problem in AppliedTwice(declaration, classes)) yield return problem;
        foreach (Problem problem in Metrics(target, classes)) yield return problem;
        foreach (Problem problem in Options(declaration, classes)) yield return problem;
    }

    private static IEnumerable<Problem> AppliedTwice(ModelDeclaration declaration, bool classes)
    {
        LayerDeclaration? last = declaration.Layers.LastOrDefault(l => l is DenseDeclaration or ActivationDeclaration);
        ActivationKind activation = last switch { DenseDeclaration d => d.Activation.Kind, ActivationDeclaration a => a.Activation.Kind, _ => ActivationKind.Identity };
        if (classes && activation == ActivationKind.Softmax)
            yield return Problem.At(last!.Site, Ids.SoftmaxBeforeCrossEntropy, declaration.Target.Loss.ToString());
        if (declaration.Target.Loss == LossKind.BinaryCrossEntropy && (activation is ActivationKind.Sigmoid or ActivationKind.Softmax))
            yield return Problem.At(last!.Site, Ids.SigmoidBeforeBinaryCrossEntropy, activation.ToString());
    }

    private static IEnumerable<Problem> Metrics(TargetDeclaration target, bool classes)
    {
        bool classification = classes || target.Loss is LossKind.BinaryCrossEntropy or LossKind.Hinge or LossKind.SquaredHinge;
        foreach (MetricKinds metric in new[] { MetricKinds.Accuracy, MetricKinds.Mse, MetricKinds.Mae, MetricKinds.R2 })
        {
            if ((target.Metrics & metric) == 0 || (metric == MetricKinds.Accuracy) == classification) continue;
            yield return Problem.At(target.Site, Ids.MetricDoesNotApply, $"Metric.{metric}", target.Loss.ToString(),
                classification ? "regression" : "classification", classification ? "Metric.Accuracy" : "Metric.Mse, Metric.Mae or Metric.R2");
        }
    }

    private static IEnumerable<Problem> Options(ModelDeclaration declaration, bool classes)
    {
        TargetDeclaration target = declaration.Target;
        if (target.LabelSmoothing != 0 && !classes)
            yield return Problem.At(target.Site, Ids.OptionWithoutEffect, "LabelSmoothing", $"it applies to cross-entropy on classes, not to Loss.{target.Loss}");
        if (target.Delta != 1 && target.Loss != LossKind.Huber)
            yield return Problem.At(target.Site, Ids.OptionWithoutEffect, "Delta", $"it applies to Loss.Huber, not to Loss.{target.Loss}");
        if (target.Classes != 0 && !classes)
            yield return Problem.At(target.Site, Ids.OptionWithoutEffect, "Classes", $"it applies to cross-entropy on classes, not to Loss.{target.Loss}");
        foreach (DenseDeclaration dense in declaration.Layers.OfType<DenseDeclaration>().Where(d => !d.UseBias && d.Bias.Kind != InitializerKind.Default))
            yield return Problem.At(dense.Site, Ids.OptionWithoutEffect, "Bias", "UseBias is false");
    }
}
