using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>Who is at which entry just now. In memory alone: it is about the next minutes.</summary>
internal sealed class PresenceDesk(Premises premises, LineTable lines)
{
    /// <summary>A console says it again sooner than that.</summary>
    internal static readonly TimeSpan WritingLasts = TimeSpan.FromSeconds(20);
    internal static readonly TimeSpan TakenLasts = TimeSpan.FromMinutes(30);

    /// <summary>Entries at which one officer can be at a time; of more, the oldest is left.</summary>
    internal const int MaxOfOfficer = 16;

    /// <summary>Officers at a time: more than any room holds.</summary>
    internal const int MaxOfficers = 128;

    private readonly Lock gate = new();
    private readonly Dictionary<
        (string Name, LineId Line, EntryId Entry),
        (PresenceView View, DateTimeOffset Until)
    > at = [];

    internal IReadOnlyList<PresenceView> All()
    {
        lock (gate)
        {
            Forget();
            return [.. at.Values.Select(a => a.View).OrderBy(v => v.Since)];
        }
    }

    internal Outcome<IReadOnlyList<PresenceView>> Say(LineId line, EntryId entry, PresenceDoing? doing, Officer by)
    {
        if (!lines.Find(line).TryGet(out _, out var unknown))
            return unknown;
        var now = premises.Now;
        lock (gate)
        {
            Forget();
            var key = (by.Name, line, entry);
            var before = at.GetValueOrDefault(key).View;
            if (doing is not { } what)
                at.Remove(key);
            else
            {
                var others = at.Where(a => a.Key.Name == by.Name && a.Key != key).ToList();
                if (others.Count >= MaxOfOfficer)
                    at.Remove(others.MinBy(o => o.Value.View.Since).Key);
                else if (others.Count == 0 && at.Keys.Select(k => k.Name).Distinct().Count() >= MaxOfficers)
                    return new Refusal("too-many", $"{MaxOfficers} officers are told of at a time", 409);
                // Who writes about what they took has it still.
                var isTaken = what == PresenceDoing.Taken || before?.Doing == PresenceDoing.Taken;
                at[key] = (
                    new PresenceView(
                        line,
                        entry,
                        isTaken ? PresenceDoing.Taken : what,
                        by with
                        {
                            ReleasedBy = null,
                        },
                        before is not null && before.Doing == what ? before.Since : now
                    ),
                    now.Plus(isTaken ? TakenLasts : WritingLasts)
                );
            }
            return Outcome<IReadOnlyList<PresenceView>>.Of([.. at.Values.Select(a => a.View).OrderBy(v => v.Since)]);
        }
    }

    /// <summary>Also where the clock was set back: nobody is at anything for longer than it lasts.</summary>
    private void Forget()
    {
        var now = premises.Now;
        foreach (var gone in at.Where(a => a.Value.Until <= now || a.Value.Until - now > TakenLasts).ToList())
            at.Remove(gone.Key);
    }
}
