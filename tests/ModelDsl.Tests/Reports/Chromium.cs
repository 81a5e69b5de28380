using System.Diagnostics;

namespace ModelDsl.Tests.Reports;

/// <summary>A browser without a window, if there is one on the path.</summary>
internal static class Chromium
{
    /// <summary>The page as it is after its scripts ran, and what the browser wrote to its log. Skips the test where there is no browser.</summary>
    /// <param name="folder">For its profile.</param>
    /// <param name="page">The file.</param>
    /// <param name="dark">Whether the system is dark.</param>
    public static async Task<(string Dom, string Log)> Open(TemporaryFolder folder, string page, bool dark = false)
    {
        string? browser = ((string[])["chromium", "chromium-browser", "google-chrome"])
            .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(f, name))).FirstOrDefault(File.Exists);
        if (browser is null) Assert.Skip("There is no chromium on the path.");
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            $"--user-data-dir={folder[$"profile{Guid.NewGuid():N}"]}", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--window-size=1200,900", "--virtual-time-budget=3000",
            $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--dump-dom", new Uri(page).AbsoluteUri,
        ];
        using Process process = Process.Start(new ProcessStartInfo(browser, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> dom = process.StandardOutput.ReadToEndAsync(), log = process.StandardError.ReadToEndAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{browser} did not end: {await log}");
        }
        return (await dom, await log);
    }
}
