using ModelDsl;

namespace CharGpt;

/// <summary>Text that a model goes on with, character by character.</summary>
internal static class Sampler
{
    /// <summary>The model reads its last 64 characters and gives the probabilities p of the next; one is drawn from p^(1/temperature).</summary>
    public static string Continue(Gpt model, string start, int length, double temperature, Random random)
    {
        int context = Text.Context, classes = Gpt.Info.OutputShape[^1];
        List<int> text = [.. start.Select(Text.ClassOf)];
        int[] window = new int[context];
        float[] probabilities = new float[context * classes];
        for (int i = 0; i < length; i++)
        {
            // What stands behind the last character is not looked at: attention is causal.
            int from = Math.Max(0, text.Count - context), last = text.Count - from - 1;
            text.CopyTo(from, window, 0, last + 1);
            model.Predict(window, probabilities);
            text.Add(Draw(probabilities.AsSpan(last * classes, classes), temperature, random));
        }

        return string.Concat(text.Select(Text.CharacterOf));
    }

    private static int Draw(ReadOnlySpan<float> p, double temperature, Random random)
    {
        double sum = 0;
        foreach (float value in p) sum += Math.Pow(value, 1 / temperature);
        double rest = random.NextDouble() * sum;
        for (int i = 0; i < p.Length; i++)
        {
            rest -= Math.Pow(p[i], 1 / temperature);
            if (rest < 0) return i;
        }

        return p.Length - 1;
    }
}
