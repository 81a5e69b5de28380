namespace ModelDsl;

/// <summary>Where a run stands when a learning rate is asked for.</summary>
/// <param name="Step">Updates applied before.</param>
/// <param name="Epoch">Epochs completed before, with the fraction of the current one; only <c>Fit</c> counts it.</param>
public readonly record struct TrainingTime(long Step, double Epoch);

/// <summary>What a schedule counts.</summary>
public enum ScheduleUnit
{
    /// <summary>Epochs, which <c>Fit</c> counts and <c>Step</c> does not.</summary>
    Epoch,

    /// <summary>Updates of the parameters.</summary>
    Step,
}

/// <summary>The factor, over time, on an optimizer's learning rate: <c>Schedule = LearningRateSchedule.Cosine(20).WarmUp(500)</c>. Derive from it for others.</summary>
public abstract partial class LearningRateSchedule
{
    /// <summary>Always 1.</summary>
    public static LearningRateSchedule Constant { get; } = new Formula($"Constant", _ => 1);

    /// <summary>The factor for the step about to be applied.</summary>
    public abstract double Factor(TrainingTime time);

    /// <summary>factor^⌊t/every⌋: multiplied by <paramref name="factor"/> after every so many epochs or steps.</summary>
    /// <param name="every">At least 1.</param>
    /// <param name="factor">Positive.</param>
    /// <param name="unit">What <paramref name="every"/> counts.</param>
    public static LearningRateSchedule StepDecay(int every, double factor = 0.1, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        Hyperparameter.Positive(every);
        Hyperparameter.Positive(factor);
        return new Formula($"StepDecay(every: {every}, factor: {factor}, unit: {unit})", t => Math.Pow(factor, Math.Floor(Count(t, unit) / every)));
    }

    /// <summary>floor + (1 − floor)·½(1 + cos(π·t/total)), then floor. Loshchilov and Hutter 2017, without restarts.</summary>
    /// <param name="total">When the floor is reached, at least 1.</param>
    /// <param name="floor">The last factor, in [0, 1).</param>
    /// <param name="unit">What <paramref name="total"/> counts.</param>
    public static LearningRateSchedule Cosine(int total, double floor = 0, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        Hyperparameter.Positive(total);
        Hyperparameter.Fraction(floor);
        return new Formula($"Cosine(total: {total}, floor: {floor}, unit: {unit})", t => floor + (1 - floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, Count(t, unit) / total))));
    }

    /// <summary>This schedule up to a time, then another whose own time begins there: <c>Cosine(10).Then(10, Constant)</c>.</summary>
    /// <param name="after">When the next begins, at least 1.</param>
    /// <param name="next">What follows.</param>
    /// <param name="unit">What <paramref name="after"/> counts.</param>
    public LearningRateSchedule Then(int after, LearningRateSchedule next, ScheduleUnit unit = ScheduleUnit.Epoch)
    {
        Hyperparameter.Positive(after);
        ArgumentNullException.ThrowIfNull(next);
        return new Formula($"{this}.Then(after: {after}, {next}, unit: {unit})", t => Count(t, unit) < after ? Factor(t) : next.Factor(Since(t, after, unit)));
    }

    /// <summary>This schedule times another.</summary>
    /// <param name="other">The other.</param>
    public LearningRateSchedule Times(LearningRateSchedule other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new Formula($"{this}.Times({other})", t => Factor(t) * other.Factor(t));
    }

    /// <summary>This schedule times min(1, (step + 1)/steps): the rate grows linearly over the first updates.</summary>
    /// <param name="steps">Updates, at least 1.</param>
    public LearningRateSchedule WarmUp(int steps)
    {
        Hyperparameter.Positive(steps);
        return new Formula($"{this}.WarmUp(steps: {steps})", t => Math.Min(1, (t.Step + 1.0) / steps) * Factor(t));
    }

    private static double Count(TrainingTime time, ScheduleUnit unit) => unit == ScheduleUnit.Epoch ? time.Epoch : time.Step;

    /// <summary>The time since a moment given in one unit; the other unit's is in proportion, as all epochs have as many steps.</summary>
    private static TrainingTime Since(TrainingTime time, int after, ScheduleUnit unit)
    {
        double rest = 1 - after / Count(time, unit);
        return unit == ScheduleUnit.Epoch
            ? new((long)Math.Round(time.Step * rest), time.Epoch - after)
            : new(time.Step - after, time.Epoch * rest);
    }

    /// <param name="text">The call that made it.</param>
    /// <param name="factor">The factor at a time.</param>
    private sealed class Formula(FormattableString text, Func<TrainingTime, double> factor) : LearningRateSchedule
    {
        public override double Factor(TrainingTime time) => factor(time);

        public override string ToString() => FormattableString.Invariant(text);
    }
}
