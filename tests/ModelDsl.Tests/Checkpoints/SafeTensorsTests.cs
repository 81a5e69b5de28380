using System.Runtime.InteropServices;
using System.Text;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Checkpoints;

public sealed class SafeTensorsTests : IDisposable
{
    private static readonly ModelInfo Info = Models.Info(parameters: [Models.Tensor("dense1.weight", 0, 2, 3), Models.Tensor("dense1.bias", 16, 3), Models.Tensor("scale", 32)]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Metadata_IsKept_BesideTheFormatsOwn()
    {
        var kept = new Dictionary<string, string> { ["units"] = "Kelvin, \"°C\" + 273.15", ["empty"] = "" };
        SafeTensors.Save(_folder["m"], Info, Block(Info), kept);
        IReadOnlyDictionary<string, string> read = SafeTensors.ReadMetadata(_folder["m"]);
        Assert.All(kept, k => Assert.Equal(k.Value, read[k.Key]));
        Assert.Equal(Info.Name, read["model"]);
        Assert.Equal(Block(Info).Span, SafeTensors.Load<float>(_folder["m"], Info).Span);
        Assert.Contains("'hash' is a key of the format's own", Assert.Throws<ArgumentException>(() => SafeTensors.Save(_folder["m"], Info, Block(Info), new Dictionary<string, string> { ["hash"] = "0" })).Message);
        Assert.Contains("Keep less", Assert.Throws<ArgumentException>(() => SafeTensors.Save(_folder["m"], Info, Block(Info), new Dictionary<string, string> { ["long"] = new('x', 17 << 20) })).Message);
        Assert.Equal(kept["units"], SafeTensors.ReadMetadata(_folder["m"])["units"]);
        Assert.StartsWith(_folder["cut"], Assert.Throws<ModelFormatException>(() => SafeTensors.ReadMetadata(_folder.Write("cut", [1, 2, 3]))).Message);
    }

    [Fact]
    public void RoundTrip_KeepsEveryBit()
    {
        float[] odd = [BitConverter.Int32BitsToSingle(0x7fc12345), BitConverter.Int32BitsToSingle(unchecked((int)0xff812345)), -0f, 1e-45f, float.NegativeInfinity, float.MaxValue];
        AlignedMemory<float> saved = Block(Info);
        odd.CopyTo(saved.Span);
        SafeTensors.Save(_folder["m.safetensors"], Info, saved);
        Assert.Equal(MemoryMarshal.AsBytes(saved.Span), MemoryMarshal.AsBytes(SafeTensors.Load<float>(_folder["m.safetensors"], Info).Span));
    }

    [Fact]
    public void RoundTrip_KeepsEveryBit_OfRandomModels()
    {
        var random = new Random(11);
        for (int i = 0; i < 200; i++)
        {
            int offset = 0;
            ParameterInfo[] tensors = [.. Enumerable.Range(0, random.Next(0, 6)).Select(k =>
            {
                ParameterInfo tensor = Models.Tensor($"t{k}.\"é\u0001", offset, [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(0, 6))]);
                offset += (tensor.Length + 15) / 16 * 16;
                return tensor;
            })];
            ModelInfo info = Models.Info(scalar: Scalar.Double, parameters: tensors);
            var saved = new AlignedMemory<double>(info.BlockLength);
            foreach (ParameterInfo t in tensors) random.NextBytes(MemoryMarshal.AsBytes(saved.Span.Slice(t.Offset, t.Length)));
            SafeTensors.Save(_folder["m"], info, saved);
            Assert.Equal(MemoryMarshal.AsBytes(saved.Span), MemoryMarshal.AsBytes(SafeTensors.Load<double>(_folder["m"], info).Span));
        }
    }

    [Fact]
    public void LargeTensors_AreMovedInParts()
    {
        ModelInfo info = Models.Info(parameters: [Models.Tensor("w", 0, 1000, 1001), Models.Tensor("b", 1_001_008, 7)]);
        var saved = new AlignedMemory<float>(info.BlockLength);
        foreach (ParameterInfo t in info.Parameters) new Random(1).NextBytes(MemoryMarshal.AsBytes(saved.Span.Slice(t.Offset, t.Length)));
        SafeTensors.Save(_folder["m"], info, saved);
        Assert.Equal(MemoryMarshal.AsBytes(saved.Span), MemoryMarshal.AsBytes(SafeTensors.Load<float>(_folder["m"], info).Span));
    }

