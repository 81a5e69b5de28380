namespace ModelDsl.Data;

/// <summary>Reads a .npy file some rows at a time.</summary>
internal sealed class NpyRowReader : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;
    private readonly NpyHeader _header;

    public NpyRowReader(string path)
    {
        (_path, _file) = (path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));
        try
        {
            _header = NpyFormat.Read(_file, path, largest: long.MaxValue / 8);
            NpyRows.Require(_header.Shape, path);
            if (_header.Fortran && _header.Shape.Length > 1) throw new ModelFormatException($"{path} is in Fortran order, in which a sample lies all over the file. Save it as numpy.ascontiguousarray(array), or load it whole.");
            if (_header.Length / Count > Array.MaxLength) throw new ModelFormatException($"{path}: a sample of {_header.Length / Count} values; an array holds {Array.MaxLength}.");
            long needed = _header.Length * NpyRows.Size(_header.Type);
            if (_file.Length - _file.Position != needed) throw new ModelFormatException($"{path}: the header declares {needed} bytes of values, found {_file.Length - _file.Position}.");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Samples in the file.</summary>
    public int Count => _header.Shape[0];

    /// <summary>The next rows.</summary>
    public NpyArray Read(int rows) => NpyRows.Read(_file, _path, _header with { Fortran = false, Shape = [rows, .. _header.Shape[1..]] }, likely: long.MaxValue);

    public void Dispose() => _file.Dispose();
}
