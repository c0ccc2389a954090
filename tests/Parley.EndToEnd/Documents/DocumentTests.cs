using System.Text.RegularExpressions;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Documents;

/// <summary>What the documents point at is there: files, headings, tests.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Root = VectorFolder.ProjectRoot();

    [Fact]
    public void Every_link_between_documents_leads_somewhere()
    {
        var broken = new List<string>();
        foreach (var path in Documents())
        {
            foreach (Match link in Link().Matches(File.ReadAllText(path)))
            {
                var target = link.Groups["target"].Value;
                if (target.Contains("://", StringComparison.Ordinal))
                    continue;
                var parts = target.Split('#', 2);
                var file =
                    parts[0].Length == 0
                        ? path
                        : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, parts[0]));
                var isThere = File.Exists(file) || Directory.Exists(file);
                if (!isThere || (parts.Length == 2 && !AnchorsOf(file).Contains(parts[1])))
                    broken.Add($"{Path.GetRelativePath(Root, path)}: {target}");
            }
        }
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var source = string.Join(
            '\n',
            Directory
                .GetFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
                .Select(File.ReadAllText)
        );
        var tests = TestMethod().Matches(source).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(nameof(Every_test_that_a_document_names_exists), tests);
        Assert.Empty(
            Documents()
                .SelectMany(path =>
                    TestName()
                        .Matches(File.ReadAllText(path))
                        .Select(m => m.Groups["name"].Value)
                        .Where(name => !tests.Contains(name))
                        .Select(name => $"{Path.GetRelativePath(Root, path)}: {name}")
                )
        );
    }

    private static IEnumerable<string> Documents() =>
        Directory
            .GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Root, "*.md"))
            .Order(StringComparer.Ordinal);

    /// <summary>Headings as anchors: lower case, without punctuation, hyphens for spaces.</summary>
    private static HashSet<string> AnchorsOf(string file) =>
        [
            .. Heading()
                .Matches(File.ReadAllText(file))
                .Select(m =>
                    NotInAnchors().Replace(m.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')
                ),
        ];

    [GeneratedRegex(@"\]\((?<target>[^()\s]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<title>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]", RegexOptions.CultureInvariant)]
    private static partial Regex NotInAnchors();

    /// <summary>A name of three or more words in code type; no other name in the documents is written so.</summary>
    [GeneratedRegex(@"`(?=[^`]*[a-z])(?<name>[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,})`", RegexOptions.CultureInvariant)]
    private static partial Regex TestName();

    [GeneratedRegex(
        @"public (?:async )?(?:void|Task|ValueTask) (?<name>[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)\(",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex TestMethod();
}
