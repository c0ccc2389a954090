using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Testing.Lines;

/// <summary>What a network does to requests, each as a chance from 0 to 1. Nothing of it, by default.</summary>
public sealed record NetworkFaults
{
    public static NetworkFaults None { get; } = new();

    /// <summary>The request vanishes; its asker learns it when its time is over.</summary>
    public double Drop { get; init; }

    /// <summary>The connection is cut while the answer is on its way.</summary>
    public double LoseAnswer { get; init; }

    /// <summary>The request arrives twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>The request arrives again up to a minute later.</summary>
    public double Replay { get; init; }

    /// <summary>Longest way of a message; the shortest is 1 ms. Messages that differ by this overtake each
    /// other.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Longest time of a read or commit.</summary>
    public TimeSpan MaxStoreDelay { get; init; } = TimeSpan.FromMilliseconds(1);
}

/// <summary>
/// A line in memory: real machines, stores that forget what was not committed, one simulated clock, and a network whose
/// faults follow from a seed. The same
/// seed and calls give the same run. After every step <see cref="Invariants"/> are checked.
/// </summary>
public sealed class LineNetwork
{
    public static readonly DateTimeOffset Epoch = new(2022, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long Due, long Order)> agenda = new();
    private readonly HashSet<(PartyId From, PartyId To)> cuts = [];
    private readonly Dictionary<PartyId, LineStation> stations = [];
    private readonly Random random;
    private long scheduled;

    /// <summary>Steps since the clock last moved: more than this is a loop that would burn a processor.</summary>
    private const int MaxStepsWithoutTime = 20_000;
    private int busy;

    /// <param name="seed">Decides every chance.</param>
    /// <param name="parties">Names; one that starts with '-' has a card without addresses and cannot be
    /// dialled.</param>
    public LineNetwork(int seed, params IReadOnlyList<string> parties)
    {
        random = new Random(seed);
        Now = Epoch;
        var cards = parties.Select(p => LineParty.Named(p.TrimStart('-')).Card(dialable: p[0] != '-')).ToList();
        Document = LineDocument.Create(
            "north",
            "Northern line",
            Epoch,
            Bytes(LineDocument.NonceLength),
            cards,
            LinePolicy.Default
        );
        Invariants = new LineInvariants(this);
        foreach (var party in parties)
        {
            var station = new LineStation(this, LineParty.Named(party.TrimStart('-')));
            stations.Add(station.Id, station);
        }
        foreach (var station in stations.Values)
            station.Handle(new LinkEvent.Tick());
    }

    /// <summary>
    /// A second station with the keys and the store of a party, beside it: it dials the others, who cannot tell it from
    /// the first, and is dialled by nobody. What
    /// the party writes has no one history any more.
    /// </summary>
    public LineStation Clone(string party)
    {
        var of = this[party];
        Invariants.Lost(of.Id);
        Invariants.Diverged.Add(of.Id);
        var clone = new LineStation(this, of.Party);
        clone.Restart(of.Store.Copy());
        return clone;
    }

    /// <summary>Events so far.</summary>
    public long Steps { get; private set; }

    public DateTimeOffset Now { get; private set; }
    public LineDocument Document { get; }
    public LineInvariants Invariants { get; }
    public NetworkFaults Faults { get; set; } = NetworkFaults.None;
    public IReadOnlyCollection<LineStation> Stations => stations.Values;
    public LineStation this[string party] => stations[PartyId.Parse(party)];
    public LineStation this[PartyId party] => stations[party];

    /// <summary>Every request that was sent, in order.</summary>
    public List<(PartyId From, PartyId To, LinkRequest Request)> Sent { get; } = [];

    /// <summary>Faults of stores, among them changes that a store found contradictory.</summary>
    public List<(PartyId Station, string Reason)> StoreFaults { get; } = [];

    /// <summary>Parties of another make, whose heartbeats name no feed: they keep to the protocol and say no more than
    /// they must.</summary>
    public HashSet<PartyId> Terse { get; } = [];

    /// <summary>Parties whose stations are older than LINK-101: they refuse, with 400, the question for what there is
    /// not.</summary>
    public HashSet<PartyId> Older { get; } = [];

    private LinkRequest Spoken(PartyId from, LinkRequest request) =>
        request.Verb == LinkVerb.Heartbeat && Terse.Contains(from)
            ? request with
            {
                Body = Tersely(request.Body),
            }
            : request;

    /// <summary>What a party's station answers in the place of what it would; by whom, and to which request.</summary>
    public Func<PartyId, LinkVerb, LinkAnswer, LinkAnswer>? Bend { get; set; }

