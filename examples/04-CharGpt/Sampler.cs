using ModelDsl;

namespace CharGpt;

/// <summary>Text that a model goes on with, character by character.</summary>
internal static class Sampler
{
    /// <summary>The decoder keeps what attention needs of the characters so far and gives the probabilities p of the next; one is drawn from p^(1/temperature).</summary>
    public static string Continue(Gpt model, string start, int length, double temperature, Random random)
    {
        List<int> text = [.. start.Select(Text.ClassOf)];
        float[] probabilities = new float[Gpt.Info.OutputShape[^1]];
        var decoder = model.CreateDecoder();
        decoder.Next([.. text.TakeLast(decoder.Capacity)], probabilities);
        for (int i = 0; i < length; i++)
        {
            text.Add(Draw(probabilities, temperature, random));
            if (decoder.Count < decoder.Capacity)
            {
                decoder.Next(text[^1], probabilities);
                continue;
            }

            // The positions that the model has learned are used up: the last half of the text moves to the first of them.
            decoder.Reset();
            decoder.Next([.. text.TakeLast(decoder.Capacity / 2)], probabilities);
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
