using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Testing.Lines;

/// <summary>
/// One station of a <see cref="LineNetwork"/>: a real machine on a store in memory. Commits take time and are made in
/// order; a crash forgets
/// those that were not made. What the machine asks of the network goes there.
/// </summary>
public sealed class LineStation
{
    private readonly LineNetwork network;
    private readonly Queue<Action> commits = new();
    private readonly Dictionary<long, Action<LinkAnswer>> asked = [];
    private DateTimeOffset storeFree;
    private DateTimeOffset wake;
    private readonly HashSet<long> unsettled = [];
    private long lastToken;
    private int generation;

    internal LineStation(LineNetwork network, LineParty party)
    {
        this.network = network;
        Party = party;
        Identity = party.On(network.Document);
        Store = MemoryLineStore.For(network.Document);
        Machine = Load();
    }

    public LineParty Party { get; }
    public PartyId Id => Party.Id;
    public LineIdentity Identity { get; private set; }
    public MemoryLineStore Store { get; private set; }
    public LineMachine Machine { get; private set; }
    public bool Up { get; private set; } = true;
    public bool Attended { get; private set; }

    /// <summary>Everything reported, in order, over all restarts.</summary>
    public List<LineReport> Reports { get; } = [];

    /// <summary>Every request that the machine made, with its token, so that a test can answer in the peer's
    /// place.</summary>
    public List<LinkEffect.Send> Sends { get; } = [];

    /// <summary>What became of each append that was asked for.</summary>
    public Dictionary<long, AppendOutcome> Outcomes { get; } = [];

    /// <summary>True makes every commit fail until it is false again; the station then loads its machine
    /// anew.</summary>
    public bool StoreFails { get; set; }

    /// <summary>Failed commits leave the broken machine in place, to be looked at.</summary>
    public bool KeepsBrokenMachine { get; set; }

    /// <summary>Differs after every crash and reload, so that answers to an earlier life are not heard.</summary>
    internal int Life { get; private set; }

    /// <summary>Appends that have no outcome yet.</summary>
    public int Unsettled => unsettled.Count;

    public LineStatus Status => Machine.Status(network.Now);

    public PeerStatus StatusOf(PartyId peer) => Status.Peers.Single(p => p.Peer == peer);

    /// <summary>Asks for an append; its outcome comes to <see cref="Outcomes"/> under the token returned.</summary>
    public long Append(params IReadOnlyList<NewEntry> added)
    {
        var token = ++lastToken;
        if (Up)
        {
            unsettled.Add(token);
            Handle(new LinkEvent.AppendRequested(token, added));
        }
        else
            Outcomes[token] = new AppendOutcome.Refused("down", "the station is down");
        return token;
    }

    /// <summary>Two officers say that the station may sign on.</summary>
    public LinkAnswer SignOn(params IReadOnlyList<PartyId> without)
    {
        LinkAnswer? answer = null;
        Ask(token => new LinkEvent.SignOnDecided(token, without, [1]), a => answer = a);
        network.Run(TimeSpan.FromMilliseconds(20));
        return answer ?? throw new InvalidOperationException("nobody answered");
    }

    /// <summary>Starts the station anew with so much room for the attachments of each other party.</summary>
    public void RestartWithQuota(long attachments)
    {
        Crash();
        Identity = Identity with { AttachmentQuota = attachments };
        Restart();
    }

    public void SetAttended(bool attended)
    {
        Attended = attended;
        Handle(new LinkEvent.AttendanceChanged(attended));
    }

    /// <summary>Kills the process: what was not durable is gone. <paramref name="made"/> of the commits under way still
    /// reach the disk.</summary>
    public void Crash(int made = 0)
    {
        for (; made > 0 && commits.TryDequeue(out var commit); made--)
            commit();
        Stop();
        Up = false;
        network.LineWentDead(this);
    }

    public void Restart(MemoryLineStore? from = null)
    {
        if (from is not null)
            Store = from;
        Up = true;
        Machine = Load();
        Handle(new LinkEvent.Tick());
    }

    public void Handle(LinkEvent what)
    {
        if (!Up)
            return;
        var life = Life;
        foreach (var effect in Machine.Handle(what, network.Now))
        {
            if (Life == life)
                Do(effect);
        }
        if (Life != life || Machine.NextWake == wake || Machine.NextWake == DateTimeOffset.MaxValue)
            return;
        var due = wake = Machine.NextWake;
        network.At(
            due,
            () =>
            {
                if (Life != life || wake != due)
                    return;
                wake = default;
                Handle(new LinkEvent.Tick());
            }
        );
    }

    /// <summary>Brings a peer's request to the machine.</summary>
    internal void Ask(PartyId from, LinkRequest request, Action<LinkAnswer> answered) =>
        Ask(token => new LinkEvent.RequestArrived(token, from, request), answered);

    /// <summary>Gives the machine an event that it answers with a reply; the event carries the token given.</summary>
    public void Ask(Func<long, LinkEvent> what, Action<LinkAnswer> answered)
    {
        var token = ++lastToken;
        asked[token] = answered;
        Handle(what(token));
    }

