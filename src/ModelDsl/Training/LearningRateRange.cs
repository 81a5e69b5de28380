using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>One step of a learning-rate range test.</summary>
/// <param name="LearningRate">The step's rate.</param>
/// <param name="Loss">The batch's loss before the step.</param>
/// <param name="Smoothed">The exponential mean of losses so far.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double Smoothed);

/// <summary>What a range test (Smith 2017) found: losses at growing learning rates.</summary>
/// <param name="Points">The steps, up to where the loss exploded or the highest rate.</param>
public sealed record LearningRateRange(IReadOnlyList<LearningRatePoint> Points)
{
    /// <summary>Where the smoothed loss falls fastest over the rate's logarithm: a rate to begin with. NaN if it never falls.</summary>
    public double Suggestion
    {
        get
        {
            (double steepest, double rate) = (0, double.NaN);
            for (int i = 1; i < Points.Count - 1; i++)
            {
                double slope = (Points[i + 1].Smoothed - Points[i - 1].Smoothed) / Math.Log(Points[i + 1].LearningRate / Points[i - 1].LearningRate);
                if (slope < steepest) (steepest, rate) = (slope, Points[i].LearningRate);
            }
            return rate;
        }
    }

    /// <summary>Where the smoothed loss is least. It lags behind the loss, so that a tenth of this rate is the most to begin with. NaN without points.</summary>
    public double Minimum => Points.Count == 0 ? double.NaN : Points.MinBy(p => p.Smoothed).LearningRate;

    /// <summary>A table, a line for each step.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("learning rate          loss      smoothed\n");
        foreach (LearningRatePoint p in Points)
            text.Append(CultureInfo.InvariantCulture, $"{p.LearningRate,13:G4} {p.Loss,13:G6} {p.Smoothed,13:G6}\n");
        return text.Append(CultureInfo.InvariantCulture, $"steepest at {Suggestion:G4}, least at {Minimum:G4}\n").ToString();
    }
}
