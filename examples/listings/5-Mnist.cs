// Keras: MNIST through Flatten, Dense(64, relu) twice, Dense(10, softmax); Adam, sparse categorical cross-entropy, batch 32, 10 epochs, validation data. 22 lines there.
// Corrected: the loss takes logits, so there is no softmax layer; Predict gives probabilities. Here on 1,797 digits of 8 × 8 that need no download.
using ModelDsl;
namespace Listings;

[Model, Input(64), Dense(64, Activation.Relu), Dense(64, Activation.Relu), Dense(10), Target(Loss.SparseCrossEntropy)]
public sealed partial class Digits;

internal static class Mnist
{
    public static double Accuracy()
    {
        Dataset digits = Resources.Digits();
        (Dataset train, _, Dataset test) = digits.Split(0.75, 0, 0.25, seed: 0, stratify: true);
        var trainer = Digits.CreateTrainer(new Adam(0.001), new TrainerOptions { Epochs = 10, BatchSize = 32 });
        trainer.Fit(train, test);
        return trainer.Evaluate(test).Accuracy!.Value;
    }
}
