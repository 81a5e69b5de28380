using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

public class AlignedMemoryTests
{
    [Theory]
    [InlineData(1, 64)]
    [InlineData(4095, 64)]
    [InlineData(4096, 4096)]
    [InlineData(100_000, 4096)]
    public unsafe void Block_BeginsOnItsBoundaryZeroed(int floats, int boundary)
    {
        for (int i = 0; i < 10; i++)
        {
            var memory = new AlignedMemory<float>(floats);
            Assert.Equal(0, (long)Unsafe.AsPointer(ref memory.Span[0]) % boundary);
            Assert.Equal(floats, memory.Span.Length);
            Assert.All(memory.Span.ToArray(), value => Assert.Equal(0, value));
        }
    }
}
