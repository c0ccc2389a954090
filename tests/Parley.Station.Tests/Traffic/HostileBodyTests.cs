using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Traffic;
using Parley.Testing;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Every member of every body with every extreme in it, by a peer: each answer of the API can still be
/// written.</summary>
public sealed class HostileBodyTests
{
    private const string Digits = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        Volumes =
            """[{"volume":{"outline_circle":{"center":{"lng":20,"lat":55},"radius":{"value":1000,"units":"M"}}},"time_end":{"value":"2026-12-20T12:00:00Z","format":"RFC3339"}}]""";
    private const string Mark = "@@here@@";

    private static readonly string[] Extremes =
    [
        "1e999",
        "-1e999",
        "1e308",
        "1e-400",
        "-1",
        "0",
        "9223372036854775807",
        "2147483647",
        "true",
        "null",
        "[]",
        "{}",
        "[null]",
        "[{}]",
        "[[]]",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"\\u202e\"",
        "\"0001-01-01T00:00:00Z\"",
        "\"0001-01-01\"",
        "\"9999-12-31T23:59:59.9999999Z\"",
        "\"0001-01-01T00:00:00+14:00\"",
        "\"9999-12-31T23:59:59-14:00\"",
        "\"2026-12-10T12:00:00\"",
        "[1e999,1e999]",
        "[180,90]",
        "[-0.0,-0.0]",
    ];

    /// <summary>A word that makes a member pass its check, where any text would not.</summary>
    private static string? Word(Type type, string member) =>
        (type.Name, member) switch
        {
            (nameof(StandingArea), "type") => "protected",
            (nameof(CallJoin), "part") => "listener",
            (nameof(CallJoin), "fingerprint" or "commitment") => $"sha256:{Digits}",
            (nameof(CallWords), "own" or "other") or (_, "joined") => "us/1",
            (nameof(Condition), "level") => "crisis",
            (nameof(CountingRule), "unit") => "discharge",
            (nameof(CountingRule), "gap") => "PT1H",
            (nameof(Signatory) or nameof(SideName), "party") => "us",
            (nameof(Enclosure), "entry") or (_, "agreement" or "incident" or "into") => "us/1",
            (nameof(Observation), "qualifier") => "about",
            (nameof(Observation), "phase") => "outgoing",
            (_, "capacity") => "party",
            (nameof(Finding), "result") => "violation",
            (_, "level") => "public",
            (_, "template") when type == typeof(Notice) => "exercise",
            (_, "style") => "staffed",
            (_, "status") => "draft",
            (_, "scope") => "line",
            (_, "tag") => "agreed",
            (_, "answer") => "stopped",
            (_, "verification") => "verified",
            (_, "unit") => "km",
            (_, "hash" or "recordingHash" or "profileHash") => $"sha256:{Digits}",
            (_, "nonce" or "run" or "commitment" or "publicKey" or "digest") => Digits,
            (nameof(Recognition), "keys") => Digits,
            (_, "with") or (nameof(Principal), "party") => "us",
            (nameof(Material), "entry") => "us/1",
            _ => null,
        };

