using System.Diagnostics;

namespace ModelDsl;

/// <summary>
/// How many threads share a trainer's steps. What threads gain depends on the processor's caches and on what else the machine does as much as on the work: with two, a step of 50 µs may take 70. Results are the same
/// bits, so it is found by trying: one thread, two, four, … for a few steps each, as long as more are faster, now and then again. Long steps are shared by all,
/// and so are those of other sizes than that which is tried.
/// </summary>
internal sealed class ThreadChoice
{
    /// <summary>Steps of each count, of which the fastest tells. The first ones compile, or wake threads.</summary>
    private const int Tries = 5;

    /// <summary>Steps until the next tries: soon after the first, when not all code was optimized yet, then four times as many, up to these.</summary>
    private const int FirstPause = 500, LongestPause = 8000;

    /// <summary>Steps of other sizes in a row that begin anew: not an epoch's last, which is smaller.</summary>
    private const int OtherSizes = 32;

    /// <summary>From 2 ms on, what it costs to share is little beside a step, and tries would cost much.</summary>
    internal static readonly long LongStep = Stopwatch.Frequency / 500;

    private enum Stage { Begin, Try, Rest }

    private readonly int _most;
    private Stage _stage;
    private int _size, _others, _left = Tries, _pause = FirstPause, _bestCount;
    private long _least = long.MaxValue, _best = long.MaxValue;

    /// <param name="most">The most threads, with which it begins.</param>
    public ThreadChoice(int most) => Count = _most = most;

    /// <summary>Threads of the next step of the size that is tried.</summary>
    public int Count { get; private set; }

    /// <summary>Threads of the next step.</summary>
    /// <param name="size">The batch and its symbols, as one number: only steps of equal sizes are compared.</param>
    public int For(int size) => size == _size ? Count : _most;

    /// <summary>Whether there is a choice; if not, <see cref="Ended"/> need not be called.</summary>
    public bool IsOpen => _most > 1;

    /// <summary>Whether the time of the next step matters: the clock takes longer than a small model's layer.</summary>
    public bool IsTiming => IsOpen && (_stage != Stage.Rest || _left <= Tries);

    /// <summary>Notes a step.</summary>
    /// <param name="size">As in <see cref="For"/>.</param>
    /// <param name="ticks">How long it took; the greatest number where nobody looked.</param>
    public void Ended(int size, long ticks)
    {
        if (size != _size)
        {
            if (_size != 0 && ++_others < OtherSizes) return;
            (_size, _others, _pause) = (size, 0, FirstPause);
            Start(Stage.Begin, _most, Tries);
        }

        _others = 0;
        _least = Math.Min(_least, ticks);
        if (--_left > 0) return;
        switch (_stage)
        {
            case Stage.Begin or Stage.Rest when Count == _most && _least >= LongStep:
                Rest(_most);
                break;
            case Stage.Begin or Stage.Rest:
                _best = long.MaxValue;
                Start(Stage.Try, 1, Tries);
                break;
            case Stage.Try when _least < _best:
                (_best, _bestCount) = (_least, Count);
                if (Count == _most) Rest(_most);
                else Start(Stage.Try, Math.Min(2 * Count, _most), Tries);
                break;
            default:
                Rest(_bestCount);
                break;
        }
    }

    private void Rest(int count)
    {
        Start(Stage.Rest, count, _pause);
        _pause = Math.Min(4 * _pause, LongestPause);
    }

    private void Start(Stage stage, int count, int steps) => (_stage, Count, _left, _least) = (stage, count, steps, long.MaxValue);
}
