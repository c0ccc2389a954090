using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Simulation;

/// <summary>
/// A party that does not keep the protocol. Its station is a real one, so that it gets as far as anybody can; what it
/// says is bent on its way out: other roots
/// under its own signature, cosignatures of another checkpoint or key, old requests once more, sizes that are not,
/// bytes that are nothing. And it may run a second
/// station with the same keys from a copy of its store, which tells half of the others another history.
/// </summary>
internal sealed class Liar(World world, SimStation first) : IDisposable
{
    private const int MaxRemembered = 64;
    private const int FloodRequests = 120;
    private readonly List<LinkRequest> requests = [];
    private readonly List<LinkAnswer> answers = [];
    private SimStation? twin;
    private bool swapped;
    private double lies = world.Setup.Lies / 4;

    internal PartyId Id => first.Id;
    internal SimStation? Twin => twin;

    /// <summary>Entries of a feed that either of its stations holds.</summary>
    internal ulong HeldOf(Origin feed) =>
        Math.Max(first.Durable.GetValueOrDefault(feed), twin?.Durable.GetValueOrDefault(feed) ?? 0);

    internal bool Is(SimStation station) => station == first || station == twin;

    internal void LieMore() => lies = Math.Min(0.9, lies + world.Setup.Lies);

    internal void LieLess() => lies = 0;

    /// <summary>A second station with the same keys and everything that the first has. Half of the others is served by
    /// it from now on.</summary>
    internal void Split()
    {
        if (twin is not null || !first.Up)
            return;
        twin = new SimStation(world, first.Index, first.Party, 1, twin: true, first.CopyDisk());
        twin.Restart();
    }

    internal void Swap() => swapped = !swapped;

    /// <summary>Which of the two stations a request to the liar reaches; the liar's own requests go where they are
    /// meant.</summary>
    internal SimStation? Route(SimLine from, PartyId to) =>
        to != Id || twin is null ? null
        : Serves(from.Station) ? first
        : twin;

    private bool Serves(SimStation other) => (other.Index + (swapped ? 1 : 0)) % 2 == first.Index % 2;

    /// <summary>The twins do not speak to the same others.</summary>
    private bool Speaks(SimStation self, PartyId to) => twin is null || Serves(world[to]) == (self == first);

    internal LinkRequest Bend(SimLine from, PartyId to, LinkRequest request)
    {
        requests.Add(request);
        if (requests.Count > MaxRemembered)
            requests.RemoveAt(world.Next(MaxRemembered));
        if (!Speaks(from.Station, to))
            return request with { Verb = LinkVerb.Heartbeat, Body = "{"u8.ToArray() };
        if (!world.IsFaulty || !world.Chance(lies))
            return request;
        return world.Next(5) switch
        {
            0 => request with { Body = Scramble(request.Body) },
            1 => requests[world.Next(requests.Count)],
            2 => request with { Seq = (ulong)world.Next(8), Offset = world.Next(100_000) },
            3 => new LinkRequest((LinkVerb)world.Next(9), request.Body, request.Seq, request.Offset),
            _ => request.Verb switch
            {
                LinkVerb.Push => request with { Body = OtherRoot(from, request.Body) },
                LinkVerb.Heartbeat => request with { Body = OtherHeartbeat(from, request.Body) },
                LinkVerb.Pull => request with { Body = new PullRequest((ulong)world.Next(20), Foreign(from)).Encode() },
                _ => request with { Body = Scramble(request.Body) },
            },
        };
    }

    internal LinkAnswer Bend(LineId line, LinkAnswer answer)
    {
        answers.Add(answer);
        if (answers.Count > MaxRemembered)
            answers.RemoveAt(world.Next(MaxRemembered));
        if (!world.IsFaulty || !world.Chance(lies) || first.Lines[line] is not { } own)
            return answer;
        return world.Next(6) switch
        {
            0 => answer with { Body = Scramble(answer.Body) },
            1 => answers[world.Next(answers.Count)], // a stale one, or one that belongs to something else
            2 => LinkAnswer.Conflict((ulong)world.Next(30)),
            3 => new LinkAnswer(world.Next(100, 600), answer.ContentType, answer.Body),
            4 => LinkAnswer.Ok(LinkAnswer.Text, Encoding.UTF8.GetBytes(Foreign(own).ToLine())),
            _ => answer.ContentType == LinkAnswer.Json
                ? answer with
                {
                    Body = OtherHeartbeat(own, answer.Body),
                }
                : answer with
                {
                    Body = OtherRoot(own, answer.Body),
                },
        };
    }

