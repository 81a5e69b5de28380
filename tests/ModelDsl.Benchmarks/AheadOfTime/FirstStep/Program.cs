// One training step, or none: what `start` measures from the start of the process to its end.
using ModelDsl;

if (args.Length == 0)
{
    var trainer = Digits.CreateTrainer(new Adam(0.001), new TrainerOptions { BatchSize = 32, MaxThreads = 1 });
    trainer.Step(new float[32 * 64], new int[32]);
}

[Model, Input(64), Dense(64, Activation.Relu), Dense(64, Activation.Relu), Dense(10), Target(Loss.SparseCrossEntropy)]
internal sealed partial class Digits;
