using ModelDsl;

namespace Cnn;

/// <summary>Handwritten digits of 8×8 pixels.</summary>
[Model]
[Input(8, 8, 1)]
[Conv2D(16, 3, Activation.Relu, Same = true)]
[Conv2D(32, 3, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Flatten]
[Dropout(0.25f)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class SmallDigits;

/// <summary>Handwritten digits of 28×28 pixels.</summary>
[Model]
[Input(28, 28, 1)]
[Conv2D(16, 5, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Conv2D(32, 3, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Flatten]
[Dense(64, Activation.Relu)]
[Dropout(0.25f)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Mnist;
