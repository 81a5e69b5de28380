using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>What must hold between the last layer, the loss and the metrics.</summary>
internal static class TargetChecks
{
    public static IEnumerable<Problem> Check(ModelBuilder m, ModelDeclaration declaration, Value[] outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Declaration.Site site = declaration.Body[declaration.Outputs[i].Node].Site;
            if (m.ClassesOf(outputs[i]) > 0)
                yield return Problem.At(site, Ids.KindMismatch, "An output", "real numbers", "class indices", "from " + outputs[i].Origin, "return the result of a layer");
            if (outputs[i].Shape.Rank < 2 || outputs[i].Shape.Dims[0].IsConstant)
            {
                yield return Problem.At(site, Ids.RankMismatch, "An output", "a value for each sample, (B, …)", outputs[i].Shape.ToString(), "from " + outputs[i].Origin, "return what is computed from the input");
                continue;
            }

            if (outputs.Take(i).Any(o => Owner(m.G, o.Prediction) == Owner(m.G, outputs[i].Prediction)))
                yield return Problem.At(site, Ids.UnsupportedConstruct, $"'{declaration.Outputs[i].Name}', an output that is another one in prediction", "return each value once");
            if (declaration.Outputs[i].Target is not { } target) continue;
            foreach (Problem problem in Check(declaration, declaration.Outputs[i].Node, target, outputs[i])) yield return problem;
        }

