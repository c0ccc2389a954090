using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Station.Calls;

/// <summary>Somebody who joined a call, as the record has it, and how it is at their console just now. Guarded by the
/// room.</summary>
internal sealed class CallMember
{
    internal required EntryId Joined { get; init; }
    internal required Officer By { get; init; }
    internal required string Part { get; init; }
    internal required DateTimeOffset At { get; init; }

    /// <summary>The key that their console speaks by, and no other.</summary>
    internal required string Fingerprint { get; init; }
    internal required string Commitment { get; init; }

    /// <summary>Hash of the joining's leaf in its author's tree.</summary>
    internal required string Leaf { get; init; }

    internal bool IsSealed { get; set; }
    internal bool IsHere { get; set; }
    internal bool IsHeld { get; set; }
    internal bool IsMuted { get; set; }
    internal string? Deaf { get; set; }

    /// <summary>Listeners are heard by nobody.</summary>
    internal bool MaySpeak => Part != Listener;

    /// <summary>The parties whose officers hear them, and are heard by them. CALL-15</summary>
    internal IReadOnlyList<PartyId> AdmittedBy { get; set; } = [];

    internal const string Listener = CallJoin.Listener;
    internal const string Speaker = CallJoin.Speaker;

    internal CallMemberView View() =>
        new(Joined, By, Part, At, Fingerprint, Commitment, Leaf, IsSealed, IsHere, IsHeld, IsMuted, Deaf, AdmittedBy);
}