    private byte[] Scramble(ReadOnlyMemory<byte> from)
    {
        var bytes = from.ToArray();
        if (bytes.Length == 0)
            return world.Bytes(world.Next(64));
        if (world.Chance(0.3))
            return bytes[..world.Next(bytes.Length)];
        for (var flips = 1 + world.Next(3); flips > 0; flips--)
            bytes[world.Next(bytes.Length)] ^= (byte)(1 << world.Next(8));
        return bytes;
    }

    /// <summary>A root that no entries have, signed with the key that counts.</summary>
    private SignedCheckpoint Forge(SimLine own, ulong size) =>
        SignedCheckpoint.Sign(
            new Checkpoint(own.Identity.Own, size, new Hash(world.Bytes(Hash.Length))),
            own.Identity.Own,
            first.Party.Log
        );

    private ReadOnlyMemory<byte> OtherRoot(SimLine own, ReadOnlyMemory<byte> push)
    {
        if (!EntryBatch.ReadOffer(push, out var entries).TryGet(out var offer, out _))
            return Scramble(push);
        var bytes = new ArrayBufferWriter<byte>();
        var size = world.Chance(0.3) ? offer.OldSize : offer.Checkpoint.Checkpoint.Size;
        EntryBatch.WriteOffer(
            bytes,
            offer with
            {
                Checkpoint = Forge(own, size),
                Proof = world.Chance(0.5) ? offer.Proof : [],
            }
        );
        bytes.Write(entries.Span);
        return bytes.WrittenMemory;
    }

    private ReadOnlyMemory<byte> OtherHeartbeat(SimLine own, ReadOnlyMemory<byte> heartbeat)
    {
        if (!Heartbeat.Parse(heartbeat.Span).TryGet(out var said, out _))
            return Scramble(heartbeat);
        var checkpoints = new Dictionary<string, string>(said.Checkpoints);
        var about = own.Document.Parties.ElementAt(world.Next(own.Document.Parties.Count()));
        if (about != Id || world.Chance(0.3))
        {
            // Others' feeds can only be lied about without their signature: another size, another root, or nothing at
            // all.
            if (about == Id)
                checkpoints[Id.Value] = Encoding.UTF8.GetString(Forge(own, (ulong)world.Next(20)).Encode());
            else if (world.Chance(0.5))
                checkpoints.Remove(about.Value);
            else
                checkpoints[about.Value] = Encoding.UTF8.GetString(
                    SignedCheckpoint
                        .Sign(
                            new Checkpoint(new Origin(own.Id, about), 1000, default),
                            new Origin(own.Id, about),
                            first.Party.Log
                        )
                        .Encode()
                );
        }
        return (
            said with
            {
                Checkpoints = checkpoints,
                Wants = world.Chance(0.3) ? (ulong)world.Next(12) : null,
                At = said.At.AddDays(world.Next(-900, 900)),
                Attended = world.Chance(0.5),
            }
        ).Encode();
    }

    /// <summary>A cosignature that is its own, and on something else; or one under a key that is none.</summary>
    private NoteSignature Foreign(SimLine own)
    {
        var peer = own.Identity.Peers[world.Next(own.Identity.Peers.Count)];
        var other = new Checkpoint(
            new Origin(own.Id, peer),
            (ulong)world.Next(1, 40),
            new Hash(world.Bytes(Hash.Length))
        );
        return Cosignature.Sign(
            other,
            world.Chance(0.5) ? Id : peer,
            world.Chance(0.7) ? first.Party.Cosign : first.Party.Identity,
            world.Now
        );
    }

    /// <summary>Very many requests in one moment, of all kinds, some well-formed and most not.</summary>
    internal void Flood(SimStation at, LineId line)
    {
        if (!first.Up || at == first || first.Lines[line] is null || at.Lines[line] is not { } target)
            return;
        for (var i = 0; i < FloodRequests; i++)
        {
            var request =
                requests.Count > 0 && world.Chance(0.6)
                    ? requests[world.Next(requests.Count)]
                    : new LinkRequest(
                        (LinkVerb)world.Next(9),
                        world.Bytes(world.Next(200)),
                        (ulong)world.Next(10),
                        world.Next(1000)
                    );
            world.At(
                world.Now + world.Way(),
                () =>
                {
                    if (at.Up && at.Lines[line] == target)
                        target.Ask(Id, request, _ => { });
                }
            );
        }
    }

