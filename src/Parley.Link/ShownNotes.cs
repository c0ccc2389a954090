using System.Text;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// The checkpoints that one peer's heartbeats show, each examined once: a note that is the same as in the heartbeat
/// before costs neither reading nor
/// verification, and most are. Held are those of the last heartbeat alone, which
/// <see cref="LinkLimits.MaxSmallMessageBytes"/> bounds. LINK-82.
/// </summary>
internal sealed class ShownNotes(LineDocument document)
{
    private Dictionary<PartyId, Shown> last = [];

    /// <summary>Signatures of authors that were verified, for tests.</summary>
    internal int Verified { get; private set; }

    /// <summary>One feed's checkpoint, as the peer shows it.</summary>
    internal sealed class Shown(ShownNotes owner, PartyId author, string note, SignedCheckpoint? checkpoint)
    {
        private bool? signed;

        internal PartyId Author { get; } = author;
        internal string Note { get; } = note;

        /// <summary>What it says; null where it cannot be read or speaks of another feed. Nothing is proven until
        /// <see cref="IsSigned"/>.</summary>
        internal SignedCheckpoint? Checkpoint { get; } = checkpoint;

        /// <summary>True when the feed's author signed it. Looked at when it first matters.</summary>
        internal bool IsSigned => signed ??= owner.IsSigned(this);

        /// <summary>Size of our mirror when others' cosignatures were last looked for in it: they need not be looked
        /// for twice.</summary>
        internal ulong? LearnedAt { get; set; }
    }

    /// <summary>What the notes of a heartbeat show of this line's feeds; those that show nothing are left
    /// out.</summary>
    internal IReadOnlyList<Shown> Take(IReadOnlyDictionary<string, string> notes)
    {
        var now = new Dictionary<PartyId, Shown>();
        foreach (var (name, note) in notes)
        {
            if (!PartyId.TryParse(name, out var author) || document.CardOf(author) is null)
                continue;
            now[author] =
                last.TryGetValue(author, out var before) && string.Equals(before.Note, note, StringComparison.Ordinal)
                    ? before
                    : new Shown(this, author, note, Read(author, note));
        }
        last = now;
        return [.. now.Values.Where(shown => shown.Checkpoint is not null)];
    }

    private SignedCheckpoint? Read(PartyId author, string note) =>
        SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(note)).TryGet(out var checkpoint, out _)
        && checkpoint.Checkpoint.Origin == new Origin(document.Id, author).ToString()
            ? checkpoint
            : null;

    private bool IsSigned(Shown shown)
    {
        Verified++;
        return shown.Checkpoint?.Note.Check(document.LogKey(shown.Author)) == SignatureCheck.Valid;
    }
}
