namespace ModelDsl.EndToEnd.Tests;

/// <summary>y = w·x + b, as the reference numbers of gradient descent have it.</summary>
[Model(Scalar = Scalar.Double)]
[Input(1)]
[Dense(1)]
[Target(Loss.Mse)]
public sealed partial class Line;

[Model(Scalar = Scalar.Double)]
[Input(6)]
[Dense(9, Activation.Gelu)]
[LayerNorm]
[Dense(7, Activation.Silu)]
[Dense(4)]
[Target(Loss.SparseCrossEntropy, LabelSmoothing = 0.1f)]
public sealed partial class NormedClassifier;

[Model(Scalar = Scalar.Double)]
[Input(5)]
[Dense(8)]
[BatchNorm]
[Activation(Activation.Relu)]
[Dense(6, Activation.Tanh)]
[Dense(3)]
[Target(Loss.Huber, Delta = 0.5f)]
public sealed partial class NormedRegressor;

[Model(Scalar = Scalar.Double)]
[Input(5)]
[Dense(8, Activation.Mish)]
[Dense(6, Activation.Elu)]
[Dense(2)]
[Target(Loss.BinaryCrossEntropy)]
public sealed partial class BinaryClassifier;

[Model(Scalar = Scalar.Double)]
[Input(5, 3)]
[Rnn(6)]
[Dense(2)]
[Target(Loss.Mse)]
public sealed partial class RnnTagger;

[Model(Scalar = Scalar.Double)]
[Input(5, 3)]
[Gru(6)]
[Dense(2)]
[Target(Loss.Mse)]
public sealed partial class GruTagger;

[Model(Scalar = Scalar.Double)]
[Input(5, 3)]
[Lstm(6)]
[Dense(2)]
[Target(Loss.Mse)]
public sealed partial class LstmTagger;

[Model(Scalar = Scalar.Double)]
[Input(4, 3)]
[Gru(5, Bidirectional = true)]
[Dense(2)]
[Target(Loss.Mse)]
public sealed partial class BothWaysTagger;

[Model(Scalar = Scalar.Double)]
[Input(5, 3)]
[Lstm(6)]
[Lstm(6, ReturnSequences = false)]
[Dense(4)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class LstmClassifier;

/// <summary>Large enough for kernels to be shared between threads.</summary>
[Model]
[Input(784)]
[Dense(64, Activation.Relu)]
[Dense(64, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Digits;

[Model]
[Input(784)]
[Dense(64)]
[BatchNorm]
[Activation(Activation.Gelu)]
[Dropout(0.3f)]
[Dense(64, Activation.Silu)]
[LayerNorm]
[Dropout(0.1f)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy, LabelSmoothing = 0.05f, L2 = 1e-4f)]
public sealed partial class RegularizedDigits;

[Model]
[Input(4)]
[Dense(5, Activation.Relu)]
[Dense(3)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class SmallClassifier;
