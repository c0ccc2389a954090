using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>Sets the zone of the process, so that no other test runs meanwhile.</summary>
[CollectionDefinition(nameof(BodyTimeTests), DisableParallelization = true)]
public sealed class AlonePart;

/// <summary>Times in bodies, wherever the machine stands that reads them.</summary>
[Collection(nameof(BodyTimeTests))]
public sealed class BodyTimeTests
{
    /// <summary>Every record that a body is made of, and its members that are times.</summary>
    private static IEnumerable<(Type Type, PropertyInfo Member)> Times()
    {
        var seen = new HashSet<Type>();
        var left = new Stack<Type>(TrafficBodies.Types.Values);
        while (left.TryPop(out var type))
        {
            if (!seen.Add(type))
                continue;
            foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var held = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
                if (held == typeof(DateTimeOffset))
                    yield return (type, member);
                if (held.IsGenericType && typeof(IEnumerable).IsAssignableFrom(held))
                    held = held.GetGenericArguments()[0];
                if (held.Namespace == typeof(Message).Namespace)
                    left.Push(held);
            }
        }
    }

    private static DateTimeOffset? Read(Type type, PropertyInfo member, string time)
    {
        var json = $$"""{"{{JsonNamingPolicy.CamelCase.ConvertName(member.Name)}}":"{{time}}"}""";
        return (DateTimeOffset?)
            member.GetValue(JsonSerializer.Deserialize(json, TrafficJson.Default.GetTypeInfo(type)!));
    }

    private static void In(string zone, Action test)
    {
        var before = Environment.GetEnvironmentVariable("TZ");
        try
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            Assert.NotEqual(TimeSpan.Zero, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 12, 10)));
            test();
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [Theory] // TRAFFIC-100
    [InlineData("America/New_York")]
    [InlineData("Europe/Moscow")]
    public void Every_time_of_every_body_is_the_same_moment_in_any_zone(string zone) =>
        In(
            zone,
            () =>
            {
                var times = Times().ToList();
                Assert.True(times.Count >= 20, $"{times.Count} members are times");
                foreach (var (type, member) in times)
                {
                    Assert.Equal(
                        new DateTimeOffset(2026, 12, 10, 12, 0, 0, TimeSpan.Zero),
                        Read(type, member, "2026-12-10T12:00:00")
                    );
                    Assert.Equal(
                        new DateTimeOffset(2026, 12, 10, 12, 0, 0, TimeSpan.Zero),
                        Read(type, member, "2026-12-10T12:00")
                    );
                    Assert.Equal(
                        new DateTimeOffset(2026, 12, 10, 0, 0, 0, TimeSpan.Zero),
                        Read(type, member, "2026-12-10")
                    );
                    Assert.Equal(
                        new DateTimeOffset(2026, 12, 10, 12, 0, 0, TimeSpan.Zero),
                        Read(type, member, "2026-12-10T15:00:00+03:00")
                    );
                    Assert.Equal(
                        new DateTimeOffset(2026, 12, 10, 12, 0, 0, TimeSpan.Zero),
                        Read(type, member, "2026-12-10T07:00:00-05:00")
                    );
                    Assert.Equal(
                        new DateTimeOffset(2026, 12, 10, 12, 0, 0, TimeSpan.Zero),
                        Read(type, member, "2026-12-10T12:00:00\\u005A")
                    );
                }
            }
        );

    [Fact] // TRAFFIC-100
    public void Two_stations_in_two_zones_have_the_same_call_open()
    {
        var record = new TestRecord();
        var call = record.Write(
            "us",
            Kinds.CallRequested,
            """{"topic":"convoy","expires":"2022-03-23T14:00:00","windows":[{"from":"2022-03-23T15:00:00","until":"2022-03-23T16:00:00"}]}"""
        );
        foreach (var zone in (string[])["America/New_York", "Europe/Moscow"])
            In(
                zone,
                () =>
                    Assert.Equal(
                        ("requested", new DateTimeOffset(2022, 3, 23, 14, 0, 0, TimeSpan.Zero)),
                        (record.View().ItemOf(call, record.Now)!.State, record.View().ItemOf(call, record.Now)!.Due)
                    )
            );
    }

    [Theory] // TRAFFIC-100
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59.9999999-12:00")]
    [InlineData("2026-12-10T24:00:00Z")]
    [InlineData("2026-12-10T12:00:60Z")]
    [InlineData("2026-12-10t12:00:00z")]
    [InlineData("2026-12-10T12:00:00+0200")]
    [InlineData("2026-12-10T12:00:00-14:01")]
    [InlineData("\\ud800")]
    [InlineData("soon")]
    [InlineData("")]
    public void What_is_no_time_makes_the_body_unreadable_and_is_never_a_fault(string time) =>
        In(
            "Asia/Kathmandu",
            () =>
            {
                var body = Encoding.UTF8.GetBytes($$"""{"what":"x","from":"{{time}}"}""");
                Assert.False(TrafficBodies.Read(Kinds.NoticeGiven, body).TryGet(out _, out _));
                Assert.False(TrafficBodies.ReadOwn(Kinds.NoticeGiven, body).TryGet(out _, out var why));
                Assert.Contains("$.from", why, StringComparison.Ordinal);
            }
        );

    [Theory] // TRAFFIC-100
    [InlineData("2026-12-10T12:00:00")]
    [InlineData("2026-12-11")]
    public void Of_our_own_officer_a_time_says_its_zone_and_the_reason_names_the_member(string time)
    {
        Assert.False(
            TrafficBodies
                .ReadOwn(
                    Kinds.CallCountered,
                    Encoding.UTF8.GetBytes($$"""{"windows":[{"from":"{{time}}","until":"2026-12-12T00:00:00Z"}]}""")
                )
                .TryGet(out _, out var why)
        );
        Assert.Contains("$.windows[0].from", why, StringComparison.Ordinal);
        Assert.Contains("Z or an offset", why, StringComparison.Ordinal);
        Assert.True(
            TrafficBodies
                .ReadOwn(
                    Kinds.CallCountered,
                    """{"windows":[{"from":"2026-12-10T12:00:00+02:00","until":"2026-12-12T00:00:00Z"}]}"""u8.ToArray()
                )
                .TryGet(out var read, out _)
        );
        Assert.Equal(new DateTimeOffset(2026, 12, 10, 10, 0, 0, TimeSpan.Zero), ((CallCounter)read).Windows[0].From);
    }

    [Theory] // TRAFFIC-104
    [InlineData(Kinds.ClarificationRequested, """{"concern":"\u200B\u200B"}""", "concern")]
    [InlineData(Kinds.ClarificationRequested, """{"concern":"x","place":{"name":"\u2800"}}""", "name")]
    [InlineData(Kinds.MessageSent, """{"text":"\u202E"}""", "text")]
    [InlineData(Kinds.CallStarted, """{"participants":["Ada","\u3164"]}""", "participants")]
    public void Of_our_own_officer_a_text_that_nobody_can_see_is_refused_by_its_name_and_a_peer_s_is_read(
        string kind,
        string body,
        string member
    )
    {
        Assert.False(TrafficBodies.ReadOwn(kind, Encoding.UTF8.GetBytes(body)).TryGet(out _, out var why));
        Assert.StartsWith(member, why, StringComparison.Ordinal);
        Assert.True(TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(body)).TryGet(out _, out _));
    }

    [Theory] // TRAFFIC-101
    [InlineData(Kinds.NoticeGiven, """{"what":"x","place":{"uncertaintyMetres":1e999}}""")]
    [InlineData(Kinds.AccidentReported, """{"what":"x","where":{"uncertaintyMetres":1e999}}""")]
    [InlineData(Kinds.AccidentReported, """{"what":"x","heading":1e999}""")]
    [InlineData(Kinds.AccidentReported, """{"what":"x","heading":-1e999}""")]
    [InlineData(Kinds.ClarificationRequested, """{"concern":"x","place":{"position":[1e999,0]}}""")]
    [InlineData(Kinds.MessageSent, """{"fields":[{"name":"x","number":1e999}]}""")]
    public void A_number_that_is_not_finite_makes_the_body_unreadable(string kind, string body) =>
        Assert.False(TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(body)).TryGet(out _, out _));
}
