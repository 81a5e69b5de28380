using System.Runtime.InteropServices;

namespace ModelDsl.Checkpoints;

/// <summary>Writes files so that a crash at any moment leaves the old one or the new one, whole.</summary>
internal static partial class Storage
{
    private const int InvalidArgument = 22;

    /// <summary>
    /// Writes to a new file beside <paramref name="path"/>, flushes it to the disk, renames it over <paramref name="path"/>, and flushes the directory. If
    /// anything fails before the renaming, the new file is removed and the old one is as it was.
    /// </summary>
    /// <exception cref="IOException">The disk is full, for example.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public static void WriteAtomically(string path, Action<Stream> write)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new IOException($"{path} is no file name.");
        string temporary = Path.Combine(directory, $".{Path.GetRandomFileName()}.tmp");
        using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            try
            {
                write(stream);
                FlushFile(stream);
                stream.Close();
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                Discard(stream, temporary);
                throw;
            }
        }
        if (!OperatingSystem.IsWindows()) FlushDirectory(directory);
    }

    /// <summary>What went wrong first is what the caller must hear of.</summary>
    private static void Discard(FileStream stream, string temporary)
    {
        try { stream.Close(); } catch (IOException) { }
        try { File.Delete(temporary); } catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>On Unix, FileStream ignores what fsync returns (seen with .NET 9 and 10), so that it is called here first: the kernel reports an error only once.</summary>
    private static void FlushFile(FileStream stream)
    {
        stream.Flush();
        if (!OperatingSystem.IsWindows()) RequireFlushed((int)stream.SafeFileHandle.DangerousGetHandle(), stream.Name);
        stream.Flush(flushToDisk: true); // Windows; and macOS, where fsync leaves data in the drive's buffer.
    }

    /// <summary>A renaming lasts once the directory is on the disk. .NET has no call for that.</summary>
    private static void FlushDirectory(string directory)
    {
        int descriptor = Open(directory, 0);
        if (descriptor < 0) return; // A directory may be writable and not readable.
        try { RequireFlushed(descriptor, directory); }
        finally { _ = Close(descriptor); }
    }

    private static void RequireFlushed(int descriptor, string name)
    {
        if (Sync(descriptor) == 0 || Marshal.GetLastPInvokeError() == InvalidArgument) return; // Some file systems cannot flush a directory.
        throw new IOException($"{name} could not be flushed to the disk ({Marshal.GetLastPInvokeErrorMessage()}): what was just saved may not outlast a power failure.");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
