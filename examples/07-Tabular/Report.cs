using ModelDsl;

namespace Tabular;

/// <summary>How a model was trained and what it goes by, as a page of HTML, where the command line names a file for it.</summary>
internal static class Report
{
    private static string? s_file;

    /// <summary>Reads the command line; false where it is none.</summary>
    public static bool Asked(string[] args)
    {
        s_file = args is ["--report", var file] ? file : null;
        if (args.Length == 0 || s_file is not null) return true;
        Console.Error.WriteLine("usage: [--report FILE]   writes how the best model was trained and what it goes by, as a page of HTML");
        return false;
    }

    /// <summary>Which columns the accuracy needs, how two of them decide, and why the first penguin of the test part is taken for what it is.</summary>
    public static void Write<TModel>(Trainer<TModel, float> trainer, TrainResult run, Dataset test, IReadOnlyList<string> names, Species first) where TModel : class, IModel<TModel, float>
    {
        if (s_file is null) return;
        TModel model = trainer.Model;
        FeatureImportance[] importances = Explain.PermutationImportance(model, test, repeats: 20, seed: 1);
        IEnumerable<PartialDependence> curves = from i in importances.OrderByDescending(i => i.Mean).Take(2)
            from s in Enum.GetValues<Species>() select Explain.PartialDependence<TModel, float>(model, test, i.Feature, (int)s);
        float[] penguin = new float[test.FeatureSize];
        test.CopyFeatures<float>([0], penguin);
        Attribution<float> why = Explain.IntegratedGradients<TModel, float>(model, penguin, new float[penguin.Length], (int)first);
        trainer.SaveReport(s_file, run, test,
        [
            Figure.Importance(importances, names, "accuracy"),
            Figure.Dependence([.. curves], names, Enum.GetNames<Species>()),
            Figure.Waterfall($"Integrated gradients: the first penguin of the test part as {first}, against a mean one of no island and sex", why, names),
        ]);
        Console.WriteLine($"report: {Path.GetFullPath(s_file)}");
    }
}
