using System.Runtime.CompilerServices;
using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic.Rooms;

/// <summary>
/// What a mediator carried from one line to another: the author's own entry with its proof. Whether it counts follows
/// from the record alone, so that all parties of the line that it came to say the same; whether the author's keys are
/// known, each station says for itself (<see cref="TrustIn"/>).
/// </summary>
public sealed class Passage
{
    /// <summary>The kinds of which an entry can be passed on. Another program must take the same. MEDIATION-3.</summary>
    private static readonly string[] Passable =
    [
        Kinds.RoomSaid,
        Kinds.RoomConditioned,
        Kinds.RoomConsented,
        Kinds.RoomConsentWithdrawn,
    ];

    /// <summary>What was verified of an entry, as long as the entry is held: an item is folded again and again.</summary>
    private static readonly ConditionalWeakTable<TrafficEntry, Passage> Known = [];

    private readonly TrafficEntry entry;

    private Passage(TrafficEntry entry)
    {
        this.entry = entry;
        Verdict = PublicVerdict.Of(Encoding.UTF8.GetBytes(((PassedWord)entry.Body!).Proof!), null);
        if (Verdict.Proof is { } read)
            Leaf = MerkleHash.Leaf(read.HeaderBytes);
        if (Verdict.Proof is not { } proof || !Passable.Contains(proof.Header.Kind, StringComparer.Ordinal))
            return;
        if (TrafficBodies.Read(proof.Header.Kind, proof.Body).TryGet(out var body, out _))
            Words = body;
    }

    /// <summary>The passage that an entry is; null where it is none, or its body is not here.</summary>
    public static Passage? Of(TrafficEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Body is PassedWord { Proof: not null } ? Known.GetValue(entry, e => new Passage(e)) : null;
    }

    /// <summary>Whether the proof is well-formed, and signed and cosigned.</summary>
    public PublicVerdict Verdict { get; }

    /// <summary>The author's entry; null where the file cannot be read.</summary>
    public PublicProof? Proof => Verdict.Proof;

    /// <summary>What the author said; null where it is of a kind that is not passed on, or cannot be read.</summary>
    public ITrafficBody? Words { get; }

    /// <summary>What names the author's entry, wherever it is passed to.</summary>
    public Hash? Leaf { get; }

    /// <summary>Why it does not count; null when nothing speaks against it. MEDIATION-4, MEDIATION-5.</summary>
    internal string? Objection(Item room, IReadOnlyList<PartyId> parties)
    {
        if (Proof is not { } proof)
            return $"altered: what it carries is no proof ({Verdict.WellFormed.Reason})";
        var author = proof.Header.From;
        if (Verdict.Signed.Answer != PublicAnswer.Yes)
            return $"altered: it is not proven to be {author}'s ({Verdict.Signed.Reason})";
        var mediator = entry.Header.From;
        if (proof.Header.Line == entry.Header.Line)
            return "from this line: everybody here has it";
        if (author == mediator)
            return $"from another line: it is {mediator}'s own word, which {mediator} can say here itself";
        if (proof.Keys.KeysOf(mediator) is null)
            return $"from another line: {mediator} is not on the line that it was said on";
        return Bar(Words as IPassable, proof.Header, room, parties, entry.Header.At)
            // What binds its author takes two officers there as it would here. MEDIATION-8
            ?? (
                Words is RoomConsent && !proof.Header.By.HasSecond(room.Rules)
                    ? $"by one officer: a consent of {author}'s takes two"
                    : null
            )
            ?? (
                room.Applied.FirstOrDefault(e => Of(e)?.Leaf is { } leaf && leaf == Leaf) is { } earlier
                    ? $"replayed: {earlier.Id} has passed it on already"
                    : null
            );
    }

