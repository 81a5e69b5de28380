using System.Text;

namespace ModelDsl.Tests.Checkpoints;

/// <summary>Files that no writer of ours would write.</summary>
internal static class SafeTensorsFile
{
    public static byte[] Make(string header, ReadOnlySpan<byte> data) => Make(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Make(byte[] header, ReadOnlySpan<byte> data) => [.. BitConverter.GetBytes((long)header.Length), .. header, .. data];
}
