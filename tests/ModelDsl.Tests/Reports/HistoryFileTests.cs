using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using ModelDsl.Reports;

namespace ModelDsl.Tests.Reports;

public sealed class HistoryFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_HasEveryDigit()
    {
        Histories.Three.SaveCsv(_folder["a.csv"]);
        Assert.Equal(
            """
            epoch,train_loss,validation_loss,validation_accuracy,learning_rate,seconds,samples_per_second
            1,0.9,0.8,0.5,0.1,0.5,1234.5
            2,0.1,0.4,0.75,0.05,0.5,1234.5
            3,0.3333333333333333,NaN,1,0.03333333333333333,0.5,1234.5

            """.ReplaceLineEndings("\n"), File.ReadAllText(_folder["a.csv"]));
    }

    [Fact]
    public void SeveralOutputs_HaveColumnsOfTheirOwn()
    {
        var evaluation = new Evaluation(1, 2) { Outputs = new Dictionary<string, Evaluation> { ["a,b"] = new(1, 2, Accuracy: 0.5), ["c"] = new(1, 2, Mse: 3) } };
        TrainResult result = new([new EpochRecord(1, 1, evaluation, evaluation, 1, 1, 1)], StopReason.Epochs, 1, TimeSpan.Zero);
        result.SaveCsv(_folder["a.csv"]);
        Assert.StartsWith("epoch,train_loss,train_evaluated_loss,\"train_evaluated_a,b_accuracy\",train_evaluated_c_mse,validation_loss,\"validation_a,b_accuracy\",validation_c_mse,", File.ReadAllText(_folder["a.csv"]));
    }

    [Fact]
    public void Json_IsRead()
    {
        Histories.Three.SaveJson(_folder["a.json"]);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_folder["a.json"]));
        JsonElement root = json.RootElement;
        Assert.Equal("EarlyStopping", root.GetProperty("reason").GetString());
        Assert.Equal((30L, 2.5, 2), (root.GetProperty("steps").GetInt64(), root.GetProperty("seconds").GetDouble(), root.GetProperty("best_epoch").GetInt32()));
        JsonElement last = root.GetProperty("epochs")[2];
        Assert.Equal(1 / 3.0, last.GetProperty("train_loss").GetDouble());
        Assert.Equal(JsonValueKind.Null, last.GetProperty("validation_loss").ValueKind);
        Assert.Equal(3, root.GetProperty("epochs").GetArrayLength());
    }

    /// <summary>Every event file there is begins so: the length 24 and its checksum, which TensorFlow wrote.</summary>
    [Fact]
    public void Records_BeginAsTensorFlows()
    {
        var stream = new MemoryStream();
        EventFile.WriteRecord(stream, new byte[24]);
        Assert.Equal([0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22], stream.ToArray()[..12]);
    }

    [Fact]
    public void EventFile_IsReadByItsPublishedFormat()
    {
        string path = Histories.Three.SaveTensorBoard(_folder["run"]);
        Assert.Contains(".tfevents.", Path.GetFileName(path));
        List<(double Time, long Step, string Tag, float Value)> events = Read(File.ReadAllBytes(path));
        Assert.Equal("brain.Event:2", events[0].Tag);
        Assert.Equal(1772600767.25, events[0].Time);
        Assert.Equal(3 * 6, events.Count - 1);
        Assert.Contains((1772600768.25, 2L, "loss/train", 0.1f), events);
        Assert.Contains((1772600768.25, 2L, "accuracy/validation", 0.75f), events);
        Assert.Contains((1772600768.75, 3L, "learning_rate", 0.1f / 3), events);
        Assert.Contains((1772600768.75, 3L, "loss/validation", float.NaN), events);
    }

    /// <summary>A reader of its own, with a checksum bit by bit.</summary>
    private static List<(double, long, string, float)> Read(byte[] file)
    {
        var events = new List<(double, long, string, float)>();
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.Equal(Masked(file.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            Dictionary<int, byte[]> e = Fields(file.AsSpan(at + 12, length));
            double time = BitConverter.ToDouble(e[1]);
            if (e.TryGetValue(3, out byte[]? version)) events.Add((time, 0, Encoding.UTF8.GetString(version), 0));
            else
            {
                Dictionary<int, byte[]> value = Fields(Fields(e[5])[1]);
                events.Add((time, BitConverter.ToInt64(e[2]), Encoding.UTF8.GetString(value[1]), BitConverter.ToSingle(value[2])));
            }
            at += length + 16;
        }
        return events;
    }

    private static Dictionary<int, byte[]> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new Dictionary<int, byte[]>();
        while (message.Length > 0)
        {
            int key = (int)Varint(ref message);
            int length = (key & 7) switch { 0 => 0, 1 => 8, 5 => 4, 2 => (int)Varint(ref message), _ => throw new InvalidDataException() };
            if ((key & 7) == 0) fields.Add(key >> 3, BitConverter.GetBytes(Varint(ref message)));
            else
            {
                fields.Add(key >> 3, message[..length].ToArray());
                message = message[length..];
            }
        }
        return fields;
    }

    private static long Varint(ref ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = bytes[0];
            bytes = bytes[1..];
            value |= (long)(b & 127) << shift;
            if (b < 128) return value;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
        }
        crc = ~crc;
        return (crc >> 15 | crc << 17) + 0xa282ead8;
    }
}
