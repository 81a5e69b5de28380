// netstandard2.0 lacks what the compiler looks for behind records and `init`.
namespace System.Runtime.CompilerServices;

internal static class IsExternalInit;