        foreach (Problem problem in declaration.Layers.SelectMany(LayerOptions).Concat(SparseChecks.Check(declaration))) yield return problem;
    }

    private static NodeId Owner(GraphBuilder g, NodeId id)
    {
        while (g[id].Op is Reshape) id = g[id].Inputs[0];
        return id;
    }

    private static IEnumerable<Problem> Check(ModelDeclaration declaration, int node, TargetDeclaration target, Value output)
    {
        if (target.IsOverClasses && LayerChecks.Symbolic(target.Site, $"Loss.{target.Loss}", output, [output.Shape.Rank - 1], "the last axis holds the classes, so end with a layer that has a number of them") is { } problem)
        {
            yield return problem;
            yield break;
        }

        int width = output.Shape.Last.Factor;

        if (target.IsOverClasses && width == 1)
            yield return Problem.At(target.Site, Ids.SingleClass, target.Loss.ToString()).In("loss");
        else if (target.IsOverClasses && target.Classes != 0 && target.Classes != width)
            yield return Problem.At(target.Site, Ids.ClassCountMismatch, target.Classes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                width.ToString(System.Globalization.CultureInfo.InvariantCulture), "from " + output.Origin).In("Classes");

        foreach (Problem other in AppliedTwice(declaration, node, target)) yield return other;
        foreach (Problem other in Metrics(target)) yield return other;
        foreach (Problem other in Options(target)) yield return other;
    }

    private static IEnumerable<Problem> AppliedTwice(ModelDeclaration declaration, int node, TargetDeclaration target)
    {
        LayerDeclaration? last = LastLayer(declaration, node);
        ActivationKind activation = last is null ? ActivationKind.Identity : Activation(last).Kind;
        if (target.IsOverClasses && activation == ActivationKind.Softmax)
            yield return Problem.At(last!.Site, Ids.SoftmaxBeforeCrossEntropy, target.Loss.ToString()).In("activation");
        if (target.IsBinary && (activation is ActivationKind.Sigmoid or ActivationKind.Softmax))
            yield return Problem.At(last!.Site, Ids.SigmoidBeforeBinaryCrossEntropy, target.Loss.ToString(), activation.ToString()).In("activation");
    }

    /// <summary>The layer that makes the output, if one does; layers that only reshape or drop are looked through.</summary>
    private static LayerDeclaration? LastLayer(ModelDeclaration declaration, int node)
    {
        for (int i = node; declaration.Body[i].Op == BodyOp.Layer; i = declaration.Body[i].Inputs[0])
            if (declaration.Layers[declaration.Body[i].Index] is not (DropoutDeclaration or FlattenDeclaration)) return declaration.Layers[declaration.Body[i].Index];
        return null;
    }

    private static IEnumerable<Problem> Metrics(TargetDeclaration target)
    {
        foreach (MetricKinds metric in new[] { MetricKinds.Accuracy, MetricKinds.Mse, MetricKinds.Mae, MetricKinds.R2 })
        {
            if ((target.Metrics & metric) == 0 || (metric == MetricKinds.Accuracy) == target.IsClassification) continue;
            yield return Problem.At(target.Site, Ids.MetricDoesNotApply, $"Metric.{metric}", target.Loss.ToString(),
                target.IsClassification ? "regression" : "classification", target.IsClassification ? "Metric.Accuracy" : "Metric.Mse, Metric.Mae or Metric.R2").In("Metrics");
        }
    }

    private static IEnumerable<Problem> Options(TargetDeclaration target)
    {
        (string Name, bool IsGiven, bool Applies, string To)[] options =
        [
            ("LabelSmoothing", target.LabelSmoothing != 0, target.Loss is LossKind.SparseCrossEntropy or LossKind.CrossEntropy, "cross-entropy on classes"),
            ("Delta", target.Delta != 1, target.Loss == LossKind.Huber, "Loss.Huber"),
            ("Gamma", target.Gamma != TargetDeclaration.StandardGamma, target.Loss is LossKind.BinaryFocal or LossKind.SparseFocal, "Loss.BinaryFocal and Loss.SparseFocal"),
            ("Alpha", target.Alpha != TargetDeclaration.StandardAlpha, target.Loss == LossKind.BinaryFocal, "Loss.BinaryFocal"),
            ("Quantile", target.Quantile != TargetDeclaration.StandardQuantile, target.Loss == LossKind.Quantile, "Loss.Quantile"),
            ("Classes", target.Classes != 0, target.IsOverClasses, "losses over classes"),
        ];
        foreach ((string name, _, _, string to) in options.Where(o => o.IsGiven && !o.Applies))
            yield return Problem.At(target.Site, Ids.OptionWithoutEffect, name, $"it applies to {to}, not to Loss.{target.Loss}").In(name);
    }

    private static IEnumerable<Problem> LayerOptions(LayerDeclaration layer)
    {
        Problem Unused(string option, string why) => Problem.At(layer.Site, Ids.OptionWithoutEffect, option, why).In(option);
        if (Activation(layer) is { Alpha: not 0, Kind: not (ActivationKind.LeakyRelu or ActivationKind.Elu) } activation)
            yield return Unused("Alpha", $"it applies to Activation.LeakyRelu and Activation.Elu, not to Activation.{activation.Kind}");
        if (layer is AttentionDeclaration { Rotary: false, RotaryBase: not AttentionDeclaration.StandardBase }) yield return Unused("RotaryBase", "Rotary is false");
        if (layer is not WeightedDeclaration weighted) yield break;
        if (weighted is { Frozen: true, L1: > 0 }) yield return Unused("L1", "Frozen is true");
        if (weighted is { Frozen: true, L2: > 0 }) yield return Unused("L2", "Frozen is true");
        if (!weighted.UseBias && weighted.Bias.Kind != InitializerKind.Default) yield return Unused("Bias", "UseBias is false");
        if (HasUnusedScale(weighted.Weights)) yield return Unused("WeightScale", $"Initializer.{weighted.Weights.Kind} has no scale");
        if (!weighted.UseBias && !double.IsNaN(weighted.Bias.Scale)) yield return Unused("BiasScale", "UseBias is false");
        else if (HasUnusedScale(weighted.Bias)) yield return Unused("BiasScale", $"Initializer.{weighted.Bias.Kind} has no scale");
        else if (weighted.Bias is { Kind: InitializerKind.Default, Scale: not double.NaN }) yield return Unused("BiasScale", "the default of Bias is Initializer.Zeros, which has no scale");
    }

    private static ActivationChoice Activation(LayerDeclaration layer) => layer switch
    {
        WeightedDeclaration weighted => weighted.Activation,
        ActivationDeclaration activation => activation.Activation,
        _ => default,
    };

    private static bool HasUnusedScale(InitializerChoice initializer) =>
        initializer.Kind is InitializerKind.Zeros or InitializerKind.Ones && !double.IsNaN(initializer.Scale);
}