    [Fact]
    public void File_IsWhatTheFormatSays()
    {
        byte[] file = Saved();
        int length = BitConverter.ToInt32(file);
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal(8 + length + 10 * 4, file.Length);
        string header = Encoding.UTF8.GetString(file, 8, length);
        Assert.Matches("""^\{"__metadata__":\{"format":"modeldsl","version":"1","model":"Sample","hash":"0123abcd","crc32c:dense1.weight":"[0-9a-f]{8}",""", header);
        Assert.EndsWith("""
            "dense1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"dense1.bias":{"dtype":"F32","shape":[3],"data_offsets":[24,36]},"scale":{"dtype":"F32","shape":[],"data_offsets":[36,40]}}
            """, header.TrimEnd());
        Assert.Equal(1f, BitConverter.ToSingle(file, 8 + length));
    }

    [Fact]
    public void ForeignFile_LoadsWhateverItsOrder()
    {
        byte[] file = SafeTensorsFile.Make("""{"scale":{"shape":[],"data_offsets":[0,4],"dtype":"F32"},"dense1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"__metadata__":{"format":"pt"},"dense1.bias":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}""",
            MemoryMarshal.AsBytes<float>([9, 7, 8, 9, 1, 2, 3, 4, 5, 6]));
        AlignedMemory<float> loaded = Load(file);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0, 0], loaded.Span[..8]);
        Assert.Equal([7, 8, 9, 0], loaded.Span[16..20]);
        Assert.Equal(9, loaded.Span[32]);
    }

    [Fact]
    public void OtherModel_IsNamed()
    {
        byte[] file = Saved();
        string Other(params ParameterInfo[] tensors) => Message(file, Models.Info(parameters: tensors));
        Assert.Equal("m: the tensors are not those of model Sample; missing: 'out.bias'; unexpected: 'dense1.bias', 'scale'.", Other(Info.Parameters[0], Models.Tensor("out.bias", 16, 3)));
        Assert.Equal("m: tensor 'dense1.weight' has shape (2, 3) in the file and (3, 2) in the model.", Other(Models.Tensor("dense1.weight", 0, 3, 2), Info.Parameters[1], Info.Parameters[2]));
        Assert.Equal("m: tensor 'dense1.weight' is 'F32' in the file and 'F64' in the model.",
            Assert.Throws<ModelFormatException>(() => SafeTensors.Load<double>(new MemoryStream(file), "m", Models.Info(scalar: Scalar.Double, parameters: Info.Parameters), false)).Message);
    }

    [Fact]
    public void OtherDeclaration_WithTheSameShapes_IsRefused()
    {
        byte[] file = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Saved()).Replace("0123abcd", "99999999"));
        Assert.Equal("m: saved from model 'Sample' with declaration '99999999'; model Sample has declaration '0123abcd': the tensors fit, their meaning does not.", Message(file, Info));
    }

    [Fact]
    public void NonFinite_IsAnErrorOnRequest()
    {
        AlignedMemory<float> block = Block(Info);
        block.Span[17] = float.NaN;
        block.Span[18] = float.PositiveInfinity;
        SafeTensors.Save(_folder["m"], Info, block);
        SafeTensors.Load<float>(_folder["m"], Info);
        Assert.EndsWith("m: tensor 'dense1.bias' has 2 values that are NaN or infinite, the first at element 1.",
            Assert.Throws<ModelFormatException>(() => SafeTensors.Load<float>(_folder["m"], Info, validateFinite: true)).Message);
    }

    [Fact]
    public void WrongArguments_AreRefused()
    {
        Assert.Contains("not Double", Assert.Throws<ArgumentException>(() => SafeTensors.Save(_folder["m"], Info, new AlignedMemory<double>(48))).Message);
        Assert.Contains("48 elements; this one has 5", Assert.Throws<ArgumentException>(() => SafeTensors.Save(_folder["m"], Info, new AlignedMemory<float>(5))).Message);
        Assert.Throws<FileNotFoundException>(() => SafeTensors.Load<float>(_folder["none"], Info));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Files_SayNothingOfTheMachine()
    {
        string text = Encoding.Latin1.GetString(Saved());
        foreach (string secret in (string[])[_folder.Path, Environment.MachineName, Environment.CurrentDirectory]) Assert.DoesNotContain(secret, text);
    }

    [Fact]
    public void EveryTruncation_IsFound()
    {
        byte[] file = Saved();
        for (int length = 0; length < file.Length; length++) Message(file[..length], Info);
        Message([.. file, 0], Info);
    }

    [Fact]
    public void EveryFlippedBit_IsFound_OrChangesNothing()
    {
        byte[] file = Saved(), expected = MemoryMarshal.AsBytes(Block(Info).Span).ToArray();
        int harmless = 0;
        for (int bit = 0; bit < file.Length * 8; bit++)
        {
            file[bit / 8] ^= (byte)(1 << bit % 8);
            harmless += SameOrRefused(file, expected) ? 1 : 0;
            file[bit / 8] ^= (byte)(1 << bit % 8);
        }
        // A flip in the model's name, in "format" or its value, or in a checksum's key.
        Assert.InRange(harmless, 1, file.Length * 2);
    }

    [Fact]
    public void InsertedAndDeletedBytes_AreFound_OrChangeNothing()
    {
        byte[] file = Saved(), expected = MemoryMarshal.AsBytes(Block(Info).Span).ToArray();
        for (int i = 0; i < file.Length; i++)
        {
            SameOrRefused([.. file[..i], .. file[(i + 1)..]], expected);
            foreach (byte b in (byte[])[0, (byte)' ', (byte)'1', file[i]]) SameOrRefused([.. file[..i], b, .. file[i..]], expected);
        }
    }

    [Fact]
    public void RandomDamage_GivesTheDocumentedException()
    {
        var random = new Random(17);
        byte[] file = Saved();
        string[] words = ["0", "-1", "9", "{", "}", "[", "]", "\"", ",", ":", "\\ud800", "1e3", "null", "dtype", "shape", "data_offsets", "9223372036854775807"];
        for (int i = 0; i < 20_000; i++)
        {
            List<byte> damaged = [.. file];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                int at = random.Next(damaged.Count);
                switch (random.Next(4))
                {
                    case 0: damaged[at] = (byte)random.Next(256); break;
                    case 1: damaged.RemoveRange(at, Math.Min(random.Next(1, 20), damaged.Count - at - 1)); break;
                    case 2: damaged.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Length)])); break;
                    default: damaged[random.Next(8)] = (byte)random.Next(256); break;
                }
            }
            try
            {
                Load([.. damaged]);
            }
            catch (ModelFormatException)
            {
            }
        }
    }

    /// <summary>True if the damage changed nothing, false if it was found; anything else fails the test.</summary>
    private static bool SameOrRefused(byte[] file, byte[] expected)
    {
        try
        {
            Assert.Equal(expected, MemoryMarshal.AsBytes(Load(file).Span));
            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    private static AlignedMemory<float> Block(ModelInfo info)
    {
        var block = new AlignedMemory<float>(info.BlockLength);
        int next = 1;
        foreach (ParameterInfo tensor in info.Parameters)
        {
            foreach (ref float value in block.Span.Slice(tensor.Offset, tensor.Length)) value = next++;
        }
        return block;
    }

    private byte[] Saved()
    {
        SafeTensors.Save(_folder["saved"], Info, Block(Info));
        return File.ReadAllBytes(_folder["saved"]);
    }

    private static AlignedMemory<float> Load(byte[] file) => SafeTensors.Load<float>(new MemoryStream(file), "m", Info, false);

    private static string Message(byte[] file, ModelInfo info) =>
        Assert.Throws<ModelFormatException>(() => SafeTensors.Load<float>(new MemoryStream(file), "m", info, false)).Message;
}
