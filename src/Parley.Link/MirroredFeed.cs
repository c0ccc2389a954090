using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Another party's feed as this station mirrors it. A push is checked against what is held and becomes a
/// <see cref="Step"/>; only when the
/// store has made the step durable does <see cref="Accept"/> move the mirror, and only then does the cosignature leave.
/// Steps are staged in the
/// order in which the store commits them, and each is checked against the one before. LINK-11, LINK-13, LINK-14.
/// </summary>
internal sealed class MirroredFeed
{
    private readonly LineIdentity identity;
    private readonly VerifierKey authorKey;
    private readonly Queue<Step> staged = new();
    private TreeFrontier frontier;
    private Step? lastStaged;

    internal MirroredFeed(LineIdentity identity, PartyId author, LoadedFeed loaded)
    {
        this.identity = identity;
        Origin = new Origin(identity.Line, author);
        authorKey = identity.Document.LogKey(author);
        frontier = loaded.Frontier.Clone();
        Root = frontier.Root();
        Latest = loaded.Checkpoint;
        Remember();
    }

    internal Origin Origin { get; }
    internal ulong Size => frontier.Size;
    internal Hash Root { get; private set; }
    internal SignedCheckpoint? Latest { get; private set; }

    /// <summary>Steps that the store is writing.</summary>
    internal int Staged => staged.Count;

    /// <summary>Pushes that are checked when the store has written those before them.</summary>
    internal Queue<WaitingPush> Waiting { get; } = new();

    /// <summary>True while pushes of the author wait to become durable here: what its feed here comes to is not known
    /// yet.</summary>
    internal bool IsStoring => Staged > 0 || Waiting.Count > 0;

    /// <param name="Push">Its bytes.</param>
    /// <param name="Reply">Who waits for the answer.</param>
    /// <param name="Carried">True where it came by another path than the wire.</param>
    internal readonly record struct WaitingPush(ReadOnlyMemory<byte> Push, Action<LinkAnswer> Reply, bool Carried);

    /// <summary>Entries that are verified but not yet durable, and the cosignature that leaves once they are.</summary>
    /// <param name="Checkpoint">The new checkpoint, with its author's signature alone.</param>
    /// <param name="Headers">Of the entries, in order.</param>
    /// <param name="Withheld">Places in the feed of entries for us whose bodies the author has lost.</param>
    /// <param name="Changes">What is to be durable before the cosignature leaves.</param>
    /// <param name="Frontier">Of the feed with the entries.</param>
    /// <param name="Cosignature">Ours, on the new checkpoint.</param>
    internal sealed record Step(
        SignedCheckpoint Checkpoint,
        IReadOnlyList<EntryHeader> Headers,
        IReadOnlySet<ulong> Withheld,
        IReadOnlyList<LineChange> Changes,
        TreeFrontier Frontier,
        NoteSignature Cosignature
    );

    /// <summary>What a push led to: exactly one of a step and a refusal; with a refusal, perhaps a checkpoint that
    /// contradicts what is held.</summary>
    internal readonly record struct Verdict(
        Step? Step,
        LinkAnswer? Refusal,
        SignedCheckpoint? Contradiction,
        SignedCheckpoint? Older
    );

