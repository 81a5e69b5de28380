namespace ModelDsl.Spectre;

/// <summary>The time that a run will take at most, if what is left of its steps goes as those that were reported, validation included.</summary>
internal sealed class TimeLeft(TimeProvider clock)
{
    private long _started;
    private double _firstStep = double.NaN;
    private int _stepsPerEpoch;
    private TimeSpan? _left;

    /// <summary>h:mm:ss, or null while nothing is known.</summary>
    public string? Text => _left is { } left ? $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}" : null;

    /// <summary>Another run begins.</summary>
    public void Begin() => (_firstStep, _stepsPerEpoch, _left) = (double.NaN, 0, null);

    public void Observe(TrainProgress p)
    {
        if (p.StepsPerEpoch > 0) _stepsPerEpoch = p.StepsPerEpoch;
        if (_stepsPerEpoch == 0) return; // a stream that does not say how long it is, in its first epoch
        double steps = (p.Epoch - 1.0) * _stepsPerEpoch + p.Step;
        if (double.IsNaN(_firstStep)) (_firstStep, _started) = (steps, clock.GetTimestamp());
        else if (steps > _firstStep) _left = Math.Max(0, (double)p.Epochs * _stepsPerEpoch - steps) / (steps - _firstStep) * clock.GetElapsedTime(_started);
    }
}
