using System.Runtime.InteropServices;

namespace ModelDsl.Tests.Checkpoints;

/// <summary>Which tensor of a state dict is which of ours, and what messages say where that cannot be told. Predictions are compared with torch's in TorchFileTests.</summary>
public class TorchNamesTests
{
    private static readonly ModelInfo Two = Dense(("dense1", 3, 2), ("dense2", 2, 2));

    [Fact]
    public void Matrices_AreTransposed()
    {
        float[] block = Load(Dense(("dense1", 3, 2)), ("weight", [2, 3]), ("bias", [2]));
        Assert.Equal([0, 3, 1, 4, 2, 5], block[..6]);
        Assert.Equal([6, 7], block[16..18]);
    }

    [Fact]
    public void Kernels_AreTransposed()
    {
        ModelInfo info = Models.Stack([("conv1D1", "Conv1D Relu", [4, 3]), ("up", "ConvTranspose1D", [5, 2])], Models.Tensor("conv1D1.weight", 0, 2, 1, 3), Models.Tensor("up.weight", 16, 1, 3, 2));
        float[] block = Load(info, ("a.weight", [3, 1, 2]), ("b.weight", [3, 2, 1]));
        Assert.Equal([0, 2, 4, 1, 3, 5], block[..6]);  // (out, in, k) → (k, in, out)
        Assert.Equal([6, 7, 8, 9, 10, 11], block[16..22]); // (in, out, k) → (k, in, out)
    }

    [Fact]
    public void FlattenedPictures_ArePutInOurOrder()
    {
        ModelInfo info = Models.Stack([("conv2D1", "Conv2D", [2, 1, 3]), ("flatten1", "Flatten", [6]), ("batchNorm1", "BatchNorm", [6]), ("dense1", "Dense", [1])],
            Models.Tensor("batchNorm1.weight", 0, 6), Models.Tensor("dense1.weight", 16, 6, 1));
        float[] block = Load(info, ("n.weight", [6]), ("d.weight", [1, 6]));
        Assert.Equal([0, 2, 4, 1, 3, 5], block[..6]);
        Assert.Equal([6, 8, 10, 7, 9, 11], block[16..22]);
    }

    [Fact]
    public void ADenseLayerOfOtherValues_IsRefused()
    {
        ModelInfo info = Models.Stack([("conv2D1", "Conv2D", [2, 2, 3]), ("dense1", "Dense", [1])], Models.Tensor("dense1.weight", 0, 7, 1));
        Assert.Contains("'dense1.weight' of Sample takes 7 values behind 'conv2D1', which gives (2, 2, 3)", Assert.Throws<ArgumentException>(() => Load(info, ("0.weight", [1, 7]))).Message);
    }

    [Theory]
    [InlineData("0", "2"), InlineData("2", "10"), InlineData("net.fc1", "net.fc2"), InlineData("9.a", "11.a")]
    public void ModulesOfOneShape_GoByTheirNumbers(string first, string second)
    {
        ModelInfo info = Dense(("dense1", 2, 2), ("dense2", 2, 2));
        foreach (bool swapped in (bool[])[false, true])
        {
            (string a, string b) = swapped ? (second, first) : (first, second);
            float[] block = Load(info, (a + ".weight", [2, 2]), (a + ".bias", [2]), (b + ".weight", [2, 2]), (b + ".bias", [2]));
            Assert.Equal(swapped ? 6 : 0, block[0]);
        }
    }

    [Fact]
    public void EqualNames_GoBeforeShapes()
    {
        ModelInfo info = Dense(("dense1", 2, 2), ("dense2", 2, 2), ("other", 2, 2));
        float[] block = Load(info, ("other.weight", [2, 2]), ("other.bias", [2]), ("dense2.weight", [2, 2]), ("dense2.bias", [2]), ("dense1.weight", [2, 2]), ("dense1.bias", [2]));
        Assert.Equal((12f, 6f, 0f), (block[0], block[32], block[64]));
    }

    [Fact]
    public void GivenNames_TellTheRest()
    {
        ModelInfo info = Dense(("dense1", 2, 2), ("dense2", 2, 2));
        (string, int[])[] file = [("key.weight", [2, 2]), ("key.bias", [2]), ("query.weight", [2, 2]), ("query.bias", [2])];
        Assert.Contains("'key', 'query' have the same shapes as each other, as have 'dense1', 'dense2' of model Sample: pass names", Refused(info, file));
        float[] block = Load(info, new() { ["dense1"] = "query" }, file);
        Assert.Equal((6f, 0f), (block[0], block[32]));
        block = Load(info, new() { ["dense1"] = "query", ["dense1.bias"] = "key.bias", ["dense2.bias"] = "query.bias" }, file);
        Assert.Equal((6f, 4f, 0f, 10f), (block[0], block[16], block[32], block[48]));
        Assert.Contains("no layer or tensor 'dense3'; it has 'dense1.weight'", Assert.Throws<ArgumentException>(() => Load(info, new() { ["dense3"] = "query" }, file)).Message);
        Assert.Contains("'dense1.weight' is to be 'value.weight', which is not in the file", Refused(info, file, new() { ["dense1"] = "value" }));
        Assert.Contains("is not in the file, or is another's already", Refused(info, file, new() { ["dense1"] = "key", ["dense2"] = "key" }));
    }

