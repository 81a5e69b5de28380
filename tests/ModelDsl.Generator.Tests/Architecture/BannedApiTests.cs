using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ModelDsl.Generator.Tests.Architecture;

/// <summary>The generator runs inside compilers and editors, with their user's rights: it reads what it is given and returns text, nothing else.</summary>
public class BannedApiTests
{
    private static readonly string[] BannedTypes =
    [
        "System.IO.", "System.Net.", "System.Reflection.", "System.Random", "System.DateTime", "System.Guid", "System.Activator", "System.Console", "System.AppDomain",
        "System.Diagnostics.Process", "System.Diagnostics.Stopwatch", "System.Runtime.InteropServices.Marshal", "System.Runtime.InteropServices.NativeLibrary", "System.Security.", "System.Threading.Thread", "System.Threading.Tasks.", "System.Threading.Timer",
        "System.TimeZone", "Microsoft.Win32.", "System.GC",
    ];

    private static readonly string[] BannedMembers = ["CultureInfo.get_CurrentCulture", "CultureInfo.get_CurrentUICulture", "CultureInfo.set_CurrentCulture", "Type.GetType", "RuntimeHelpers.GetHashCode"];

    /// <summary>Of System.Environment, iterators read the thread's number.</summary>
    private const string OfIterators = "Environment.get_CurrentManagedThreadId";

    /// <summary>What the compiler itself writes into every assembly, and MemberInfo, which has the Name of a GetType().</summary>
    private static readonly string[] Harmless = ["System.Reflection.Assembly", "System.Reflection.DefaultMemberAttribute", "System.Reflection.MemberInfo", "System.Security.UnverifiableCodeAttribute", "System.Security.Permissions."];

    [Fact]
    public void Generator_UsesNoBannedType()
    {
        string[] types = [.. Read(m => m.TypeReferences.Select(h => m.GetTypeReference(h)).Select(t => m.GetString(t.Namespace) + "." + m.GetString(t.Name)))];
        Assert.Contains("System.Text.StringBuilder", types);
        Assert.DoesNotContain(types, t => BannedTypes.Any(b => t.StartsWith(b, StringComparison.Ordinal)) && !Harmless.Any(c => t.StartsWith(c, StringComparison.Ordinal)));
    }

    [Fact]
    public void Generator_UsesNoBannedMember()
    {
        string[] members = [.. Read(m => m.MemberReferences.Select(h => m.GetMemberReference(h)).Where(r => r.Parent.Kind == HandleKind.TypeReference)
            .Select(r => m.GetString(m.GetTypeReference((TypeReferenceHandle)r.Parent).Name) + "." + m.GetString(r.Name)))];
        Assert.Contains("CultureInfo.get_InvariantCulture", members);
        Assert.Empty(members.Intersect(BannedMembers));
        Assert.DoesNotContain(members, m => m.StartsWith("Environment.", StringComparison.Ordinal) && m != OfIterators);
    }

    /// <summary>All of these are loaded by every compiler before any generator.</summary>
    [Fact]
    public void Generator_ReferencesWhatTheCompilerHas() => Assert.Empty(
        Read(m => m.AssemblyReferences.Select(h => m.GetString(m.GetAssemblyReference(h).Name)))
            .Except(["netstandard", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "System.Collections.Immutable", "System.Memory"]));

    private static string[] Read(Func<MetadataReader, IEnumerable<string>> read)
    {
        using var file = new PEReader(File.OpenRead(typeof(ModelGenerator).Assembly.Location));
        return [.. read(file.GetMetadataReader())];
    }
}
