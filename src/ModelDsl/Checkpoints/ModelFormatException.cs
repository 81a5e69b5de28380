namespace ModelDsl;

/// <summary>A file is not what it should be: truncated, corrupt, of another format, or another model's. Nothing has been changed by the attempt to read it.</summary>
/// <param name="message">What is wrong, where in the file, and what was expected.</param>
/// <param name="inner">The cause, if another exception told.</param>
public sealed class ModelFormatException(string message, Exception? inner = null) : Exception(message, inner);
