using System.Text;

namespace ModelDsl.Tests.Checkpoints;

/// <summary>Headers made to mislead. The model has a: (2) and b: (1), twelve bytes.</summary>
public class HostileHeaderTests
{
    private const string A = """
        "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}
        """;

    private const string B = """
        "b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}
        """;

    private static readonly ModelInfo Info = Models.Info(parameters: [Models.Tensor("a", 0, 2), Models.Tensor("b", 16, 1)]);

    public static TheoryData<string, string> Headers() => new()
    {
        { "", "does not begin with '{'" },
        { " {" + A + "," + B + "}", "does not begin with '{'" },
        { "[]", "does not begin with '{'" },
        { "\u0000", "does not begin with '{'" },
        { "\uFEFF{}", "does not begin with '{'" },
        { "{", "not valid JSON" },
        { "{" + A + "," + B, "not valid JSON" },
        { "{" + A + "," + B + ",}", "not valid JSON" },
        { "{" + A + "," + B + "}}", "not valid JSON" },
        { "{" + A + "," + B + "}{}", "not valid JSON" },
        { "{" + A + "," + B + "}\0", "not valid JSON" },
        { "{" + A + "/* */," + B + "}", "not valid JSON" },
        { "{'a':1}", "not valid JSON" },
        { "{}", "missing: 'a', 'b'" },
        { "{" + A + "}", "missing: 'b'" },
        { "{" + A + "," + B + ",\"c\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[12,12]}}", "unexpected: 'c'" },
        { "{" + A + "," + B + "," + A + "}", "'a' appears twice" },
        { "{" + A + "," + B + ",\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "'a' appears twice" },
        { "{\"__metadata__\":{},\"__metadata__\":{}," + A + "," + B + "}", "'__metadata__' appears twice" },
        { "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," + A + "," + B + "}", "'k' appears twice" },
        { "{\"__metadata__\":{\"k\":1}," + A + "," + B + "}", "expected String, found Number" },
        { "{\"__metadata__\":{\"k\":{}}," + A + "," + B + "}", "expected String, found StartObject" },
        { "{\"__metadata__\":null," + A + "," + B + "}", "expected StartObject, found Null" },
        { "{\"__metadata__\":{\"k\":\"\\ud800\"}," + A + "," + B + "}", "not valid JSON" },
        { "{\"__metadata__\":{\"format\":\"modeldsl\"}," + A + "," + B + "}", "version ''" },
        { "{\"__metadata__\":{\"format\":\"modeldsl\",\"version\":\"2\"}," + A + "," + B + "}", "version '2'" },
        { "{\"__metadata__\":{\"format\":\"modeldsl\",\"version\":\"1\"}," + A + "," + B + "}", "declaration ''" },
        { "{\"__metadata__\":{\"format\":\"modeldsl\",\"version\":\"1\",\"hash\":\"0123abcd\"}," + A + "," + B + "}", "checksum of tensor 'a' is missing" },
        { "{\"__metadata__\":{\"crc32c:a\":\"00000000\"}," + A + "," + B + "}", "tensor 'a' is damaged" },
        { "{\"a\":null," + B + "}", "expected StartObject, found Null" },
        { "{\"a\":[]," + B + "}", "expected StartObject, found StartArray" },
        { "{\"a\":{}," + B + "}", "needs a dtype, a shape and two data_offsets" },
        { "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}," + B + "}", "needs a dtype" },
        { "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}," + B + "}", "needs a dtype" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}," + B + "}", "needs a dtype" },
        { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}," + B + "}", "'dtype' that is unknown or appears twice" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}," + B + "}", "'shape' that is unknown or appears twice" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"data_offsets\":[0,8]}," + B + "}", "'data_offsets' that is unknown or appears twice" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"file\":\"/etc/passwd\"}," + B + "}", "'file' that is unknown" },
        { Form("F32", "2", "0,8,9"), "two data_offsets" },
        { Form("F32", "2", "8"), "two data_offsets" },
        { Form("F32", "2", ""), "two data_offsets" },
        { Form("F64", "2", "0,8"), "'F64' in the file and 'F32' in the model" },
        { Form("f32", "2", "0,8"), "'f32' in the file and 'F32' in the model" },
        { Form("", "2", "0,8"), "'' in the file" },
        { Form("\\u0000", "2", "0,8"), "'?' in the file" },
        { Form("F32", "3", "0,8"), "shape (3) in the file and (2) in the model" },
        { Form("F32", "", "0,8"), "shape () in the file and (2)" },
        { Form("F32", "2,1", "0,8"), "shape (2, 1) in the file and (2)" },
        { Form("F32", "4294967298", "0,8"), "shape (4294967298) in the file" },
        { Form("F32", "-2", "0,8"), "not a whole number" },
        { Form("F32", "2.0", "0,8"), "not a whole number" },
        { Form("F32", "2e0", "0,8"), "not a whole number" },
        { Form("F32", "\"2\"", "0,8"), "not a whole number" },
        { Form("F32", "02", "0,8"), "not valid JSON" },
        { Form("F32", "+2", "0,8"), "not valid JSON" },
        { Form("F32", "9223372036854775808", "0,8"), "not a whole number of at most 63 bits" },
        { Form("F32", "[[[[[[[[[2]]]]]]]]]", "0,8"), "not a whole number" },
        { Form("F32", "1,1,1,1,1,1,1,1,2", "0,8"), "more than 8 sizes" },
        { Form("F32", "2", "-0,8"), "not a whole number" },
        { Form("F32", "2", "8,0"), "needs 8 bytes; its data_offsets are 8 and 0" },
        { Form("F32", "2", "0,12"), "needs 8 bytes; its data_offsets are 0 and 12" },
        { Form("F32", "2", "0,4"), "needs 8 bytes" },
        { Form("F32", "2", "9223372036854775807,7"), "needs 8 bytes" },
        { Form("F32", "2", "4,12"), "begins at byte 4 of the data and should begin at 0" },
        { Form("F32", "2", "8,16"), "begins at byte 8 of the data and should begin at 0" },
        { Form("F32", "2", "9223372036854775799,9223372036854775807"), "begins at byte 8 of the data and should begin at 0" },
        { "{" + A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "'b' begins at byte 4 of the data and should begin at 8" },
        { "{" + A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", "'b' begins at byte 12 of the data and should begin at 8" },
        { "{\"\\ud800\":{}}", "not valid JSON" },
        { "{\"x\":[[[[[[[[[[", "expected StartObject" },
    };

    [Theory, MemberData(nameof(Headers))]
    public void Header_IsRefused(string header, string message) => Assert.Contains(message, Message(SafeTensorsFile.Make(header, new byte[12])));

    [Theory]
    [InlineData(0), InlineData(8), InlineData(11), InlineData(13), InlineData(1000)]
    public void LengthOfTheData_MustBeExact(int length) =>
        Assert.Contains($"describes 12 bytes of data, found {length}", Message(SafeTensorsFile.Make("{" + A + "," + B + "}", new byte[length])));

    [Theory]
    [InlineData(ulong.MaxValue, "at most 16777216"), InlineData(1ul << 63, "at most 16777216"), InlineData(16_777_217ul, "at most 16777216"), InlineData(16_777_216ul, "cut short"), InlineData(13ul, "cut short")]
    public void LengthOfTheHeader_IsNotBelieved(ulong length, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(message, Message([.. BitConverter.GetBytes(length), .. new byte[12]]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void InvalidUtf8_IsRefused() =>
        Assert.Contains("not valid JSON", Message(SafeTensorsFile.Make([(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'{', (byte)'}', (byte)'}'], new byte[12])));

    [Fact]
    public void CrowdedHeader_IsStopped()
    {
        var header = new StringBuilder("{\"__metadata__\":{");
        for (int i = 0; i < 200_000; i++) header.Append($"\"{i}\":\"\",");
        Assert.Contains("more than 100000 entries", Message(SafeTensorsFile.Make(header.ToString(), [])));
    }

    [Fact]
    public void HonestHeader_IsRead() => SafeTensors.Load<float>(new MemoryStream(SafeTensorsFile.Make("{" + B + ",  " + A + "}   \n", new byte[12])), "m", Info, true);

    /// <summary>A header whose tensor a has this form.</summary>
    private static string Form(string type, string shape, string offsets) => $$"""{"a":{"dtype":"{{type}}","shape":[{{shape}}],"data_offsets":[{{offsets}}]},{{B}}}""";

    private static string Message(byte[] file) => Assert.Throws<ModelFormatException>(() => SafeTensors.Load<float>(new MemoryStream(file), "m", Info, false)).Message;
}
