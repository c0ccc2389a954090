using System.Text;
using System.Text.RegularExpressions;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>A program tells refusals apart by their code: each is in the list, the list is in the documents, and the
/// API's description names it.</summary>
public sealed partial class ReasonCodeTests
{
    private const string Write = "PARLEY_WRITE_TABLES";
    private const string Marker = "<!-- table: codes -->\n";

    [Fact]
    public void Every_code_that_the_code_refuses_with_is_in_the_list_and_none_is_there_twice()
    {
        var root = VectorFolder.ProjectRoot();
        var used = new HashSet<string>(StringComparer.Ordinal);
        var sources = new StringBuilder();
        foreach (
            var file in Directory
                .EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(f =>
                    (
                        f.Contains("Parley.Station", StringComparison.Ordinal)
                        || f.Contains("Parley.Contract", StringComparison.Ordinal)
                    ) || f.Contains("Parley.Link", StringComparison.Ordinal)
                )
        )
        {
            var text = File.ReadAllText(file);
            if (Path.GetFileName(file) != "ReasonCodes.cs")
                sources.Append(text);
            var constants = ConstantCode()
                .Matches(text)
                .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
            foreach (Match match in RefusedWith().Matches(text))
            {
                if (match.Groups[1].Success)
                    used.Add(match.Groups[1].Value);
                else if (constants.TryGetValue(match.Groups[2].Value, out var named))
                    used.Add(named);
            }
        }
        Assert.True(used.Count > 40, $"only {used.Count} codes were found: this test reads the sources wrongly");
        var all = sources.ToString();
        var listed = ReasonCodes.All.Select(c => c.Code).ToList();
        Assert.Empty(used.Except(listed, StringComparer.Ordinal));
        Assert.All(
            listed,
            code =>
                Assert.True(
                    all.Contains($"\"{code}\"", StringComparison.Ordinal),
                    $"{code} is listed, and nothing refuses with it"
                )
        );
        Assert.Equal(listed.Distinct(StringComparer.Ordinal).Count(), listed.Count);
        Assert.All(ReasonCodes.All, c => Assert.All(c.Statuses, status => Assert.InRange(status, 400, 599)));
    }

    [Fact]
    public void The_documents_print_the_list()
    {
        var path = Path.Combine(VectorFolder.ProjectRoot(), "docs/operations/api.md");
        var text = File.ReadAllText(path);
        var start = text.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length;
        Assert.True(start >= Marker.Length);
        var table = new StringBuilder("\n| code | status | meaning |\n|---|---|---|\n");
        foreach (var code in ReasonCodes.All)
            table.Append($"| `{code.Code}` | {string.Join(", ", code.Statuses)} | {code.Meaning} |\n");
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, text[..start] + table);
        else
            Assert.Equal(table.ToString(), text[start..]);
    }

    [GeneratedRegex(
        """(?:Refusal|Refused|static Refusal \w+(?:\([^)]*\))?\s*=>\s*new|InDoubt \{ get; \} = new|CatchingUp = new)\(\s*(?:"([a-z]+(?:-[a-z]+)*)"|([A-Z]\w+)),"""
    )]
    private static partial Regex RefusedWith();

    [GeneratedRegex("""const string (\w+) = "([a-z]+(?:-[a-z]+)*)";""")]
    private static partial Regex ConstantCode();
}
