namespace ModelDsl.Tests.Data;

/// <summary>Makes damaged files of good ones. The same number makes the same file.</summary>
internal sealed class Mutator(byte[][] seeds, int seed)
{
    private static readonly ulong[] Numbers = [0, 1, 2, 7, 8, 16, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, long.MaxValue, 1UL << 63, ulong.MaxValue];
    private static readonly byte[][] Words = [.. new[] { "-1", "0", "1e400", "NaN", "2147483648", "99999999999999999999", "\"", ",", "\n", "\r", "{", "}", "[", "]", "(", ")", ":", "'", "<f8", ">f4", "None", "\0", "é" }
        .Select(System.Text.Encoding.UTF8.GetBytes)];

    public byte[] Make(int number)
    {
        var random = new Random(seed ^ number * 0x2545F491);
        List<byte> file = [.. seeds[random.Next(seeds.Length)]];
        for (int n = random.Next(1, 5); n > 0; n--) Damage(file, random);
        return [.. file];
    }

    private void Damage(List<byte> file, Random random)
    {
        int at = random.Next(file.Count + 1), length = Math.Min(file.Count - at, 1 + random.Next(random.Next(4) == 0 ? 64 : 4));
        switch (random.Next(9))
        {
            case 0 when at < file.Count: file[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when at < file.Count: file[at] = (byte)random.Next(256); break;
            case 2: file.RemoveRange(at, file.Count - at); break;
            case 3: file.RemoveRange(at, length); break;
            case 4: file.InsertRange(at, file.GetRange(at, length)); break;
            case 5: file.InsertRange(at, Words[random.Next(Words.Length)]); break;
            case 6: Number(file, at, random); break;
            case 7: file.InsertRange(at, seeds[random.Next(seeds.Length)].Take(random.Next(64))); break;
            case 8 when length > 0 && random.Next(file.Count - length + 1) is var from: for (int i = 0; i < length; i++) file[at + i] = file[from + i]; break;
        }
    }

    private static void Number(List<byte> file, int at, Random random)
    {
        int width = 1 << random.Next(4);
        byte[] bytes = BitConverter.GetBytes(Numbers[random.Next(Numbers.Length)])[..width];
        if (random.Next(2) == 0) Array.Reverse(bytes);
        for (int i = 0; i < width && at + i < file.Count; i++) file[at + i] = bytes[i];
    }
}