    /// <param name="broken">The machine whose place it takes after a fault of the store; null at the start of the
    /// process.</param>
    private LineMachine Load(LineMachine? broken = null)
    {
        var loaded = Store.Load(Id, Attended);
        var old = broken?.Status(network.Now);
        return new(
            Identity,
            loaded with
            {
                Opening = Store.Feeds[Id].Size == 0 ? network.Opening() : null,
                OffRecord = broken?.Unrecorded,
                Restored = loaded.Restored || old is { CatchingUp: true, Foreign: null, IsOpening: false },
                Foreign = loaded.Foreign ?? old?.Foreign,
                Stopped = loaded.Stopped || old is { Stopped: true },
            },
            network.Now,
            generation++
        );
    }

    private void Stop()
    {
        Life++;
        commits.Clear();
        asked.Clear();
        unsettled.Clear();
        wake = default;
    }

    private void Do(LinkEffect effect)
    {
        switch (effect)
        {
            case LinkEffect.Commit commit:
                Commit(commit.Changes, commit.Token);
                break;
            case LinkEffect.Note note:
                Commit([note.Change], null);
                break;
            case LinkEffect.Send send:
                Sends.Add(send);
                network.Send(this, send);
                break;
            case LinkEffect.Reply reply when asked.Remove(reply.Token, out var answered):
                answered(reply.Answer);
                break;
            case LinkEffect.Reply reply:
                throw new InvalidOperationException(
                    $"{Id} answers request {reply.Token}, which is answered already or was never asked: {reply.Answer.Status}"
                );
            case LinkEffect.Settle { Token: 0 }:
                break; // the station's own entries: nobody asked
            case LinkEffect.Settle settle:
                unsettled.Remove(settle.Token);
                Outcomes.Add(settle.Token, settle.Outcome);
                break;
            case LinkEffect.Report report:
                Reports.Add(report.What);
                network.Invariants.Reported(this, report.What);
                break;
            default:
                Read(effect);
                break;
        }
    }

    private void Read(LinkEffect effect) =>
        network.Later(
            this,
            network.StoreDelay(),
            () =>
                Handle(
                    effect switch
                    {
                        LinkEffect.ReadEntries read => new LinkEvent.EntriesRead(
                            read.Token,
                            Store.Read(read.Feed.Party, read.From, read.Max, read.MaxBytes)
                        ),
                        LinkEffect.ReadFrontier read => new LinkEvent.FrontierRead(
                            read.Token,
                            Store.Feeds[read.Feed.Party].FrontierAt(read.Size)
                        ),
                        LinkEffect.ReadConsistency read => new LinkEvent.ConsistencyRead(
                            read.Token,
                            ConsistencyProof.Build(read.OldSize, read.NewSize, Store.Feeds[read.Feed.Party].Tile)
                        ),
                        LinkEffect.ReadAttachment read => new LinkEvent.AttachmentRead(read.Token, Chunk(read)),
                        LinkEffect.ReadAttachmentState read => Store.Attachments.TryGetValue(
                            read.Attachment,
                            out var held
                        )
                            ? new LinkEvent.AttachmentStateRead(
                                read.Token,
                                held.Length,
                                held.Held.Length,
                                held.Complete
                            )
                            : new LinkEvent.AttachmentStateRead(read.Token, 0, 0, false),
                        LinkEffect.CheckAttachment check => new LinkEvent.AttachmentChecked(
                            check.Token,
                            Store.Attachments.TryGetValue(check.Attachment, out var whole)
                                && whole.Held.Length == whole.Length
                                && Sha256.Of(whole.Held) == check.Attachment.Commitment
                        ),
                        _ => throw new InvalidOperationException($"unknown effect {effect.GetType().Name}"),
                    }
                )
        );

    private byte[] Chunk(LinkEffect.ReadAttachment read)
    {
        var bytes = Store.Attachments[read.Attachment].Held;
        return bytes[(int)read.Offset..(int)Math.Min(bytes.Length, read.Offset + read.Length)];
    }

    /// <param name="changes">Made durable together.</param>
    /// <param name="token">Null when nothing waits for them.</param>
    private void Commit(IReadOnlyList<LineChange> changes, long? token)
    {
        var due = network.Now + network.StoreDelay();
        storeFree = due > storeFree ? due : storeFree;
        var fault = "";
        var conflict = false;
        var done = false;
        commits.Enqueue(() =>
        {
            done = true;
            try
            {
                if (StoreFails)
                    throw new StoreRefused("the disk is full", conflict: false);
                network.Invariants.Committing(this, changes);
                Store.Apply(changes);
            }
            catch (StoreRefused e)
            {
                fault = e.Message;
                conflict = e.Conflict;
            }
        });
        network.Later(
            this,
            storeFree - network.Now,
            () =>
            {
                if (!done)
                    commits.Dequeue()();
                if (token is not { } awaited)
                    return;
                if (fault.Length == 0)
                {
                    Handle(new LinkEvent.Committed(awaited));
                    return;
                }
                network.StoreFaults.Add((Id, fault));
                Handle(new LinkEvent.CommitFailed(awaited, fault, Conflict: conflict));
                if (KeepsBrokenMachine || !Machine.IsBroken)
                    return;
                Stop();
                Reload();
            }
        );
    }

    /// <summary>As a station does after a fault: wait until the store takes writes, then start from what it
    /// holds.</summary>
    private void Reload()
    {
        if (StoreFails)
        {
            network.Later(this, TimeSpan.FromSeconds(1), Reload);
            return;
        }
        Machine = Load(Machine);
        Handle(new LinkEvent.Tick());
    }
}