    /// <summary>Checks a push against what is durable and, where steps are staged, against what will be once they are:
    /// then only a step counts, no refusal.</summary>
    internal Verdict Check(ReadOnlyMemory<byte> push, DateTimeOffset now)
    {
        var start = lastStaged?.Frontier ?? frontier;
        var root = lastStaged?.Checkpoint.Checkpoint.Root ?? Root;
        if (!EntryBatch.ReadOffer(push, out var bytes).TryGet(out var offer, out var why))
            return new Verdict(null, CheckpointOffer.Refusal(why), null, null);
        var checkpoint = offer.Checkpoint.Checkpoint;
        if (WitnessRule.Check(offer, Origin.ToString(), authorKey, start.Size, root) is { } refusal)
        {
            return new Verdict(
                null,
                refusal,
                Contradicts(offer.Checkpoint) ? offer.Checkpoint : null,
                IsOlderAndSigned(offer.Checkpoint) ? offer.Checkpoint : null
            );
        }
        if (checkpoint.Size == 0)
            return Refuse(422, "an empty feed has nothing to cosign");
        var count = checkpoint.Size - offer.OldSize;
        if (count > LinkLimits.MaxEntriesPerPush)
            return Refuse(413, $"more than {LinkLimits.MaxEntriesPerPush} entries in one push");
        if (!EntryBatch.ReadEntries(bytes.Span, count, out var lost, out var rest).TryGet(out var entries, out why))
            return Refuse(400, why);
        if (!EntryBatch.TryReadBeside(rest, out var beside, out why))
            return Refuse(400, why);
        if (beside is { Checkpoint.Extensions.Count: > 0 })
            return Refuse(422, WitnessRule.Extended);

        var next = start.Clone();
        var completed = new List<SubtreeHash>();
        var headers = new List<EntryHeader>(entries.Count);
        var changes = new List<LineChange>();
        foreach (var entry in entries)
        {
            if (!EntryHeader.Parse(entry.Header).TryGet(out var header, out why))
                return Refuse(422, $"entry {Origin.Party}/{next.Size}: {why}");
            if (RefuseEntry(header, entry, next.Size, lost.Contains(headers.Count)) is { } reason)
                return Refuse(422, $"entry {Origin.Party}/{next.Size}: {reason}");
            headers.Add(header);
            next.Append(MerkleHash.Leaf(entry.Header), completed);
        }
        if (next.Root() != checkpoint.Root)
            return Refuse(422, "the entries do not hash to the checkpoint's root");

        if (
            beside is not null
            && roots.TryGetValue(beside.Checkpoint.Size, out var taken)
            && taken != beside.Checkpoint.Root
            && IsSignedByAuthor(beside)
        )
        {
            // The line stops here: of such a push nothing is taken, and nothing signed. LINK-51.
            return new Verdict(
                null,
                LinkAnswer.Refuse(422, "what stands beside the entries contradicts what its author signed before"),
                beside,
                null
            );
        }

        // With its author's signature alone: what others signed is checked and stored on its own.
        var signed =
            offer.Checkpoint.Keep([authorKey])
            ?? throw new InvalidOperationException("an offer without its author's signature passed the check");
        var cosignature = Cosignature.Sign(checkpoint, identity.Self, identity.CosignKey, now);
        if (entries.Count > 0)
            changes.Add(new LineChange.AppendFeed(Origin, start.Size, entries, completed, checkpoint.Root, signed));
        changes.Add(new LineChange.AddCosignature(Origin, identity.Self, cosignature, signed));
        changes.AddRange(OthersCosignatures(offer.Checkpoint, signed));
        if (beside is not null && IsKnown(beside))
            changes.AddRange(OthersCosignatures(beside, beside.Keep([authorKey])!));
        return new Verdict(
            new Step(
                signed,
                headers,
                lost.Select(i => offer.OldSize + (ulong)i).ToHashSet(),
                changes,
                next,
                cosignature
            ),
            null,
            null,
            null
        );
    }

    /// <summary>
    /// A carried push without the entries that are held already. Every entry up to its checkpoint is at hand, so the
    /// proof from the size held is made
    /// here; whether it holds, and what the entries are worth, <see cref="Check"/> says as of any other. What needs no
    /// change, or cannot be read, stays as it is.
    /// </summary>
    internal ReadOnlyMemory<byte> FromWhatIsHeld(ReadOnlyMemory<byte> push)
    {
        if (staged.Count > 0)
            throw new InvalidOperationException("what is held is not known while the store is writing");
        if (!EntryBatch.ReadOffer(push, out var bytes).TryGet(out var offer, out _))
            return push;
        var size = offer.Checkpoint.Checkpoint.Size;
        if (offer.OldSize >= Size || size <= Size || size - offer.OldSize > LinkLimits.MaxEntriesPerPush)
            return push;
        if (
            !EntryBatch
                .ReadEntries(bytes.Span, size - offer.OldSize, out var lost, out var rest)
                .TryGet(out var entries, out _)
        )
            return push;
        var held = (int)(Size - offer.OldSize);
        var leaves = new Hash[entries.Count - held];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = MerkleHash.Leaf(entries[held + i].Header);
        var shorter = new System.Buffers.ArrayBufferWriter<byte>(push.Length + LinkLimits.MaxPreambleBytes / 8);
        EntryBatch.WriteOffer(
            shorter,
            new CheckpointOffer(Size, Size == 0 ? [] : ConsistencyProof.Build(frontier, leaves), offer.Checkpoint)
        );
        for (var i = held; i < entries.Count; i++)
            EntryBatch.WriteEntry(shorter, entries[i], withBody: true, lost.Contains(i));
        System.Buffers.BuffersExtensions.Write(shorter, rest);
        return shorter.WrittenMemory;
    }

    /// <summary>Takes a step whose commit has been asked for.</summary>
    internal void Stage(Step step)
    {
        staged.Enqueue(step);
        lastStaged = step;
    }