    /// <summary>
    /// At the end, in the open: shows a station a checkpoint of the size that it holds, with another root. It must stop
    /// the line, and keep what convinces others.
    /// </summary>
    internal bool Confess(SimStation to, LineId line)
    {
        if (
            to.Lines[line] is not { } target
            || first.Lines[line] is not { } own
            || to == first
            || target.Status.Stopped
            || target.Machine.SizeOf(Id) == 0
        )
            return false;
        var forged = Forge(own, target.Machine.SizeOf(Id));
        var heartbeat = new Heartbeat
        {
            Parley = 1,
            At = world.Now,
            Attended = false,
            Checkpoints = new Dictionary<string, string> { [Id.Value] = Encoding.UTF8.GetString(forged.Encode()) },
        };
        target.Ask(Id, new LinkRequest(LinkVerb.Heartbeat, heartbeat.Encode()), _ => { });
        return true;
    }

    /// <summary>Whose name a file of its own bears: who holds a line's secret can seal in anybody's.</summary>
    internal PartyId NameForFile(SimLine own, PartyId to, Random draws) =>
        draws.Next(3) == 0 && own.Identity.Peers.Where(p => p != to).ToList() is { Count: > 0 } others
            ? others[draws.Next(others.Count)]
            : Id;

    /// <summary>A file that no station would make: other roots, others' pushes, receipts that are none, bytes of no
    /// attachment, in any order.</summary>
    internal byte[] Seal(SimLine own, PartyId name, PartyId to, LineSecret secret, Random draws)
    {
        using var sealer = CarrySealer.Create(own.Id, name, own.Document.CardOf(to)!, secret, first.Party.Log)!;
        var file = new MemoryStream();
        file.Write(sealer.Head.Span);
        file.Write(
            sealer.Seal(
                new CarryPart.Opening(new string('a', 2 * CarryPart.IdLength), world.Now, 0, (ulong)draws.Next(50))
            )
        );
        var pushes = requests.Where(r => r.Verb == LinkVerb.Push && r.Body.Length > 0).ToList();
        for (var parts = draws.Next(1, 6); parts > 0; parts--)
        {
            file.Write(
                sealer.Seal(
                    draws.Next(6) switch
                    {
                        0 => new CarryPart.Cosigned(Forge(own, (ulong)draws.Next(20)).With(Foreign(own))),
                        1 when own.Machine.LatestOf(to) is { } theirs => new CarryPart.Cosigned(
                            theirs.With(Foreign(own))
                        ),
                        2 => FalseAttachment(own, name, draws),
                        3 when pushes.Count > 0 => new CarryPart.Push(
                            OtherRoot(own, pushes[draws.Next(pushes.Count)].Body)
                        ),
                        4 when pushes.Count > 0 => new CarryPart.Push(Scramble(pushes[draws.Next(pushes.Count)].Body)),
                        _ when pushes.Count > 0 => new CarryPart.Push(pushes[draws.Next(pushes.Count)].Body),
                        _ => new CarryPart.Push(world.Bytes(draws.Next(200))),
                    }
                )
            );
        }
        if (draws.Next(4) > 0)
            file.Write(sealer.SealEnd());
        return file.ToArray();
    }

    /// <summary>Bytes that are not those of an attachment that the party announced, often as many; or of none at
    /// all.</summary>
    private CarryPart.Attachment FalseAttachment(SimLine own, PartyId name, Random draws)
    {
        var announced = own
            .Station.Store.ReadFeed(new Origin(own.Id, name), 0, 500, 4 << 20, withBodies: false)
            .Select(e => EntryHeader.Parse(e.Header).Required())
            .Where(h => h.Size > Body.MaxInline)
            .ToList();
        if (announced.Count == 0)
            return new CarryPart.Attachment(
                (ulong)draws.Next(12),
                draws.Next(3) == 0 ? draws.Next(100_000) : 0,
                world.Bytes(draws.Next(1, 3000))
            );
        var of = announced[draws.Next(3) == 0 ? draws.Next(announced.Count) : ^1];
        return new CarryPart.Attachment(
            of.Seq,
            0,
            world.Bytes(
                (int)
                    Math.Min(
                        of.Size + Body.SaltLength,
                        draws.Next(2) == 0 ? LinkLimits.AttachmentChunkBytes : draws.Next(1, 5000)
                    )
            )
        );
    }

    public void Dispose() => twin?.Dispose();
}
