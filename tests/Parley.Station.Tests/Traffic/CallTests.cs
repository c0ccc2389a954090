using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Calls between two real stations (R20, R22, E1).</summary>
public sealed class CallTests
{
    private static readonly object Request = new
    {
        between = new[]
        {
            new { party = "us", office = "secretary of defence" },
            new { party = "ru", office = "minister of defence" },
        },
        topic = "the northern exercise",
    };

    [Fact]
    public async Task A_call_request_is_declined_countered_refused_by_subject_or_expires_and_each_is_a_different_outcome()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var now = line.Clock.GetUtcNow();
        var declined = await line.WriteAsync("us", "call.requested", Request);
        await line.WriteAsync("ru", "call.declined", new { reason = "not now" }, declined);
        Assert.Equal("declined", await line.StateAsync(declined));

        var countered = await line.WriteAsync("us", "call.requested", Request);
        await line.WriteAsync(
            "ru",
            "call.countered",
            new { windows = new[] { new { from = now.AddHours(1), until = now.AddHours(2) } } },
            countered
        );
        // Each side is offered what it may do next, and no more.
        async Task<string[]> ActsAsync(string party) =>
            [
                .. (await line.ItemAsync(party, countered))
                    .GetProperty("acts")
                    .EnumerateArray()
                    .Select(a => a.GetString()!),
            ];
        Assert.Equal(
            ["call.accepted", "call.countered", "call.declined", "call.withdrawn", "call.held"],
            await ActsAsync("us")
        );
        Assert.Equal(["call.declined", "call.subject_refused", "call.held"], await ActsAsync("ru"));
        await line.WriteAsync("us", "call.accepted", null, countered);
        Assert.Equal("accepted", await line.StateAsync(countered));

        var refused = await line.WriteAsync("us", "call.requested", Request);
        await line.WriteAsync("ru", "call.subject_refused", new { subject = "the northern exercise" }, refused);
        Assert.Equal("subject refused", await line.StateAsync(refused));

        var silent = await line.WriteAsync("us", "call.requested", Request);
        Assert.Equal("requested", await line.StateAsync(silent));
        line.Clock.Pass(TimeSpan.FromHours(49));
        Assert.Equal("expired", await line.StateAsync(silent));
        Assert.Equal(
            "no answer",
            (await line.GetAsync("ru", "chronology")).GetProperty("attempts")[3].GetProperty("outcome").GetString()
        );
    }

    [Fact]
    public async Task A_month_of_unanswered_requests_stands_in_the_chronology_and_every_one_is_proven_delivered()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        await line.WriteAsync(
            "us",
            "call.held",
            new
            {
                between = new[]
                {
                    new { party = "us", office = "secretary of defence" },
                    new { party = "ru", office = "minister of defence" },
                },
                minutes = 60,
            }
        );
        var asked = new List<string>();
        for (var day = 0; day < 10; day++)
        {
            line.Clock.Pass(TimeSpan.FromDays(3));
            asked.Add(await line.WriteAsync("us", "call.requested", Request));
        }
        line.Clock.Pass(TimeSpan.FromDays(3));
        await line["us"].StopAsync(); // by when each was delivered is known after a restart, though the cosignatures are long pruned
        await line["us"].StartAsync();
        foreach (var party in new[] { "us", "ru" })
        {
            var chronology = await line.GetAsync(party, "chronology?with=minister%20of%20defence");
            Assert.Equal(10, chronology.GetProperty("standingRequests").GetInt32());
            Assert.Equal(10, chronology.GetProperty("standingByParty").GetProperty("us").GetInt32());
            Assert.Equal(33, chronology.GetProperty("daysSinceLastContact").GetInt32());
            Assert.Equal(10, chronology.GetProperty("silences").GetArrayLength());
            foreach (var (attempt, entry) in chronology.GetProperty("attempts").EnumerateArray().Zip(asked))
            {
                Assert.Equal(entry, attempt.GetProperty("entry").GetString());
                Assert.Equal("no answer", attempt.GetProperty("outcome").GetString());
                Assert.InRange(
                    attempt.GetProperty("deliveredAt").GetDateTimeOffset()
                        - attempt.GetProperty("at").GetDateTimeOffset(),
                    TimeSpan.FromSeconds(-1),
                    TimeSpan.FromHours(1)
                );
                var proof = Assert.Single(attempt.GetProperty("deliveredProof").EnumerateArray());
                var text = await line[party]
                    .Http.GetStringAsync(
                        new Uri(proof.GetProperty("path").GetString()!, UriKind.Relative),
                        TestContext.Current.CancellationToken
                    );
                Assert.True(
                    Parley
                        .Record.TlogProof.Parse(System.Text.Encoding.UTF8.GetBytes(text))
                        .TryGet(out var parsed, out var why),
                    why
                );
                Assert.Contains(proof.GetProperty("cosignature").GetString()!, text, StringComparison.Ordinal);
                var signed = parsed.Checkpoint;
                Assert.Contains(
                    signed.Note.Signatures,
                    s =>
                        Parley.Record.Cosignature.Verify(
                            s,
                            line.Document.CosignKey(Parley.Record.PartyId.Parse("ru")),
                            signed.Checkpoint.Text
                        )
                );
            }
        }
    }

    [Fact]
    public async Task A_step_that_the_state_does_not_take_is_refused_where_it_is_written_and_leaves_nothing()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var call = await line.WriteAsync("us", "call.requested", Request);
        Assert.Contains(
            "may not write call.accepted itself",
            await line.RefusedAsync("illegal-step", "us", "call.accepted", null, call),
            StringComparison.Ordinal
        );
        await line.RefusedAsync("seat", "ru", "call.accepted", null, call, seat: "interpreter");
        await line.RefusedAsync("illegal-step", "ru", "call.accepted");
        await line.WriteAsync("ru", "call.declined", null, call);
        Assert.Contains(
            "declined",
            await line.RefusedAsync("illegal-step", "ru", "call.accepted", null, call),
            StringComparison.Ordinal
        );
        Assert.Equal("declined", await line.StateAsync(call));
        Assert.Equal(0, (await line.GetAsync("us", "traffic")).GetProperty("flagCount").GetInt64());
        Assert.Equal(4, (await line.GetAsync("us", "entries")).GetProperty("entries").GetArrayLength());
    }
}
