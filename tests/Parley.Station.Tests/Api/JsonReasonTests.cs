using System.Text;
using System.Text.Json;
using Parley.Contract;
using Parley.Station.Data;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>Whoever writes JSON for a station is told what is wrong with it in words of the documents: no type of the
/// program, and nothing of the platform.</summary>
public sealed class JsonReasonTests
{
    private static readonly string[] Foreign =
    [
        "Parley.",
        "System.",
        ".NET",
        "type '",
        "EntryRequest",
        "serializ",
        "Nullable",
    ];

    [Theory]
    [InlineData("""{"text":"x","by":{"seat":"watch","name":"A"},"txt":1}""", "'txt' is no member of it")]
    [InlineData("""{"text":"x","by":{"seat":"watch","name":"A"},"precedence":"urgent"}""", "")]
    [InlineData("""{"text":7,"by":{"seat":"watch","name":"A"}}""", "at $.text")]
    [InlineData("""{"text":"x","by":{"seat":"watch"}}""", "")]
    [InlineData("""{"text":"x","by":[]}""", "")]
    [InlineData("""{"text":"x","text":"y","by":{"seat":"watch","name":"A"}}""", "'text' is there twice")]
    [InlineData("""{"text":"x","re":["ru/x"]}""", "")]
    [InlineData("""{"text":"x","to":"ru"}""", "")]
    [InlineData("""{"text":"x",""", "")]
    [InlineData("""[]""", "")]
    [InlineData("", "")]
    public async Task A_request_is_refused_in_words_of_the_documents(string body, string reason)
    {
        await using var api = await ApiFixture.StartAsync();
        foreach (var path in (string[])["entries", "entries/batch", "off-record"])
        {
            using var content = new StringContent(
                body,
                Encoding.UTF8,
                path.EndsWith("batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json"
            );
            using var answer = await api.Local.PostAsync(
                $"{api.Line}/{path}",
                content,
                TestContext.Current.CancellationToken
            );
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.All(Foreign, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
            if (path == "entries")
            {
                Assert.Equal(400, (int)answer.StatusCode);
                var title = JsonDocument.Parse(text).RootElement.GetProperty("title").GetString();
                Assert.Contains(reason, title, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("lines?limit=x")]
    [InlineData("refusals?limit=many")]
    [InlineData("alarms?quiet=perhaps")]
    [InlineData("lines/x/record?limit=1e9")]
    public async Task So_is_a_query(string query)
    {
        await using var line = LiveLine.Make("us", "ru");
        await line["us"].StartAsync();
        using var answer = await line["us"].Http.GetAsync(query, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.All(Foreign, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        Assert.InRange((int)answer.StatusCode, 200, 499);
    }

    [Theory]
    [InlineData("""{"party":"us","name":"n","lisen":"typo"}""", "'lisen' is no member of it")]
    [InlineData("""{"party":"us"}""", "it lacks 'name'")]
    [InlineData("""{"party":"us","name":null}""", "'name' may not be null")]
    [InlineData("""{"party":"us","name":"n","watchHours":"x"}""", "watchHours: that value does not fit there")]
    [InlineData("""{"party":"us","name":"n","alerts":{"receivers":[{"nam":"x"}]}}""", "alerts.receivers[0]")]
    [InlineData("{\"party\":\"us\",", "line 1")]
    public void So_are_settings(string settings, string reason)
    {
        Assert.False(StationSettings.Parse(Encoding.UTF8.GetBytes(settings)).TryGet(out _, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
        Assert.All(Foreign, word => Assert.DoesNotContain(word, why, StringComparison.Ordinal));
        Assert.DoesNotContain("StationSettings", why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_reason_that_names_a_type_is_not_passed_on() =>
        Assert.Equal(
            "it is not as documented",
            JsonReason.Of(new JsonException("The type 'Parley.Station.X' is of no use"))
        );
}