    private static JsonNode? Sample(Type type, Type of, string member)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return Word(of, member) ?? "x";
        if (type == typeof(bool))
            return true;
        if (type == typeof(DateTimeOffset))
            return member is "until" or "ended" or "end" ? "2026-12-12T00:00:00Z" : "2026-12-11T00:00:00Z";
        if (type == typeof(double[]))
            return new JsonArray(20, 55);
        if (type == typeof(JsonElement))
            return JsonNode.Parse(Volumes);
        if (type.IsPrimitive || type == typeof(decimal))
            return 1;
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return new JsonArray(Sample(type.GetGenericArguments()[0], of, member));
        var json = new JsonObject();
        foreach (var part in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(part.Name);
            if (type == typeof(CodedField) && name is ("time" or "position"))
                continue; // one value each
            json[name] = Sample(part.PropertyType, type, name);
        }
        return json;
    }

    private static string Sample(string kind)
    {
        var json = Sample(TrafficBodies.Types[kind], TrafficBodies.Types[kind], "")!.AsObject();
        if (kind == Kinds.CallAccepted)
            json.Remove("outside");
        json.Remove("noExpiry"); // beside an end it contradicts itself
        return json.ToJsonString();
    }

    /// <summary>The sample with each of its members and elements in turn put for another value.</summary>
    private static IEnumerable<string> With(string sample, string value)
    {
        foreach (var at in Places(JsonNode.Parse(sample)!, []))
        {
            var whole = JsonNode.Parse(sample)!;
            var node = whole;
            foreach (var step in at[..^1])
                node = step is int i ? node[i]! : node[(string)step]!;
            if (at[^1] is int last)
                node[last] = Mark;
            else
                node[(string)at[^1]] = Mark;
            yield return whole.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<object[]> Places(JsonNode node, object[] at)
    {
        if (at.Length > 0)
            yield return at;
        IEnumerable<(object, JsonNode?)> parts = node switch
        {
            JsonObject o => o.Select(p => ((object)p.Key, p.Value)),
            JsonArray a => a.Select((p, i) => ((object)i, p)),
            _ => [],
        };
        foreach (var (step, part) in parts)
        {
            if (part is null)
                continue;
            foreach (var inside in Places(part, [.. at, step]))
                yield return inside;
        }
    }

    /// <summary>The steps that lead to where a kind counts, the shortest first.</summary>
    private static List<Transition> Path(StateTable table, string kind)
    {
        var left = new Queue<List<Transition>>([
            [],
        ]);
        var seen = new HashSet<string>();
        while (left.TryDequeue(out var path))
        {
            var state = path.Count == 0 ? "" : path[^1].To;
            foreach (var step in table.Transitions.Where(t => t.From == state))
            {
                if (step.Kind == kind)
                    return [.. path, step];
                if (seen.Add(step.To))
                    left.Enqueue([.. path, step]);
            }
        }
        return [];
    }

    /// <summary>A line on which the peer has written such a body where it may count.</summary>
    private static FoldedLine Line(string kind, string body)
    {
        var line = new FoldedLine(LinePolicy.Default, "us", "ru");
        if (AllFamilies.Of(kind) is not { } family || Path(family.Table, kind) is not { Count: > 0 } path)
        {
            line.Write("ru", kind, body, line.Write("us", Kinds.MessageSent, """{"text":"x"}"""));
            return line;
        }
        var (opener, other) = path[^1].By == Actor.Counterpart ? ("us", "ru") : ("ru", "us");
        EntryId[] re = [];
        for (var i = 0; i < path.Count; i++)
        {
            var id = line.Write(
                i == path.Count - 1 ? "ru"
                    : path[i].By == Actor.Counterpart ? other
                    : opener,
                path[i].Kind,
                i == path.Count - 1 ? body : Sample(path[i].Kind),
                re
            );
            if (i == 0)
                re = [id];
        }
        return line;
    }

    private static void Answer(FoldedLine line)
    {
        var us = FoldedLine.Party("us");
        var fold = new ChronologyFold();
        fold.AddLine(line.Document);
        foreach (var entry in line.Entries)
            fold.Add(entry);
        foreach (var now in (DateTimeOffset[])[FoldedLine.Noon.AddSeconds(1), FoldedLine.Noon.AddDays(200)])
        {
            line.View.Sweep(now);
            line.View.NextDue(now);
            Written(
                TrafficShapes.Of(
                    line.Document,
                    line.View,
                    line.Tests,
                    now,
                    false,
                    (null, null),
                    OpenPage.First,
                    PartyId.Parse("us")
                ),
                TrafficApiJson.Default.TrafficView
            );
            foreach (var entry in line.Entries)
            {
                if (line.View.ItemOf(entry.Id, now) is { } item)
                    Written(ItemShapes.Of(item, line.View, now, PartyId.Parse("us")), TrafficApiJson.Default.ItemView);
                if (line.View.ReceiptsOf(entry.Id) is { } receipts)
                    Written(
                        ReceiptShapes.Of(receipts, line.Document.Policy, now, []),
                        TrafficApiJson.Default.ReceiptsView
                    );
            }
            Written(
                PlanShapes.Of(line.Document.Id, line.Plans, FoldedLine.Party("us"), null, now).Shown,
                TrafficApiJson.Default.IReadOnlyListPlanView
            );
            PlanFormats.GeoJson(line.Document.Id, line.Plans, FoldedLine.Party("us"), null);
            PlanFormats.CursorOnTarget(line.Document.Id, line.Plans, FoldedLine.Party("us"), null, now);
            Written([.. line.Plans.Found.All.Select(PlanShapes.Of)], TrafficApiJson.Default.IReadOnlyListConflictView);
            Written(TrafficShapes.Of(line.Watches), TrafficApiJson.Default.IReadOnlyListWatchView);
            AlarmCauses.Of(line.Document, us, line.Picture, now, null, mistake => Assert.Fail(mistake.ToString()));
            Written(
                ChronologyShapes.Of(
                    fold.Of(line.Document.Id, now, null, false, (_, _, _) => null),
                    _ => line.Document,
                    now
                ),
                TrafficApiJson.Default.ChronologyView
            );
        }
    }

    private static void Written<T>(T view, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        Assert.NotEmpty(JsonSerializer.SerializeToUtf8Bytes(view, type));

    /// <summary>Every kind; of those that have the same body, all but the first are left to the long round.</summary>
    public static IEnumerable<TheoryDataRow<string>> KindsRead
    {
        get
        {
            var seen = new HashSet<Type>();
            foreach (var kind in TrafficBodies.Types.Keys.Order(StringComparer.Ordinal))
            {
                var row = new TheoryDataRow<string>(kind);
                if (!seen.Add(TrafficBodies.Types[kind]))
                    row.Traits[Rounds.Name] = [Rounds.Long];
                yield return row;
            }
        }
    }

    [Theory] // TRAFFIC-101
    [MemberData(nameof(KindsRead))]
    public void Nothing_that_a_peer_puts_into_a_body_makes_an_answer_that_cannot_be_written(string kind)
    {
        var sample = Sample(kind);
        Assert.True(
            TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(sample)).TryGet(out _, out var why),
            $"the sample of {kind} is to be read, or this test tests nothing: {why}"
        );
        Answer(Line(kind, sample));
        var bodies = Extremes
            .SelectMany(value => With(sample, value))
            .Concat(Extremes)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        foreach (var body in bodies)
        {
            // What is not read never reaches a view; a part of it is folded all the same, since it must be flagged.
            if (!TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(body)).TryGet(out _, out _) && body.Length % 7 != 0)
                continue;
            try
            {
                Answer(Line(kind, body));
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{kind} {body}: {e}");
            }
        }
    }

    [Theory]
    [InlineData("{\"text\":\"\\ud800\",\n\"x\":1}")]
    [InlineData("{\"\\ud800\":\r\n\"\\udfff\"}")]
    [InlineData("[\n1e999,\n-1e999]")]
    public void A_body_on_several_lines_is_shown_on_one_as_it_is_whatever_stands_in_its_strings(string body)
    {
        var shown = JsonSerializer.Serialize(
            new ProposalView(
                "p",
                FoldedLineId,
                null,
                "k",
                new Officer("watch", "Ada"),
                FoldedLine.Noon,
                Precedence.Routine,
                Parley.Record.Mark.Actual,
                [],
                null,
                null,
                Encoding.UTF8.GetBytes(body)
            ),
            TrafficApiJson.Default.ProposalView
        );
        Assert.Contains(body.Replace('\n', ' ').Replace('\r', ' '), shown, StringComparison.Ordinal);
    }

    private static readonly LineId FoldedLineId = new FoldedLine(LinePolicy.Default, "us", "ru").Document.Id;
}