    /// <summary>What a party answers at once, whatever its station would; by whom, and to which request.</summary>
    public Func<PartyId, LinkVerb, LinkAnswer?>? Instead { get; set; }

    private LinkAnswer Spoken(PartyId from, LinkVerb verb, LinkAnswer answer) =>
        verb switch
        {
            _ when Bend is { } bend => bend(from, verb, answer),
            LinkVerb.Heartbeat when answer.Status == 200 && Terse.Contains(from) => answer with
            {
                Body = Tersely(answer.Body),
            },
            LinkVerb.Recover when answer.Status is 204 or 503 && Older.Contains(from) => LinkAnswer.Refuse(
                400,
                "there is nothing of yours from that size"
            ),
            _ => answer,
        };

    private static byte[] Tersely(ReadOnlyMemory<byte> heartbeat) =>
        Heartbeat.Parse(heartbeat.Span).TryGet(out var said, out _)
            ? (said with { Checkpoints = new Dictionary<string, string>(), Storing = null }).Encode()
            : heartbeat.ToArray();

    /// <summary>Seen before each request is delivered; true holds it back for good.</summary>
    public Func<PartyId, PartyId, LinkRequest, bool>? Intercept { get; set; }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    internal NewEntry Opening() =>
        new()
        {
            Kind = LineOpened.Kind,
            By = new Officer("admin", "Opener"),
            Salt = Bytes(Body.SaltLength),
            Body = LineOpened.BodyFor(Document.Hash),
        };

    /// <summary>A message of an officer, with a salt from the seed.</summary>
    public NewEntry Message(
        string text,
        Precedence precedence = Precedence.Routine,
        Mark mark = Mark.Actual,
        IReadOnlyList<string>? to = null
    ) =>
        new()
        {
            Kind = "message.sent",
            Mark = mark,
            Precedence = precedence,
            By = new Officer("watch", "A. Officer"),
            Salt = Bytes(Body.SaltLength),
            Body = Encoding.UTF8.GetBytes(text),
            To = to is null ? null : [.. to.Select(PartyId.Parse)],
        };

    /// <summary>Puts a file into the author's store and gives the new entry whose header commits to it.</summary>
    public NewEntry File(string author, int length, IReadOnlyList<string>? to = null)
    {
        var bytes = Bytes(Body.SaltLength + length);
        var commitment = Sha256.Of(bytes);
        this[author].Store.Attachments[new AttachmentId(this[author].Identity.Own, commitment)] =
            new MemoryLineStore.Attachment(bytes.Length) { Held = bytes, Complete = true };
        return Message("", to: to) with
        {
            Kind = "message.file",
            Salt = null,
            Body = null,
            Attachment = new AttachedBody(commitment, length),
        };
    }

    /// <summary>Cuts what <paramref name="from"/> dials; the other way stays.</summary>
    public void CutDialling(string from, string to) => cuts.Add((PartyId.Parse(from), PartyId.Parse(to)));

    public void Cut(string a, string b)
    {
        CutDialling(a, b);
        CutDialling(b, a);
    }

    public void Heal() => cuts.Clear();

    /// <summary>Asks as <paramref name="from"/>, past the machines: what a hostile or broken station could send. Null
    /// while unanswered.</summary>
    public Func<LinkAnswer?> Ask(PartyId from, PartyId to, LinkRequest request)
    {
        LinkAnswer? answer = null;
        stations[to].Ask(from, request, a => answer = a);
        return () => answer;
    }

    /// <summary>Asks, lets <paramref name="within"/> pass and gives the answer.</summary>
    public LinkAnswer Answer(string from, string to, LinkRequest request, TimeSpan? within = null)
    {
        var answer = Ask(PartyId.Parse(from), PartyId.Parse(to), request);
        Run(within ?? TimeSpan.FromMilliseconds(20));
        return answer() ?? throw new InvalidOperationException($"{to} did not answer");
    }

    public void Run(TimeSpan time)
    {
        var end = Now + time;
        while (agenda.TryPeek(out _, out var next) && next.Due <= end.UtcTicks)
            Step();
        Now = end;
    }

    /// <summary>Runs until it holds; false when it does not within the time.</summary>
    public bool RunUntil(Func<bool> holds, TimeSpan within)
    {
        var end = Now + within;
        while (!holds())
        {
            if (!agenda.TryPeek(out _, out var next) || next.Due > end.UtcTicks)
            {
                Now = end;
                return false;
            }
            Step();
        }
        return true;
    }

