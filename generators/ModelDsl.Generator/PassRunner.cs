namespace ModelDsl.Generator;

/// <summary>Runs a pass: checks for cancellation before it, verifies its result after it, and prints it for who listens.</summary>
/// <param name="cancellation">Cancels between passes.</param>
/// <param name="print">Receives each stage's name and text; null prints nothing.</param>
/// <param name="done">Told each pass's name when it is done, and <see cref="Verification"/> when its result is verified, for who measures.</param>
internal sealed class PassRunner(CancellationToken cancellation = default, Action<string, string>? print = null, Action<string>? done = null)
{
    public const string Verification = "verify";

    public T Run<T>(string name, Func<T> pass, Func<T, string> text, Action<T>? verify = null)
    {
        cancellation.ThrowIfCancellationRequested();
        T result = pass();
        done?.Invoke(name);
        print?.Invoke(name, text(result));
        if (verify is null) return result;
        verify(result);
        done?.Invoke(Verification);
        return result;
    }
}
