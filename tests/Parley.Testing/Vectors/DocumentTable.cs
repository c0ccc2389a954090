using Xunit;

namespace Parley.Testing.Vectors;

/// <summary>A table of docs/protocol that is printed from the code: it stands behind its marker up to the next heading,
/// item or marker. With <c>PARLEY_WRITE_TABLES</c> it is written, else compared.</summary>
public static class DocumentTable
{
    private const string Write = "PARLEY_WRITE_TABLES";

    public static void Holds(string page, string name, string table)
    {
        var path = Path.Combine(VectorFolder.ProjectRoot(), "docs", "protocol", page);
        var text = File.ReadAllText(path);
        var marker = $"<!-- table: {name} -->\n";
        var at = text.IndexOf(marker, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{page} has no table {name}");
        var start = at + marker.Length;
        var rest = text[start..];
        var length = new[] { "\n#", "\n<!--", "\n- **" }
            .Select(end => rest.IndexOf(end, StringComparison.Ordinal))
            .Where(end => end >= 0)
            .DefaultIfEmpty(rest.Length)
            .Min();
        var expected = string.Concat(text.AsSpan(0, start), table, rest.AsSpan(length));
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, expected);
        Assert.True(expected == File.ReadAllText(path), $"{page} does not print {name} as the code has it: {Write}=1");
    }
}
