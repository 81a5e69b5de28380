// A program as a user writes it: with the package, default settings, and no other file.
using ModelDsl;

const int samples = 200;
float[] x = new float[2 * samples];
int[] label = new int[samples];
for (int i = 0; i < samples; i++)
{
    // Two rings: no straight line tells them apart.
    label[i] = i % 2;
    (float sin, float cos) = MathF.SinCos(0.37f * i);
    (x[2 * i], x[2 * i + 1]) = ((1 + label[i]) * cos, (1 + label[i]) * sin);
}
Dataset data = Dataset.Create(x, 2, label);

var trainer = Rings.CreateTrainer(new Adam(0.01), new TrainerOptions { Epochs = 60, BatchSize = 20 });
TrainResult result = await trainer.FitAsync(data);

string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
trainer.Model.Save(file);
Rings loaded = Rings.Load(file);
uint digest = 0; // of all parameters: tells whether another compiler's code gave the same bits
foreach (byte b in File.ReadAllBytes(file)) digest = digest * 31 + b;
File.Delete(file);

float[] probabilities = new float[2];
loaded.Predict([0f, 2f], probabilities);
Console.WriteLine(FormattableString.Invariant($"loss {result.TrainLoss:0.0000}"));
Console.WriteLine(FormattableString.Invariant($"accuracy {loaded.Evaluate(data).Accuracy:0.000}"));
Console.WriteLine(FormattableString.Invariant($"outer ring {probabilities[1]:0.000}"));
Console.WriteLine($"bits {digest:X8} {BitConverter.SingleToInt32Bits(probabilities[1]):X8}");

[Model]
[Input(2)]
[Dense(32, Activation.Relu)]
[Dense(16, Activation.Tanh)]
[Dense(2)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Rings;