    [Fact]
    public void RecurrentLevels_AreLayers()
    {
        string[] roles = ["weight_ih", "weight_hh", "weight_ih_reverse", "weight_hh_reverse"];
        ModelInfo info = Models.Stack([("rnn1", "Rnn, both ways", [4, 2]), ("rnn2", "Rnn", [4, 1])],
            [.. roles.Select((r, i) => Models.Tensor($"rnn1.{r}", 16 * i, 1, 1)), Models.Tensor("rnn2.weight_ih", 64, 2, 1), Models.Tensor("rnn2.weight_hh", 80, 1, 1)]);
        float[] block = Load(info, ("r.weight_ih_l0", [1, 1]), ("r.weight_hh_l0", [1, 1]), ("r.weight_ih_l0_reverse", [1, 1]), ("r.weight_hh_l0_reverse", [1, 1]), ("r.weight_ih_l1", [1, 2]), ("r.weight_hh_l1", [1, 1]));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], new[] { block[0], block[16], block[32], block[48], block[64], block[65], block[80] });
    }

    [Fact]
    public void OtherShapes_AreNamedOnBothSides()
    {
        Assert.Equal("m: the tensors are not those of model Sample; not found, in PyTorch's order of axes: 'dense2.weight (2, 2)', 'dense2.bias (2)'; left in the file: '2.weight (5, 2)', '2.bias (5)'. If they belong together, pass names.",
            Refused(Two, [("0.weight", [2, 3]), ("0.bias", [2]), ("2.weight", [5, 2]), ("2.bias", [5])]));
        Assert.Equal("m: tensor '0.weight' has shape (3, 2) in the file; 'dense1.weight' has (3, 2) in the model, which is (2, 3) in PyTorch.",
            Refused(Two, [("0.weight", [3, 2]), ("0.bias", [2])], new() { ["dense1"] = "0" }));
        Assert.Contains("tensor 'weight' is 'I32'; parameters are F64, F32, F16 or BF16",
            Refused(Dense(("dense1", 1, 1)), SafeTensorsFile.Make("""{"weight":{"dtype":"I32","shape":[1,1],"data_offsets":[0,4]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", new byte[8])));
    }

    [Fact]
    public void CountsOfBatches_AreLeftOut() => Assert.Equal(0, Load(Dense(("dense1", 1, 1)), ("weight", [1, 1]), ("bias", [1]), ("norm.num_batches_tracked", []))[0]);

    [Fact]
    public void OwnFiles_AreLoads()
    {
        using var folder = new TemporaryFolder();
        SafeTensors.Save(folder["m"], Two, new ModelDsl.Kernels.AlignedMemory<float>(Two.BlockLength));
        Assert.Contains("saved by this library, not by PyTorch: Sample.Load reads it", Refused(Two, File.ReadAllBytes(folder["m"])));
    }

    [Fact]
    public void Load_NamesLoadTorch()
    {
        byte[] file = Make(("0.weight", [2, 3]), ("0.bias", [2]), ("2.weight", [2, 2]), ("2.bias", [2]));
        Assert.EndsWith("unexpected: '0.weight', '0.bias', '2.weight', '2.bias'. If it is a state_dict of PyTorch, Sample.Create().LoadTorch(path) matches and transposes its tensors.",
            Assert.Throws<ModelFormatException>(() => SafeTensors.Load<float>(new MemoryStream(file), "m", Two, false)).Message);
    }

    private static ModelInfo Dense(params (string Name, int In, int Out)[] layers) => Models.Stack([.. layers.Select(l => (l.Name, "Dense", new[] { l.Out }))],
        [.. layers.SelectMany((l, i) => new[] { Models.Tensor(l.Name + ".weight", 32 * i, l.In, l.Out), Models.Tensor(l.Name + ".bias", 32 * i + 16, l.Out) })]);

    /// <summary>A file whose values are 0, 1, 2, … from its first tensor to its last.</summary>
    private static byte[] Make(params (string Name, int[] Shape)[] tensors)
    {
        int values = 0;
        string[] entries = [.. tensors.Select(t => $"\"{t.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(",", t.Shape)}],\"data_offsets\":[{4 * values},{4 * (values += t.Shape.Aggregate(1, (n, d) => n * d))}]}}")];
        return SafeTensorsFile.Make($"{{{string.Join(",", entries)}}}", MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, values).Select(i => (float)i)]));
    }

    private static float[] Load(ModelInfo info, params (string Name, int[] Shape)[] tensors) => Load(info, [], tensors);

    private static float[] Load(ModelInfo info, Dictionary<string, string> names, params (string Name, int[] Shape)[] tensors) => SafeTensors.ReadTorch<float>(new MemoryStream(Make(tensors)), "m", info, names).ToArray();

    private static string Refused(ModelInfo info, (string, int[])[] tensors, Dictionary<string, string>? names = null) => Refused(info, Make(tensors), names);

    private static string Refused(ModelInfo info, byte[] file, Dictionary<string, string>? names = null) =>
        Assert.Throws<ModelFormatException>(() => SafeTensors.ReadTorch<float>(new MemoryStream(file), "m", info, names).ToArray()).Message;
}