    /// <summary>Why an author's words may not cross to a line; null where they may. MEDIATION-3, MEDIATION-5.</summary>
    /// <param name="words">What was said; null for what cannot be passed on.</param>
    /// <param name="said">Its header.</param>
    /// <param name="room">The room on the line that it is to go to.</param>
    /// <param name="parties">Every party of that line.</param>
    /// <param name="at">When it is passed.</param>
    internal static string? Bar(
        IPassable? words,
        EntryHeader said,
        Item room,
        IReadOnlyList<PartyId> parties,
        DateTimeOffset at
    )
    {
        var author = said.From;
        if (words?.Passing is not { IsAny: true } passing)
            return $"not marked for passing: {author} let nobody else be shown it";
        if (RoomFamily.CharterOf(room) is not { } charter || words.Room != charter.Room)
            return $"from another line: it was said in the room {words.Room}, and this one is {RoomFamily.CharterOf(room)?.Room}";
        if (said.Mark != room.Root.Header.Mark)
            return "not marked for passing: it is marked otherwise than the room (actual, exercise or test)";
        foreach (var party in parties)
        {
            if (party == room.Root.Header.From || party == author || passing.To.Contains(party.Value))
                continue;
            if (passing.Anyone != true || !charter.Parties.Contains(party.Value))
                return $"not marked for passing: {author} did not let {party} be shown it";
        }
        return passing.Until < at ? $"stale: {author} let it be passed until {passing.Until:u}" : null;
    }

    /// <summary>Why an entry of this room may not cross to the same room on another line; null where it may.</summary>
    /// <param name="said">An entry of the room.</param>
    /// <param name="to">The room on the other line.</param>
    /// <param name="parties">Every party of that line.</param>
    /// <param name="now">The time.</param>
    public static string? WhyNot(TrafficEntry said, Item to, IReadOnlyList<PartyId> parties, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(to);
        return said.Header.From == to.Root.Header.From ? "the mediator's own word: it can be said there itself"
            : !Passable.Contains(said.Header.Kind, StringComparer.Ordinal) ? "a kind that is not passed on"
            : to.State != RoomFamily.Open ? $"the room is {to.State} there"
            : Bar(said.Body as IPassable, said.Header, to, parties, now);
    }

    /// <summary>
    /// Whether the keys in the proof are those of the author, as far as one party can tell: by a line that it has with the
    /// author itself, or by what it said in this room to have compared. Never by the mediator's word. MEDIATION-7.
    /// </summary>
    /// <param name="room">The room that it was passed in.</param>
    /// <param name="self">Who asks.</param>
    /// <param name="line">The line that it was passed to.</param>
    /// <param name="others">Every line of whoever asks.</param>
    public PublicResult TrustIn(Item room, PartyId self, LineDocument line, IEnumerable<LineDocument> others)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(line);
        if (Proof is not { } proof)
            return new(PublicAnswer.NotAsked, "not looked at: the proof cannot be read");
        var mediator = entry.Header.From;
        if (proof.Keys.KeysOf(mediator) is { } here && !IsOf(here, line.CardOf(mediator)))
            return new(PublicAnswer.No, $"{mediator} has other keys in it than on this line");
        var author = proof.Header.From;
        var keys = proof.Keys.KeysOf(author)!;
        PublicResult? unlike = null;
        foreach (var other in others.Where(other => other.CardOf(author) is not null))
        {
            if (IsOf(keys, other.CardOf(author)))
                return new(PublicAnswer.Yes, $"the keys of {author} are those on the line {other.Id}");
            unlike = new(PublicAnswer.No, $"{author} has other keys in it than on the line {other.Id}");
        }
        var compared = room.Applied.LastOrDefault(e =>
            e.Header.From == self && e.Body is Recognition recognised && recognised.Party == author.Value
        );
        if (compared?.Body is Recognition { Keys: { } fingerprint })
            return proof.Keys.Fingerprint.Hash.ToHex() == fingerprint
                ? new(PublicAnswer.Yes, $"the keys are those that {compared.Id} recognised")
                : new(PublicAnswer.No, $"the keys are not those that {compared.Id} recognised");
        return unlike
            ?? new(
                PublicAnswer.NotAsked,
                $"no line here has {author}: compare the fingerprint of the keys with what {author} states elsewhere"
            );
    }

    private static bool IsOf(PartyKeys keys, Card? card) =>
        card is not null && keys.Log.Key == card.Log && keys.Cosign.Key == card.Cosign;
}
