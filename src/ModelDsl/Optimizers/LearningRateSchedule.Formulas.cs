namespace ModelDsl;

public partial class LearningRateSchedule
{
    /// <summary>Multiplied by <paramref name="factor"/> at each milestone.</summary>
    /// <param name="milestones">Rising times, each at least 1.</param>
    /// <param name="factor">Positive.</param>
    /// <param name="unit">What the milestones count.</param>
    public static LearningRateSchedule MultiStep(IReadOnlyList<int> milestones, double factor = 0.1, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        Hyperparameter.Positive(factor);
        int[] times = [.. milestones];
        for (int i = 0; i < times.Length; i++)
            if (times[i] < 1 || (i > 0 && times[i] <= times[i - 1])) throw new ArgumentException("Milestones rise, from 1 on.", nameof(milestones));
        return new Formula($"MultiStep(milestones: [{string.Join(", ", times)}], factor: {factor}, unit: {unit})", t =>
        {
            int passed = 0;
            foreach (int time in times)
                if (time <= Count(t, unit)) passed++;
            return Math.Pow(factor, passed);
        });
    }

    /// <summary>factorᵗ</summary>
    /// <param name="factor">Positive; less than 1 to fall.</param>
    /// <param name="unit">What t counts.</param>
    public static LearningRateSchedule Exponential(double factor, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        Hyperparameter.Positive(factor);
        return new Formula($"Exponential(factor: {factor}, unit: {unit})", t => Math.Pow(factor, Count(t, unit)));
    }

    /// <summary>(1 − t/total)^power, then 0.</summary>
    /// <param name="total">When 0 is reached, at least 1.</param>
    /// <param name="power">Positive; 1 is a straight line.</param>
    /// <param name="unit">What <paramref name="total"/> counts.</param>
    public static LearningRateSchedule Polynomial(int total, double power = 1, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        Hyperparameter.Positive(total);
        Hyperparameter.Positive(power);
        return new Formula($"Polynomial(total: {total}, power: {power}, unit: {unit})", t => Math.Pow(1 - Math.Min(1, Count(t, unit) / total), power));
    }

    /// <summary>A straight line from one factor to another, which stays.</summary>
    /// <param name="total">When the line ends, at least 1.</param>
    /// <param name="from">The first factor, positive.</param>
    /// <param name="to">The last factor, at least 0.</param>
    /// <param name="unit">What <paramref name="total"/> counts.</param>
    public static LearningRateSchedule Linear(int total, double from, double to, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        Hyperparameter.Positive(total);
        Hyperparameter.Positive(from);
        Hyperparameter.NotNegative(to);
        return new Formula($"Linear(total: {total}, from: {from}, to: {to}, unit: {unit})", t => from + (to - from) * Math.Min(1, Count(t, unit) / total));
    }

    /// <summary><see cref="Cosine"/> again and again, each time <paramref name="growth"/> times as long. Loshchilov and Hutter 2017 (SGDR).</summary>
    /// <param name="first">The length of the first, at least 1.</param>
    /// <param name="growth">At least 1.</param>
    /// <param name="floor">The factor before a restart, in [0, 1).</param>
    /// <param name="unit">What <paramref name="first"/> counts.</param>
    public static LearningRateSchedule CosineRestarts(int first, int growth = 1, double floor = 0, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        Hyperparameter.Positive(first);
        Hyperparameter.Positive(growth);
        Hyperparameter.Fraction(floor);
        return new Formula($"CosineRestarts(first: {first}, growth: {growth}, floor: {floor}, unit: {unit})", t =>
        {
            double time = Count(t, unit), length = first;
            if (growth == 1) time %= length;
            else for (; time >= length; length *= growth) time -= length;
            return floor + (1 - floor) * 0.5 * (1 + Math.Cos(Math.PI * time / length));
        });
    }

    /// <summary>
    /// From 1/<paramref name="start"/> up to 1 in the first <paramref name="rise"/> of the steps, then down to 1/(start·end), along half waves of a cosine or straight lines.
    /// Smith and Topin 2018, as in PyTorch with two phases: the optimizer's learning rate is the highest.
    /// </summary>
    /// <param name="steps">All updates of the training, at least 2.</param>
    /// <param name="rise">In (0, 1).</param>
    /// <param name="start">At least 1.</param>
    /// <param name="end">At least 1.</param>
    /// <param name="linear">Whether lines are straight.</param>
    public static LearningRateSchedule OneCycle(int steps, double rise = 0.3, double start = 25, double end = 1e4, bool linear = false)
    {
        if (steps < 2) throw new ArgumentOutOfRangeException(nameof(steps), steps, "A cycle has at least 2 steps.");
        Hyperparameter.Positive(Hyperparameter.Fraction(rise));
        if (!(start >= 1)) throw new ArgumentOutOfRangeException(nameof(start), start, "start must be at least 1.");
        if (!(end >= 1)) throw new ArgumentOutOfRangeException(nameof(end), end, "end must be at least 1.");
        double top = rise * steps - 1, last = steps - 1, low = 1 / start;
        return new Formula($"OneCycle(steps: {steps}, rise: {rise}, start: {start}, end: {end}, linear: {linear})", t => t.Step <= top ? Between(low, 1, t.Step / top) : Between(1, low / end, (Math.Min(t.Step, last) - top) / (last - top)));

        double Between(double a, double b, double part) => linear ? a + (b - a) * part : b + (a - b) / 2 * (1 + Math.Cos(Math.PI * part));
    }
}
