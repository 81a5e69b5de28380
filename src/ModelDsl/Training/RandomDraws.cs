using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>Numbers for initializers, drawn one after the other from the sequence (seed, stream).</summary>
internal sealed class RandomDraws(ulong seed, uint stream)
{
    private PhiloxSequence _bits = new(seed, stream);
    private double? _spare;

    /// <summary>U[0, 1), a multiple of 2⁻⁵³.</summary>
    public double Uniform() => (_bits.NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>N(0, 1). Box and Muller 1958: two uniforms give two normals.</summary>
    public double Normal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * Uniform());
        _spare = radius * sin;
        return radius * cos;
    }

    /// <summary>N(0, 1) given that it is in [−2, 2].</summary>
    public double TruncatedNormal()
    {
        double z;
        do z = Normal();
        while (Math.Abs(z) > 2);
        return z;
    }
}
