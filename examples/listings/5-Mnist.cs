// Keras: MNIST through Flatten, Dense(64, relu) twice, Dense(10, softmax); Adam, sparse categorical cross-entropy, batch 32, 10 epochs, validation data. 22 lines there.
// Corrected: the loss takes logits, so there is no softmax layer; Predict gives probabilities. And the epochs are judged on digits of their own, so that those of the test are seen once, at the end.
// Here on 1,797 digits of 8 × 8 that need no download; of 28 × 28, [Input(784)], the model has the original's 55,050 parameters.
[Model, Input(64), Dense(64, Activation.Relu), Dense(64, Activation.Relu), Dense(10), Target(Loss.SparseCrossEntropy)]
public sealed partial class Digits
{
    public static double Accuracy(Dataset digits)
    {
        Console.Write(Summary());
        (Dataset train, Dataset validation, Dataset test) = digits.Split(0.6875, 0.0625, 0.25, seed: 0, stratify: true);
        var trainer = CreateTrainer(new Adam(0.001), new TrainerOptions { Epochs = 10, BatchSize = 32 });
        trainer.Fit(train, validation);
        return trainer.Evaluate(test).Accuracy!.Value;
    }
}
