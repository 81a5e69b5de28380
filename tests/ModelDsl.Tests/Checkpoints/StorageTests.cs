using System.Text;
using ModelDsl.Checkpoints;

namespace ModelDsl.Tests.Checkpoints;

public sealed class StorageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NewFile_ReplacesTheOld()
    {
        string path = _folder.Write("model", Encoding.ASCII.GetBytes("an old and longer content"));
        Storage.WriteAtomically(path, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void RelativePath_Works()
    {
        string name = $"storage-test-{Environment.ProcessId}.tmp";
        Storage.WriteAtomically(name, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(name));
        File.Delete(name);
    }

    [Fact]
    public void FailingWriter_LeavesTheOldFile_AndNoOther()
    {
        string path = _folder.Write("model", Encoding.ASCII.GetBytes("old"));
        for (int bytes = 0; bytes < 3; bytes++)
        {
            var error = Assert.Throws<IOException>(() => Storage.WriteAtomically(path, stream =>
            {
                stream.Write(new byte[bytes * 10_000]);
                throw new IOException("No space left on device");
            }));
            Assert.Equal("No space left on device", error.Message);
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFiles(_folder.Path));
        }
    }

    [Fact]
    public void FailingRename_LeavesNoTemporary()
    {
        Directory.CreateDirectory(_folder["model"]);
        Assert.ThrowsAny<Exception>(() => Storage.WriteAtomically(_folder["model"], stream => stream.Write("new"u8)));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void MissingDirectory_IsTheOrdinaryException() =>
        Assert.Throws<DirectoryNotFoundException>(() => Storage.WriteAtomically(_folder["none/model"], _ => { }));

    [Fact]
    public void Link_IsReplaced_NotFollowed()
    {
        if (OperatingSystem.IsWindows()) return; // Making links takes a privilege there.
        string target = _folder.Write("target", Encoding.ASCII.GetBytes("old"));
        File.CreateSymbolicLink(_folder["model"], target);
        Storage.WriteAtomically(_folder["model"], stream => stream.Write("new"u8));
        Assert.Equal("old", File.ReadAllText(target));
        Assert.Equal("new", File.ReadAllText(_folder["model"]));
        Assert.Null(new FileInfo(_folder["model"]).LinkTarget);
    }

    [Fact]
    public void ReadOnlyDirectory_LeavesTheOldFile()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return; // The administrator may write everywhere.
        string path = _folder.Write("model", Encoding.ASCII.GetBytes("old"));
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Throws<UnauthorizedAccessException>(() => Storage.WriteAtomically(path, stream => stream.Write("new"u8)));
            Assert.Equal("old", File.ReadAllText(path));
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void FullDisk_LeavesTheOldFile()
    {
        // The kernel's own full disk: writes are accepted by no one. A link to it cannot be replaced by accident, the temporary lies elsewhere.
        if (!File.Exists("/dev/full")) return;
        string path = _folder.Write("model", Encoding.ASCII.GetBytes("old"));
        Assert.Throws<IOException>(() => Storage.WriteAtomically(path, stream =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write(new byte[100_000]);
            full.Flush();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Checksum_IsThePublishedOne()
    {
        var crc = new Crc32C();
        crc.Append("1234"u8);
        crc.Append("56789"u8);
        Assert.Equal(0xE3069283u, crc.Value);
        var zeros = new Crc32C();
        zeros.Append(new byte[32]); // RFC 3720, B.4
        Assert.Equal(0x8A9136AAu, zeros.Value);
    }
}
