using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Calls;

/// <summary>Somebody who joined a call, as the record has it, and how it is at their console just now. Guarded by the
/// room.</summary>
/// <param name="entry">The joining.</param>
/// <param name="join">What it says.</param>
/// <param name="leaf">Hash of the joining's leaf in its author's tree.</param>
internal sealed class CallMember(TrafficEntry entry, CallJoin join, string leaf)
{
    internal EntryId Joined => entry.Id;
    internal Officer By => entry.Header.By;
    internal string Part => join.Part ?? Speaker;
    internal DateTimeOffset At => entry.Header.At;

    /// <summary>The key that their console speaks by, and no other.</summary>
    internal string Fingerprint => join.Fingerprint!;
    internal string Commitment => join.Commitment!;

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
        new(Joined, By, Part, At, Fingerprint, Commitment, leaf, IsSealed, IsHere, IsHeld, IsMuted, Deaf, AdmittedBy);
}
