using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;

namespace Parley.Fuzz;

/// <summary>
/// The link itself: requests of every verb and answers to whatever a station asked, given to a real machine that was
/// loaded from a real record. Only the machine's
/// step is measured; what it asks of the store is not done.
/// </summary>
internal sealed class LinkTargets
{
    private const int InputsForOneMachine = 400;
    private readonly LineNetwork net;
    private readonly LineStation us;
    private readonly PartyId ru;
    private readonly Dictionary<long, LinkEffect.Send> asked = [];
    private LineMachine machine = null!;
    private int used = InputsForOneMachine;
    private int generation;
    private long token;
    private DateTimeOffset now;

    internal LinkTargets(int seed)
    {
        net = new LineNetwork(seed, "us", "ru", "icrc");
        net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(60));
        net["ru"].Append(net.Message("one"), net.Message("two"), net.File("ru", Body.MaxInline + 5000));
        net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(60));
        (us, ru) = (net["us"], PartyId.Parse("ru"));
        var samples = new List<byte[]>();
        foreach (var (from, to, request) in net.Sent)
        {
            if (from == ru && to == us.Id)
                samples.Add(Encode(request));
        }
        samples.AddRange([
            Encode(new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode())),
            Encode(new LinkRequest(LinkVerb.Recover, "from 1\n"u8.ToArray())),
            Encode(new LinkRequest(LinkVerb.Bring, Sent(LinkVerb.Push), Offset: 0)),
            Encode(new LinkRequest(LinkVerb.AttachmentHeld, default, 3)),
            Encode(new LinkRequest(LinkVerb.AttachmentGet, default, 1)),
            Encode(new LinkRequest(LinkVerb.OffRecord, OffRecord())),
        ]);
        var answers = new List<byte[]>
        {
            EncodeAnswer(new LinkAnswer(200, LinkAnswer.Json, Sent(LinkVerb.Heartbeat))),
            EncodeAnswer(new LinkAnswer(200, LinkAnswer.Bytes, Sent(LinkVerb.Push))),
            EncodeAnswer(LinkAnswer.Conflict(3)),
            EncodeAnswer(LinkAnswer.Nothing),
            EncodeAnswer(
                LinkAnswer.Ok(
                    LinkAnswer.Text,
                    System.Text.Encoding.UTF8.GetBytes(us.Store.Feeds[ru].Newest!.Note.Signatures[0].ToLine())
                )
            ),
            EncodeAnswer(
                new LinkAnswer(200, LinkAnswer.Json, new AttachmentHeld { Held = 4, Complete = false }.Encode())
            ),
        };
        // The machine keeps what it is told until it is loaded anew: bounded by the request, and by what it has read of
        // its own record.
        All =
        [
            new Target("link request", samples, Request) { Share = 60, Allocation = (2 * 1024 * 1024, 400) },
            new Target("link answer", answers, Answer) { Share = 60, Allocation = (2 * 1024 * 1024, 400) },
        ];
    }

    internal IReadOnlyList<Target> All { get; }

    private byte[] Sent(LinkVerb verb) =>
        net.Sent.Last(s => s.From == ru && s.Request.Verb == verb).Request.Body.ToArray();

    private static byte[] OffRecord() =>
        new OffRecordMessage
        {
            Id = "m1",
            At = LineNetwork.Epoch,
            Seat = "watch",
            Name = "A. Officer",
            Precedence = Precedence.Flash,
            Mark = Mark.Test,
            Text = "between us",
        }.Encode();

    /// <summary>Verb, seq, offset, body.</summary>
    private static byte[] Encode(LinkRequest request) =>
        [(byte)request.Verb, (byte)request.Seq, (byte)request.Offset, .. request.Body.Span];

    /// <summary>Status, media type, body.</summary>
    private static byte[] EncodeAnswer(LinkAnswer answer) =>
        [
            (byte)(answer.Status - 200),
            (byte)(
                answer.ContentType == LinkAnswer.Json ? 0
                : answer.ContentType == LinkAnswer.Bytes ? 1
                : 2
            ),
            .. answer.Body.Span,
        ];

    private void Renew()
    {
        if (used++ < InputsForOneMachine && !machine.IsBroken)
            return;
        used = 0;
        asked.Clear();
        now = net.Now.AddSeconds(1);
        machine = new LineMachine(
            us.Identity,
            us.Store.Load(us.Id, attended: false) with
            {
                Restored = generation % 4 == 0,
            },
            now,
            generation++
        );
        Note(machine.Handle(new LinkEvent.Tick(), now));
    }

    private void Note(IReadOnlyList<LinkEffect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is LinkEffect.Send send)
                asked[send.Token] = send;
        }
    }

    private string? Request(byte[] bytes)
    {
        if (bytes.Length < 3)
            return "no request";
        Renew();
        now += TimeSpan.FromMilliseconds(50);
        var request = new LinkRequest((LinkVerb)(bytes[0] % 9), bytes.AsMemory(3), bytes[1], bytes[2]);
        var effects = machine.Handle(new LinkEvent.RequestArrived(++token, ru, request), now);
        Note(effects);
        var answer = effects.OfType<LinkEffect.Reply>().FirstOrDefault(r => r.Token == token)?.Answer;
        return answer is null or { Status: 200 or 204 } ? null : $"{request.Verb} {answer.Status} {answer.Reason}";
    }

    private string? Answer(byte[] bytes)
    {
        if (bytes.Length < 2)
            return "no answer";
        Renew();
        if (asked.Count == 0)
            Note(machine.Handle(new LinkEvent.Tick(), now += TimeSpan.FromSeconds(11)));
        if (asked.Count == 0)
            return "nothing was asked";
        var (of, send) = asked.First();
        asked.Remove(of);
        var answer = new LinkAnswer(
            200 + bytes[0],
            bytes[1] % 3 == 0 ? LinkAnswer.Json
                : bytes[1] % 3 == 1 ? LinkAnswer.Bytes
                : LinkAnswer.Text,
            bytes.AsMemory(2)
        );
        var effects = machine.Handle(new LinkEvent.AnswerArrived(of, answer), now += TimeSpan.FromMilliseconds(50));
        Note(effects);
        return
            effects.OfType<LinkEffect.Report>().Select(r => r.What).OfType<LineReport.Refused>().FirstOrDefault()
                is { } refused
            ? $"{send.Request.Verb} {refused.Reason}"
            : null;
    }
}
