namespace ModelDsl.Generator;

/// <summary>Runs a pass: checks for cancellation before it, verifies its result after it, and prints it for who listens.</summary>
/// <param name="cancellation">Cancels between passes.</param>
/// <param name="print">Receives each stage's name and text; null prints nothing.</param>
internal sealed class PassRunner(CancellationToken cancellation = default, Action<string, string>? print = null)
{
    public T Run<T>(string name, Func<T> pass, Func<T, string> text, Action<T>? verify = null)
    {
        cancellation.ThrowIfCancellationRequested();
        T result = pass();
        print?.Invoke(name, text(result));
        verify?.Invoke(result);
        return result;
    }
}