    /// <summary>True when every feed is open and everything that anyone wrote is held and known to be cosigned by
    /// everybody.</summary>
    public bool IsSettled() =>
        stations.Values.All(s =>
            s.Up
            && s.Unsettled == 0
            && Document.Parties.All(author =>
                s.Machine.SizeOf(author) > 0
                && s.Machine.SizeOf(author) == stations[author].Store.Feeds[author].Size
                && s.Machine.SealedSize(author) == s.Machine.SizeOf(author)
            )
        );

    internal void At(DateTimeOffset due, Action action) =>
        agenda.Enqueue(action, (Math.Max(due.UtcTicks, Now.UtcTicks), ++scheduled));

    /// <summary>Does something for a station unless it has crashed or started anew by then.</summary>
    internal void Later(LineStation station, TimeSpan after, Action action)
    {
        var life = station.Life;
        At(
            Now + after,
            () =>
            {
                if (station.Life == life && station.Up)
                    action();
            }
        );
    }

    internal TimeSpan StoreDelay() => UpTo(Faults.MaxStoreDelay);

    internal void Send(LineStation from, LinkEffect.Send send)
    {
        Sent.Add((from.Id, send.To, send.Request));
        Invariants.Sending(from, send);
        var to = stations[send.To];
        var call = new Call(this, from, to, send);
        At(Now + send.Timeout, () => call.Fail("timed out"));
        if (!call.IsOpen)
            At(Now + Way(), () => call.Fail("unreachable"));
        else if (Intercept?.Invoke(from.Id, to.Id, send.Request) != true && !Chance(Faults.Drop))
        {
            At(Now + Way(), call.Deliver);
            if (Chance(Faults.Duplicate))
                At(Now + Way(), call.Deliver);
            if (Chance(Faults.Replay))
                At(Now + UpTo(TimeSpan.FromMinutes(1)), call.Deliver);
        }
    }

    /// <summary>The process is gone: whoever waits for it learns that the connection broke.</summary>
    internal void LineWentDead(LineStation station)
    {
        foreach (var call in calls.Where(c => c.To == station).ToList())
            At(Now + Way(), () => call.Fail("connection reset"));
    }

    private readonly HashSet<Call> calls = [];

    /// <summary>One request and its one answer.</summary>
    private sealed class Call
    {
        private readonly LineNetwork network;
        private readonly LineStation from;
        private readonly LinkEffect.Send send;
        private readonly int life;
        private bool delivered;

        internal Call(LineNetwork network, LineStation from, LineStation to, LinkEffect.Send send)
        {
            (this.network, this.from, To, this.send, life) = (network, from, to, send, from.Life);
            network.calls.Add(this);
        }

        internal LineStation To { get; }

        internal bool IsOpen => To.Up && To.Identity.AcceptsConnections && !network.cuts.Contains((from.Id, To.Id));

        internal void Deliver()
        {
            if (delivered && send.Request.Verb == LinkVerb.Pull)
                network.Invariants.Repeated(from.Id);
            delivered = true;
            if (!IsOpen)
            {
                Fail("cut");
                return;
            }
            if (network.Instead?.Invoke(To.Id, send.Request.Verb) is { } instead)
            {
                Answer(instead);
                return;
            }
            To.Ask(
                from.Id,
                network.Spoken(from.Id, send.Request),
                made =>
                {
                    network.Invariants.Answering(To, from.Id, send.Request, made);
                    Answer(network.Spoken(To.Id, send.Request.Verb, made));
                }
            );
        }

        private void Answer(LinkAnswer answer)
        {
            if (network.Chance(network.Faults.LoseAnswer))
                return;
            network.At(
                network.Now + network.Way(),
                () =>
                {
                    if (!IsOpen)
                        Fail("cut");
                    else if (network.calls.Remove(this) && from.Life == life)
                        from.Handle(new LinkEvent.AnswerArrived(send.Token, answer));
                }
            );
        }

        internal void Fail(string reason)
        {
            if (network.calls.Remove(this) && from.Life == life)
                from.Handle(new LinkEvent.SendFailed(send.Token, reason));
        }
    }

    private void Step()
    {
        agenda.TryDequeue(out var action, out var at);
        var due = new DateTimeOffset(at.Due, TimeSpan.Zero);
        busy = due == Now ? busy + 1 : 0;
        if (busy > MaxStepsWithoutTime)
            throw new InvariantBroken("a machine keeps itself busy without end");
        Now = due;
        Steps++;
        action!();
        Invariants.Check();
    }

    internal bool Chance(double chance) => chance > 0 && random.NextDouble() < chance;

    private TimeSpan Way() => TimeSpan.FromMilliseconds(1) + UpTo(Faults.MaxDelay - TimeSpan.FromMilliseconds(1));

    private TimeSpan UpTo(TimeSpan most) =>
        most <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(random.NextInt64(most.Ticks + 1));
}
