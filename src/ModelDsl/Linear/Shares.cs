using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>Work divided into shares whose number does not depend on the threads: sums within a share, and then over shares in their order, have the same bits on any machine.</summary>
internal sealed class Shares
{
    private const int Most = 16, RowsWorthwhile = 1024;

    private readonly Workspace<double> _none = new(new ArenaPlan(0, 0, []), new AlignedMemory<double>(0), null, Workers.Single);
    private readonly Kernel<double> _kernel;
    private readonly Workers _workers;
    private readonly int _rows;
    private Action<int> _action = static _ => { };

    /// <summary>Shares of so many rows.</summary>
    /// <param name="rows">Samples.</param>
    /// <param name="threads">The most that work at a time.</param>
    /// <param name="most">A bound of the number of shares, where each needs much memory.</param>
    public Shares(int rows, int threads, int most = Most)
    {
        _rows = rows;
        Count = Math.Clamp(rows / RowsWorthwhile, 1, Math.Clamp(most, 1, Most));
        _workers = Workers.For(Math.Min(threads, Count));
        _kernel = (_, part) =>
        {
            for (int share = 0; share < Count; share++)
                if (part.Owns(share)) _action(share);
        };
    }

    public int Count { get; }

    public (int Start, int End) Rows(int share) => new Part(share, Count).Of(_rows);

    /// <summary>Runs the action for each share, on several threads.</summary>
    public void Run(Action<int> action)
    {
        _action = action;
        _workers.Run(_kernel, _none);
    }
}
