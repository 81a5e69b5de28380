using ModelDsl.Gpu;

namespace ModelDsl.Generator.Tests.Gpu;

/// <summary>The simulator and the rules find what they are there to find.</summary>
public sealed class SimulatorTests
{
    [Theory]
    [InlineData(nameof(Faulty.Outside), "element 8 of a tensor of 8")]
    [InlineData(nameof(Faulty.Unwritten), "reads what was never written")]
    [InlineData(nameof(Faulty.Race), "writes what lane 0 has read or written")]
    [InlineData(nameof(Faulty.RaceOfGroups), "writes what lane 0 has read or written")]
    [InlineData(nameof(Faulty.WaitsForNobody), "reads what lane 0 wrote")]
    [InlineData(nameof(Faulty.Divergent), "comes to barrier -1 where lane 0 is at 0")]
    [InlineData(nameof(Faulty.SharedUnwritten), "reads what was never written")]
    [InlineData(nameof(Faulty.TooMuchShared), "floats of shared memory")]
    [InlineData(nameof(Faulty.Right), null)]
    public void Faults_AreFound(string kernel, string? fault)
    {
        using DeviceSession session = new SimulatedDevice(4).OpenForTest(new Code(kernel));
        session.Reserve(16, 16);
        session.Write(0, new float[8]);
        Exception? e = Record.Exception(() => session.Run([new Launch(0, 2, 0)]));
        if (fault is null) Assert.Null(e);
        else Assert.Contains(fault, Assert.IsType<SimulatorException>(e).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenRules_AreFound()
    {
        string[] faults = [.. RuleChecker.Faults(typeof(SimulatorTests).GetMethod(nameof(Banned), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!)];
        Assert.Contains(faults, f => f.EndsWith("has box", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.EndsWith("has newarr", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.EndsWith("calls System.MathF.Tanh", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.EndsWith("has throw", StringComparison.Ordinal));
    }

    private static object Banned(float x) => x > 0 ? new float[] { MathF.Tanh(x) } : x < 0 ? (object)x : throw new InvalidOperationException();

    private sealed class Code(string kernel) : DeviceCode
    {
        public override Action<F, I, int>[] Kernels<D, F, I>() =>
            [typeof(Faulty).GetMethod(kernel)!.MakeGenericMethod(typeof(D), typeof(F), typeof(I)).CreateDelegate<Action<F, I, int>>()];

        public override long Groups(int kernel, DeviceSizes s) => 2;

        public override ReadOnlySpan<int> Program(DeviceProgram program) => [];
    }

    /// <summary>Kernels, and twins as <see cref="Lockstep"/> makes them.</summary>
    private static class Faulty
    {
        private static int Of<D>() where D : struct, IDevice => D.Group * D.Lanes + D.Lane;

        public static void Outside<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
        {
            F tensor = memory.Slice(0, 8);
            tensor[Of<D>() + 1] = 1;
        }

        public static void Unwritten<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int> => memory[0] = memory[9];

        public static void Race<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int> => memory[D.Group] = 1;

        public static void RaceOfGroups<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int> => memory[D.Lane] = 1;

        public static void WaitsForNobody<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
        {
            if (D.Lane == 0) memory[D.Group] = 1;
            else memory[4 + D.Lane] = memory[D.Group];
        }

        public static void TooMuchShared<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
        {
            F shared = F.Shared(16 * 1024);
            shared[D.Lane] = 1;
        }

        public static void SharedUnwritten<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int> => memory[Of<D>()] = F.Shared(4)[D.Lane];

        public static void Divergent<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int> => D.Barrier(D.Lane);

        public static IEnumerator<int> Divergent_Steps<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
        {
            if (D.Lane < 2) yield return 0;
        }

        public static void Right<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int> => D.Barrier(D.Lane);

        public static IEnumerator<int> Right_Steps<D, F, I>(F memory, I numbers, int at) where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>
        {
            F shared = F.Shared(4);
            shared[D.Lane] = memory[D.Lane];
            yield return 0;
            memory[8 + Of<D>()] = shared[3 - D.Lane];
        }
    }
}