    /// <summary>Moves the mirror: the store has made the oldest staged step durable.</summary>
    internal void Accept(Step step)
    {
        if (!ReferenceEquals(staged.Dequeue(), step))
            throw new InvalidOperationException("the store committed out of order");
        if (staged.Count == 0)
            lastStaged = null;
        frontier = step.Frontier;
        Root = step.Checkpoint.Checkpoint.Root;
        Latest = step.Checkpoint;
        Remember();
    }

    /// <summary>Checkpoints of this feed that were taken, so that one that others cosigned is known again without a
    /// look into the store. LINK-22.</summary>
    private readonly Dictionary<ulong, Hash> roots = [];
    private readonly Queue<ulong> remembered = new();

    private void Remember()
    {
        if (identity.Peers.Count < 2 || Size == 0 || !roots.TryAdd(Size, Root))
            return;
        remembered.Enqueue(Size);
        if (remembered.Count > LinkLimits.RememberedCheckpoints)
            roots.Remove(remembered.Dequeue());
    }

    private bool IsKnown(SignedCheckpoint earlier) =>
        roots.TryGetValue(earlier.Checkpoint.Size, out var root)
        && root == earlier.Checkpoint.Root
        && IsSignedByAuthor(earlier);

    /// <summary>True when the author signed another root at the very size that is held: evidence of a fork.</summary>
    internal bool Contradicts(SignedCheckpoint offered) => Differs(offered) && IsSignedByAuthor(offered);

    /// <summary>As above, where it is not known yet whether the author signed it.</summary>
    internal bool Differs(SignedCheckpoint offered) =>
        Latest is not null && offered.Checkpoint.Size == Size && offered.Checkpoint.Root != Root;

    /// <summary>True when the author signed a smaller checkpoint, whose root must be compared with ours at that
    /// size.</summary>
    internal bool IsOlderAndSigned(SignedCheckpoint offered) =>
        offered.Checkpoint.Size < Size && IsSignedByAuthor(offered);

    private bool IsSignedByAuthor(SignedCheckpoint offered) =>
        string.Equals(offered.Checkpoint.Origin, Origin.ToString(), StringComparison.Ordinal)
        && offered.Note.Check(authorKey) == SignatureCheck.Valid;

    private string? RefuseEntry(EntryHeader header, Entry entry, ulong place, bool lost)
    {
        if (header.Line != identity.Line)
            return "it belongs to another line";
        if (header.From != Origin.Party)
            return "it is by another party";
        if (header.Seq != place)
            return "its seq is not its place";
        if (place == 0)
        {
            if (header.Kind != LineOpened.Kind)
                return "the first entry of a feed is line.opened";
            if (entry.Body is null || !entry.Body.AsSpan().SequenceEqual(LineOpened.BodyFor(identity.Document.Hash)))
                return "it opens another line document";
        }
        else if (header.Kind == LineOpened.Kind)
            return "only entry 0 of a feed opens the line";
        if (entry.Body is not null)
        {
            if (header.Body is not { } commitment || header.Size != entry.Body.Length)
                return "its body is not the one its header commits to";
            if (Body.Commit(entry.Salt, entry.Body) != commitment)
                return "its body is not the one its header commits to";
            return IsForUs(header) ? null : "its body is addressed to others";
        }
        var due = header.Body is not null && header.Size <= Body.MaxInline && IsForUs(header);
        if (lost)
            return due ? null : "it is said to be without a body that it does not have";
        return due ? "its body is missing" : null;
    }

    internal bool IsForUs(EntryHeader header) => header.To is null || header.To.Contains(identity.Self);

    /// <summary>Others' cosignatures, as far as they verify, on a checkpoint that is the one held; none on any
    /// other.</summary>
    internal IEnumerable<LineChange.AddCosignature> CosignaturesOn(SignedCheckpoint shown) =>
        shown.Checkpoint.IsOf(Origin)
        && shown.Checkpoint.Size == Size
        && shown.Checkpoint.Root == Root
        && IsSignedByAuthor(shown)
        && shown.Keep([authorKey]) is { } signed
            ? OthersCosignatures(shown, signed)
            : [];

    private IEnumerable<LineChange.AddCosignature> OthersCosignatures(SignedCheckpoint offered, SignedCheckpoint signed)
    {
        foreach (var party in identity.Peers)
        {
            if (party == Origin.Party)
                continue;
            var key = identity.Document.CosignKey(party);
            if (
                offered
                    .Note.LinesOf(key)
                    ?.FirstOrDefault(line => Cosignature.Verify(line, key, offered.Checkpoint.Text)) is
                { } signature
            )
                yield return new LineChange.AddCosignature(Origin, party, signature, signed);
        }
    }

    private static Verdict Refuse(int status, string reason) =>
        new(null, LinkAnswer.Refuse(status, reason), null, null);
}
