using ModelDsl;

namespace Digits;

/// <summary>Handwritten digits of 8×8 pixels.</summary>
[Model(Targets = Targets.Cpu | Targets.Gpu)]
[Input(64)]
[Dense(64, Activation.Relu)]
[Dense(64, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class SmallDigits;

/// <summary>Handwritten digits of 28×28 pixels.</summary>
[Model(Targets = Targets.Cpu | Targets.Gpu)]
[Input(784)]
[Dense(64, Activation.Relu)]
[Dense(64, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Mnist;
