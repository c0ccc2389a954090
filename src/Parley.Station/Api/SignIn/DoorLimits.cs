using Parley.Record;
using Parley.Station.Officers;
using Parley.Storage;

namespace Parley.Station.Api;

/// <summary>How often an address may knock. In memory alone; users are locked out by <see cref="OfficerBook"/>, for as
/// long as they are, over restarts too.</summary>
internal sealed class DoorLimits(TimeProvider clock)
{
    private readonly Dictionary<string, Visitor> visitors = new(StringComparer.Ordinal);

    private sealed class Visitor
    {
        internal DateTimeOffset Seen { get; set; }
        internal DateTimeOffset FailuresSince { get; set; }
        internal int Failures { get; set; }
        internal DateTimeOffset? LockedUntil { get; set; }
        internal DateTimeOffset NotesSince { get; set; }
        internal int Notes { get; set; }
        internal DateTimeOffset ChallengesSince { get; set; }
        internal int Challenges { get; set; }
    }

    /// <summary>How long this address has still to wait; null where it need not.</summary>
    internal TimeSpan? LockedOut(string? address)
    {
        lock (visitors)
            return Of(address).LockedUntil is { } until && until > clock.GetUtcNow() ? until - clock.GetUtcNow() : null;
    }

    /// <summary>Counts a challenge that is asked for; a time where it was one too many.</summary>
    internal TimeSpan? Challenged(string? address)
    {
        var minute = TimeSpan.FromMinutes(1);
        lock (visitors)
        {
            var (visitor, now) = (Of(address), clock.GetUtcNow());
            if (now - visitor.ChallengesSince >= minute)
                (visitor.ChallengesSince, visitor.Challenges) = (now, 0);
            return ++visitor.Challenges > OfficerLimits.MaxChallengesPerMinute
                ? visitor.ChallengesSince.Plus(minute) - now
                : null;
        }
    }

    /// <summary>Whether one more failure that locks nobody out is written into the book: so many in a while from one
    /// address, so that nobody fills it.</summary>
    internal bool MayNote(string? address)
    {
        lock (visitors)
        {
            var (visitor, now) = (Of(address), clock.GetUtcNow());
            if (now - visitor.NotesSince >= OfficerLimits.LockOut)
                (visitor.NotesSince, visitor.Notes) = (now, 0);
            return ++visitor.Notes <= OfficerLimits.MaxAddressFailures;
        }
    }

    /// <summary>Counts a failure, and writes it down.</summary>
    internal async Task FailedAsync(
        OfficerBook officers,
        string? address,
        string what,
        string? user,
        string? detail = null
    )
    {
        var now = clock.GetUtcNow();
        bool locked;
        lock (visitors)
        {
            var visitor = Of(address);
            if (now - visitor.FailuresSince >= OfficerLimits.LockOut)
                (visitor.FailuresSince, visitor.Failures) = (now, 0);
            locked = ++visitor.Failures >= OfficerLimits.MaxAddressFailures;
            if (locked)
                (visitor.LockedUntil, visitor.Failures) = (now.Plus(OfficerLimits.LockOut), 0);
        }
        await officers.Door.NoteAsync(new SignInRow(now, what, user, Address: address, Detail: detail));
        if (locked)
            await officers.Door.NoteAsync(
                new SignInRow(now, "locked-out", Address: address, Detail: "too many failures from this address")
            );
    }

    internal static IResult TooMany(HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = $"{Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))}";
        return Answers.Problem(
            new Refusal("locked-out", "too many tries; wait, or ask for a sign-in link on the station's machine", 429)
        );
    }

    private Visitor Of(string? address)
    {
        var key = address ?? "";
        if (!visitors.TryGetValue(key, out var visitor))
        {
            if (visitors.Count >= OfficerLimits.MaxAddresses)
                visitors.Remove(visitors.MinBy(v => (v.Value.LockedUntil > clock.GetUtcNow(), v.Value.Seen)).Key);
            visitors[key] = visitor = new Visitor();
        }
        visitor.Seen = clock.GetUtcNow();
        return visitor;
    }
}
