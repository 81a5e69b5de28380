namespace ModelDsl.Benchmarks;

/// <summary>All comparisons with peers of which `compare` knows cases.</summary>
internal static class Comparison
{
    private static readonly (string Name, IEnumerable<string> Cases, Func<TextWriter, IReadOnlyCollection<string>, bool> Run)[] Peers =
        [("torch", TorchPeer.Names, TorchPeer.Run), ("blas", BlasPeer.Names, BlasPeer.Run), ("gemm", GemmPeers.Names, GemmPeers.Run)];

    /// <summary>Prints the tables of all cases, or of a peer's, or of those named so or whose names begin with one given and a dash; 1 where one could not be made.</summary>
    public static int Run(TextWriter output, params string[] cases)
    {
        bool isAny = false, isMade = true;
        foreach (var peer in Peers)
        {
            string[] names = [.. peer.Cases.Where(n => cases.Length == 0 || cases.Any(c => c == peer.Name || c == n || n.StartsWith(c + "-", StringComparison.Ordinal)))];
            if (names.Length == 0) continue;
            isAny = true;
            isMade &= peer.Run(output, names);
        }
        if (!isAny) output.WriteLine($"No such case; there are {string.Join(", ", Peers.SelectMany(p => p.Cases))}.");
        return isAny && isMade ? 0 : 1;
    }
}
