using System.Buffers.Binary;
using System.Text;
using ModelDsl.Checkpoints;

namespace ModelDsl.Reports;

/// <summary>
/// TensorBoard's event files: TFRecords (length, its checksum, data, its checksum; tensorflow/core/lib/io/record_writer.h) of the protocol buffer Event
/// (tensorflow/core/util/event.proto), of which four fields are written: wall_time = 1, step = 2, file_version = 3, summary = 5, a list of
/// Value (field 1) with tag = 1 and simple_value = 2.
/// </summary>
internal static class EventFile
{
    private const int Fixed64 = 1, Varint = 0, LengthDelimited = 2, Fixed32 = 5;

    public static void Write(Stream stream, DateTimeOffset started, IReadOnlyList<EpochRecord> history, HistoryTable table)
    {
        double time = started.ToUnixTimeMilliseconds() / 1000.0;
        WriteRecord(stream, Event(time, 0, 3, "brain.Event:2"u8));
        for (int i = 0; i < history.Count; i++)
        {
            time += history[i].Seconds;
            for (int c = 1; c < table.Columns.Length; c++)
                if (table.Rows[i][c] is { } value) WriteRecord(stream, Event(time, history[i].Epoch, 5, Summary(Tag(table.Columns[c]), (float)value)));
        }
    }

    /// <summary>loss/train beside loss/validation, so that both curves share a chart's group.</summary>
    private static string Tag(string column)
    {
        foreach (string set in (string[])["train_evaluated", "validation", "train"])
            if (column.StartsWith(set + "_", StringComparison.Ordinal)) return $"{column[(set.Length + 1)..]}/{set}";
        return column;
    }

    /// <summary>A record of TFRecord.</summary>
    internal static void WriteRecord(Stream stream, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, data.Length);
        stream.Write(number);
        WriteChecksum(stream, number);
        stream.Write(data);
        WriteChecksum(stream, data);
    }

    /// <summary>((crc &gt;&gt; 15) | (crc &lt;&lt; 17)) + 0xa282ead8: checksums of data that hold checksums are weak, so they are masked.</summary>
    private static void WriteChecksum(Stream stream, ReadOnlySpan<byte> data)
    {
        var crc = new Crc32C();
        crc.Append(data);
        Span<byte> masked = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, uint.RotateRight(crc.Value, 15) + 0xa282ead8u);
        stream.Write(masked);
    }

    private static byte[] Event(double time, int step, int field, ReadOnlySpan<byte> content)
    {
        var bytes = new MemoryStream();
        Key(bytes, 1, Fixed64);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(number, time);
        bytes.Write(number);
        if (step > 0)
        {
            Key(bytes, 2, Varint);
            Number(bytes, (uint)step);
        }
        Message(bytes, field, content);
        return bytes.ToArray();
    }

    private static byte[] Summary(string tag, float value)
    {
        var entry = new MemoryStream();
        Message(entry, 1, Encoding.UTF8.GetBytes(tag));
        Key(entry, 2, Fixed32);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(number, value);
        entry.Write(number);
        var bytes = new MemoryStream();
        Message(bytes, 1, entry.ToArray());
        return bytes.ToArray();
    }

    private static void Message(Stream stream, int field, ReadOnlySpan<byte> content)
    {
        Key(stream, field, LengthDelimited);
        Number(stream, (uint)content.Length);
        stream.Write(content);
    }

    private static void Key(Stream stream, int field, int wireType) => Number(stream, (uint)(field << 3 | wireType));

    /// <summary>Seven bits a byte, the lowest first; the eighth says that more follow.</summary>
    private static void Number(Stream stream, uint value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
