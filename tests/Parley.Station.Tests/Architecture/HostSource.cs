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
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            if (NamespaceLine().Match(lines[i]) is { Success: true } space)
                within = space.Groups[1].Value;
            if (name is null && TypeLine().Match(lines[i]) is { Success: true } type)
                (name, from) = ($"{within}.{type.Groups[1].Value}", i);
            if (name is null || !IsEnd(lines[i]))
                continue;
            yield return new WrittenType(name, i - from + 1);
            name = null;
        }
    }

    /// <summary>The closing brace at the margin, or the semicolon of a type without a body.</summary>
    private static bool IsEnd(string line) =>
        line.StartsWith('}')
        || (line.EndsWith(';') && (line.StartsWith(')') || !char.IsWhiteSpace(line.FirstOrDefault(' '))));

    [GeneratedRegex(@"^namespace ([\w.]+)")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|unsafe) )*"
        + @"(?:class|record struct|record class|record|struct|interface|enum|delegate [\w<>.?]+) (\w+)")]
    private static partial Regex TypeLine();
}
