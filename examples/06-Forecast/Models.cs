using ModelDsl;

namespace Forecast;

/// <summary>Four weeks of days, to the seven days that follow.</summary>
[Model]
[Input(28, 1)]
[Gru(32, ReturnSequences = false)]
[Dense(7)]
[Target(Loss.Huber)]
public sealed partial class WeekAhead;
