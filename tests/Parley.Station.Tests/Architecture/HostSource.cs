using System.Text.RegularExpressions;

namespace Parley.Station.Tests.Architecture;

/// <summary>The source of a project as it lies beside the tests. It is formatted by one rule, so that a type of a
/// namespace begins and ends at the margin.</summary>
internal static partial class HostSource
{
    /// <param name="Name">With its namespace.</param>
    /// <param name="Lines">From its declaration to its end, comments in it included.</param>
    internal sealed record WrittenType(string Name, int Lines);

    internal static IEnumerable<string> Files(string project)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Parley.slnx")))
            root = root.Parent;
        var folder = Path.Combine((root ?? throw new DirectoryNotFoundException("Parley.slnx")).FullName, project);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
    }

    internal static IEnumerable<WrittenType> Types(string file)
    {
        var within = "";
        string? name = null;
        var from = 0;
        var hasBody = false;
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (NamespaceLine().Match(line) is { Success: true } space)
                within = space.Groups[1].Value;
            if (name is null && TypeLine().Match(line) is { Success: true } type)
                (name, from, hasBody) = ($"{within}.{type.Groups[1].Value}", i, false);
            hasBody |= line.StartsWith('{');
            // A body ends with its brace at the margin; a type without one, with its first semicolon.
            if (name is null || !(hasBody ? line.StartsWith('}') : line.EndsWith(';')))
                continue;
            yield return new WrittenType(name, i - from + 1);
            name = null;
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+)")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*"
            + @"(?:class|record struct|record class|record|struct|interface|enum|delegate [\w<>.?]+) (\w+)"
    )]
    private static partial Regex TypeLine();
}
