using System.ComponentModel;

namespace ModelDsl.Kernels;

/// <summary>
/// Written by the generator on a model that other projects can see: its layers and the values of its <see cref="ForwardAttribute"/> and <see cref="CellAttribute"/> methods, so that
/// those projects can use it as a <see cref="SubAttribute"/> without its source.
/// </summary>
/// <param name="text">Read by the generator of the same version only.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CompiledBodyAttribute(string text) : Attribute
{
    /// <summary>The body.</summary>
    public string Text { get; } = text;
}
