using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Parley.Record;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>
/// A kind that the program does not have, added as docs/contributing/new-kind.md says: a record, a table, two
/// definitions. That it works here, outside the program and without
/// anything being registered, is what keeps a definition plain data.
/// </summary>
public sealed class NewKindTests
{
    private static readonly WeatherFamily Family = new();

    private static readonly KindOf Reported = Family.Definitions[0];

    private static bool Reads(KindOf kind, string json, bool own, out string? why) =>
        (own ? kind.Body!.Own(Encoding.UTF8.GetBytes(json)) : kind.Body!.Any(Encoding.UTF8.GetBytes(json))).TryGet(
            out _,
            out why
        );

    [Fact]
    public void Its_body_is_read_by_its_record_strictly_of_our_own_and_leniently_of_a_peer()
    {
        Assert.True(Reads(Reported, """{"station":"Riga","metresPerSecond":12}""", own: true, out _));
        Assert.False(Reads(Reported, """{"metresPerSecond":12}""", own: false, out var why));
        Assert.Equal("station is missing", why);
        Assert.False(Reads(Reported, $$"""{"station":"{{new string('x', 201)}}"}""", own: false, out why));
        Assert.Equal("station is longer than 200 characters", why);
        Assert.False(Reads(Reported, """{"station":"Riga","metersPerSecond":12}""", own: true, out why));
        Assert.Contains("$.metersPerSecond", why, StringComparison.Ordinal);
        Assert.True(Reads(Reported, """{"station":"Riga","metersPerSecond":12}""", own: false, out _));
    }

    [Fact]
    public void A_form_can_be_made_of_it()
    {
        var schema = Reported.Schema()!;
        Assert.Equal(["station", "metresPerSecond", "at"], ((JsonObject)schema["properties"]!).Select(m => m.Key));
        Assert.Equal("Metres per second", (string?)schema["properties"]!["metresPerSecond"]!["title"]);
        Assert.Equal("date-time", (string?)schema["properties"]!["at"]!["format"]);
        Assert.Equal("station", (string?)Assert.Single((JsonArray)schema["required"]!));
    }

    [Fact]
    public void Its_items_are_folded_by_its_table_and_offer_what_it_has()
    {
        var record = new TestRecord();
        TrafficEntry Entry(string from, KindOf kind, string json, params EntryId[] re)
        {
            record.Write(from, kind.Name, json, re);
            var (header, body) = record.Entries[^1];
            Assert.True(kind.Body!.Any(body).TryGet(out var read, out _));
            return new TrafficEntry(header, read, null, default);
        }
        var report = Entry("us", Reported, """{"station":"Riga"}""");
        var item = Item.Fold(Family, [report], [.. record.Document.Parties], LinePolicy.NewestFold);
        Assert.Equal(WeatherFamily.InForce, item.State);
        Assert.Equal(["weather.withdrawn"], item.ActsOf(TestRecord.Us));
        Assert.Empty(item.ActsOf(TestRecord.Ru));
        var withdrawn = Entry("us", Family.Definitions[1], "{}", report.Id);
        Assert.Equal(
            WeatherFamily.Withdrawn,
            Item.Fold(Family, [report, withdrawn], [.. record.Document.Parties], LinePolicy.NewestFold).State
        );
    }

    [Fact]
    public void A_station_that_does_not_know_it_keeps_it_and_waits_for_its_acknowledgement()
    {
        Assert.Null(Kinds.Find(Reported.Name));
        Assert.True(Attention.WantsAcknowledgement(Reported.Name));
        Assert.Equal(Seats.Officers, Seats.That(Reported.Name));
    }
}

/// <summary>What the wind is.</summary>
public sealed record WindReport : ITrafficBody
{
    [Required, MaxLength(200)]
    public string? Station { get; init; }

    public int? MetresPerSecond { get; init; }

    public DateTimeOffset? At { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(WindReport))]
internal sealed partial class WeatherJson : JsonSerializerContext;

/// <summary>A report of the weather stands until who made it withdraws it.</summary>
internal sealed class WeatherFamily : Family
{
    internal const string InForce = "in force",
        Withdrawn = "withdrawn";

    public override string Name => "weather";

    public override StateTable Table { get; } =
        new(
            [
                new("", "weather.reported", Actor.Anyone, InForce),
                new(InForce, "weather.withdrawn", Actor.Opener, Withdrawn),
            ],
            [],
            [Withdrawn]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new("weather.reported", WeatherJson.Default.WindReport)
        {
            Label = "Report the wind",
            Says = "Says what the wind is at a place.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new("weather.withdrawn", TrafficJson.Default.Reasoned)
        {
            Label = "Withdraw the report",
            Says = "Takes the report back.",
            Seats = Seats.Officers,
            Replaces = OnEarlier.Cancels,
        },
    ];
}
