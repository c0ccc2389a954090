using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic.Rooms;

/// <summary>Where one party stands in a silence procedure.</summary>
/// <param name="Party">Who.</param>
/// <param name="State">One of the words here.</param>
/// <param name="Entry">The entry that says so; null while there is none.</param>
public sealed record SilentParty(PartyId Party, string State, EntryId? Entry)
{
    /// <summary>It has not signed for delivery, and consents to nothing while it has not.</summary>
    public const string NotReceived = "not signed for";

    /// <summary>It has signed for delivery, and the silence runs or is not closed yet.</summary>
    public const string Silent = "silent so far";

    /// <summary>It was silent to the end, in reach all the time.</summary>
    public const string Consented = "consented by silence";

    /// <summary>It was not in reach all the time, and has consented to nothing.</summary>
    public const string OutOfReach = "not in reach";

    /// <summary>It objected, or wants another wording.</summary>
    public const string Objected = "objected";
}

/// <summary>What a silence amounts to: nothing at all, but for a party that signed for delivery within it, was in reach
/// all the time, and said nothing. MEDIATION-15.</summary>
public static class SilenceStanding
{
    /// <summary>Where each party but the one that began it stands.</summary>
    public static IReadOnlyList<SilentParty> Of(Item silence, IEnumerable<PartyId> parties)
    {
        ArgumentNullException.ThrowIfNull(silence);
        var closed = silence.Last(Kinds.SilenceClosed);
        var away = (closed?.Body as SilenceClosed)?.OutOfReach ?? [];
        return
        [
            .. parties
                .Where(party => party != silence.Root.Header.From)
                .Select(party =>
                {
                    EntryId? By(string kind) =>
                        silence.Applied.FirstOrDefault(e => e.Header.Kind == kind && e.Header.From == party)?.Id;
                    if (By(Kinds.SilenceBroken) is { } objection)
                        return new SilentParty(party, SilentParty.Objected, objection);
                    if (away.Contains(party.Value))
                        return new SilentParty(party, SilentParty.OutOfReach, closed!.Id);
                    if (By(Kinds.SilenceReceived) is not { } received)
                        return new SilentParty(party, SilentParty.NotReceived, null);
                    return new SilentParty(
                        party,
                        silence.State == SilenceFamily.Closed ? SilentParty.Consented : SilentParty.Silent,
                        received
                    );
                }),
        ];
    }
}
