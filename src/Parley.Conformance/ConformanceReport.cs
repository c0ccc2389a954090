using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Parley.Conformance;

/// <summary>What became of one check.</summary>
public enum CheckOutcome
{
    /// <summary>The station did what the clause says.</summary>
    Passed,

    /// <summary>It did not.</summary>
    Failed,

    /// <summary>It could not be tried; the detail says why.</summary>
    NotTried,
}

/// <summary>One check of a run.</summary>
/// <param name="Clause">The clause of docs/protocol.</param>
/// <param name="Name">What was checked, as a sentence.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">What was seen instead; null where it passed.</param>
/// <param name="Took">How long it took.</param>
public sealed record CheckResult(string Clause, string Name, CheckOutcome Outcome, string? Detail, TimeSpan Took);

/// <summary>A run's results by clause, as text, JSON and JUnit XML.</summary>
/// <param name="Station">Which station.</param>
/// <param name="Line">On which line.</param>
/// <param name="Results">In the order in which they were made.</param>
public sealed record ConformanceReport(string Station, string Line, IReadOnlyList<CheckResult> Results)
{
    private int Count(CheckOutcome outcome) => Results.Count(r => r.Outcome == outcome);

    /// <summary>True where nothing failed and something was tried.</summary>
    public bool Passed => Count(CheckOutcome.Failed) == 0 && Count(CheckOutcome.Passed) > 0;

    public string Text()
    {
        var text = new StringBuilder();
        foreach (var clause in Results.GroupBy(r => r.Clause, StringComparer.Ordinal))
        {
            foreach (var result in clause)
            {
                var word = result.Outcome switch
                {
                    CheckOutcome.Passed => "pass",
                    CheckOutcome.Failed => "FAIL",
                    _ => "----",
                };
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{word}  {result.Clause, -12}  {result.Name}{Slow(result.Took)}\n"
                );
                if (result.Detail is { } detail)
                    text.Append(CultureInfo.InvariantCulture, $"                    {detail}\n");
            }
        }
        return text.Append(
                CultureInfo.InvariantCulture,
                $"{Count(CheckOutcome.Passed)} passed, {Count(CheckOutcome.Failed)} failed, {Count(CheckOutcome.NotTried)} not tried: {Station} on {Line}\n"
            )
            .ToString();
    }

    private static string Slow(TimeSpan took) =>
        took.TotalSeconds < 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({took.TotalSeconds:0} s)");

    public JsonObject Json() =>
        new()
        {
            ["station"] = Station,
            ["line"] = Line,
            ["passed"] = Count(CheckOutcome.Passed),
            ["failed"] = Count(CheckOutcome.Failed),
            ["notTried"] = Count(CheckOutcome.NotTried),
            ["checks"] = new JsonArray([
                .. Results.Select(r =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["clause"] = r.Clause,
                            ["name"] = r.Name,
                            ["outcome"] = r.Outcome switch
                            {
                                CheckOutcome.Passed => "passed",
                                CheckOutcome.Failed => "failed",
                                _ => "not tried",
                            },
                            ["detail"] = r.Detail,
                            ["seconds"] = Math.Round(r.Took.TotalSeconds, 3),
                        }
                ),
            ]),
        };

    /// <summary>As continuous integration reads it: a suite for each clause.</summary>
    public string JUnit() =>
        new XDeclaration("1.0", "utf-8", null)
        + "\n"
        + new XElement(
            "testsuites",
            new XAttribute("name", $"parley conform {Station}"),
            Results
                .GroupBy(r => r.Clause, StringComparer.Ordinal)
                .Select(clause => new XElement(
                    "testsuite",
                    new XAttribute("name", clause.Key),
                    new XAttribute("tests", clause.Count()),
                    new XAttribute("failures", clause.Count(r => r.Outcome == CheckOutcome.Failed)),
                    new XAttribute("skipped", clause.Count(r => r.Outcome == CheckOutcome.NotTried)),
                    clause.Select(r => new XElement(
                        "testcase",
                        new XAttribute("classname", r.Clause),
                        new XAttribute("name", r.Name),
                        new XAttribute("time", r.Took.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)),
                        r.Outcome switch
                        {
                            CheckOutcome.Failed => new XElement("failure", new XAttribute("message", Plain(r.Detail))),
                            CheckOutcome.NotTried => new XElement(
                                "skipped",
                                new XAttribute("message", Plain(r.Detail))
                            ),
                            _ => null,
                        }
                    ))
                ))
        )
        + "\n";

    /// <summary>What a station said may hold anything; XML may not.</summary>
    private static string Plain(string? detail) =>
        string.Concat((detail ?? "").Select(c => c is >= ' ' and < '\uD800' ? c : '?'));
}
