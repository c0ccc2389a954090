using System.Globalization;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>How a line is used.</summary>
internal static class UsageEndpoints
{
    internal static void MapUsage(this IEndpointRouteBuilder api, UsageDesk desk) =>
        api.MapGet(
                "/lines/{line}/usage",
                async (string line, string? from, string? until, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && TryDay(from, "from", out var first, out why)
                    && TryDay(until, "until", out var last, out why)
                        ? Answers.Ok(await desk.UsageAsync(id, first, last, ct))
                        : Answers.Problem(why)
            )
            .Produces<UsageView>()
            .WithName("usage")
            .WithSummary(
                "How the line is used by day of UTC: entries, time to acknowledge, tests, links, watches. The last 30 days, or those given"
            );

    private static bool TryDay(
        string? text,
        string name,
        out DateOnly? day,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Refusal? why
    )
    {
        (day, why) = (null, null);
        if (text is null)
            return true;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
            day = read;
        else
            why = Refusal.Invalid($"{name} is a day such as 2026-11-30");
        return why is null;
    }
}
