using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace ModelDsl.Data;

/// <summary>Enumerates on another thread, a bounded number of chunks ahead.</summary>
internal static class Prefetcher
{
    public static IEnumerable<Dataset> Read(IEnumerable<Dataset> chunks, int ahead)
    {
        using var waiting = new BlockingCollection<Dataset>(ahead);
        using var stop = new CancellationTokenSource();
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(Fill) { IsBackground = true, Name = "ModelDsl prefetch" };
        thread.Start();
        try
        {
            foreach (Dataset chunk in waiting.GetConsumingEnumerable()) yield return chunk;
            failure?.Throw();
        }
        finally
        {
            stop.Cancel();
            thread.Join(); // The file is closed when the caller goes on.
        }

        void Fill()
        {
            try
            {
                foreach (Dataset chunk in chunks) waiting.Add(chunk, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                waiting.CompleteAdding();
            }
        }
    }
}
