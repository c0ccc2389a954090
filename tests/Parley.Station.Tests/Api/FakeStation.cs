using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Exports;

namespace Parley.Station.Tests.Api;

/// <summary>A station that only remembers what the edge handed to it and answers what the test put in.</summary>
internal sealed class FakeStation
    : IStationDesk,
        ILineDesk,
        ICeremony,
        ISignOnDesk,
        ISendDesk,
        IAttachmentIntake,
        IOffRecordDesk,
        IRecordDesk,
        IEventDesk
{
    internal StationDesks Desks =>
        new()
        {
            Station = this,
            Lines = this,
            Ceremony = this,
            SignOn = this,
            Sending = this,
            Attachments = this,
            OffRecord = this,
            Record = this,
            Events = this,
        };

    internal static readonly LineId TheLine = LineId.Parse("us-ru-abcdefghijklmnopqrstuvwxyz234567");
    internal static readonly DateTimeOffset Noon = DateTimeOffset.Parse(
        "2022-03-23T12:00:00.250Z",
        CultureInfo.InvariantCulture
    );
    internal static readonly PartyId Us = PartyId.Parse("us"),
        Ru = PartyId.Parse("ru");

    internal List<EntryDraft> Drafts { get; } = [];
    internal List<EntryView> Record { get; } = [];
    internal OpenLine? Opened { get; private set; }
    internal NewAttachment? Attachment { get; private set; }
    internal byte[] Stored { get; set; } = [];
    internal TimeSpan? Waited { get; private set; }
    internal Refusal? Refuse { get; set; }
    internal StationState State { get; set; } = StationState.Ready;
    internal LineExport? Export { get; set; }
    internal Channel<StationEvent> Events { get; } = Channel.CreateUnbounded<StationEvent>();
    internal RecordQuery? Sought { get; private set; }
    internal long? ResumedFrom { get; private set; }

    internal static EntryView Entry(ulong seq, byte[]? body, BodyState state = BodyState.Here) =>
        new(
            new EntryId(Us, seq),
            TheLine,
            "message.sent",
            Noon,
            Mark.Exercise,
            Precedence.Flash,
            new Officer("watch", "A. Smith"),
            [new EntryId(Ru, 7)],
            null,
            "en",
            true,
            [Ru],
            body,
            state,
            body?.Length ?? 0,
            (long)seq + 1,
            Noon
        );

    public StationView Station() =>
        new(
            Us,
            "United States",
            "0.1.0",
            new FingerprintView("ab", "acid"),
            "sqlite x",
            Noon,
            State,
            State == StationState.Ready ? null : "the disk is full",
            ["127.0.0.1:1"],
            1
        );

    public ReadOnlyMemory<byte> Card() => "parley/card/v1\n"u8.ToArray();

    public Task<Outcome<OpenedLine>> OpenLineAsync(OpenLine request, CancellationToken ct)
    {
        Opened = request;
        return Task.FromResult<Outcome<OpenedLine>>(
            Refuse is { } no ? no : new OpenedLine(TheLine, [1, 2], new FingerprintView("cd", "army"))
        );
    }

    public Task<Outcome<LineId>> AcceptLineAsync(AcceptLine request, CancellationToken ct) =>
        Task.FromResult<Outcome<LineId>>(TheLine);

    public IReadOnlyList<LineSummary> Lines() => [new LineSummary(TheLine, "The line", [Us, Ru], "accepted", Noon)];

    public Outcome<LineDetail> Line(LineId line) => Refusal.UnknownLine(line.Value);

    public Task<Outcome<SignOnView>> SignOnAsync(
        LineId line,
        SignOnRequest request,
        Officer by,
        CancellationToken ct
    ) =>
        Task.FromResult<Outcome<SignOnView>>(
            Refuse is { } no ? no : new SignOnView(line, false, by, null, Noon, request.Reason, request.Without ?? [])
        );

    public Outcome<LineStatus> LineStatus(LineId line) =>
        line == TheLine
            ? new LineStatus(
                line,
                "accepted",
                3,
                2,
                [
                    new PeerStatus(
                        Ru,
                        LinkState.Alive,
                        Noon,
                        12,
                        5,
                        2,
                        new Undelivered(new EntryId(Us, 2), Noon, Noon),
                        null,
                        null
                    ),
                ],
                0,
                1
            )
            : Refusal.UnknownLine(line.Value);

    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? go;

    /// <summary>Done when an append waits.</summary>
    internal Task Held => held.Task;

    /// <summary>Appends wait until this is set.</summary>
    internal TaskCompletionSource HoldBack() =>
        go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<Outcome<Appended>> AppendAsync(
        LineId line,
        EntryDraft draft,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        if (Refuse is { } no)
            return no;
        held.TrySetResult();
        if (go is not null)
            await go.Task.WaitAsync(ct);
        Drafts.Add(draft);
        Waited = wait;
        return new Appended(new EntryId(Us, 3), Noon, true, [Ru], Settled.Sealed);
    }

    internal List<EntryDraft> Proposed { get; } = [];

    public Task<Outcome<ProposalView>> ProposeAsync(LineId line, EntryDraft draft, CancellationToken ct)
    {
        if (Refuse is { } no)
            return Task.FromResult<Outcome<ProposalView>>(no);
        Proposed.Add(draft);
        return Task.FromResult<Outcome<ProposalView>>(
            new ProposalView(
                "p-1f0c",
                line,
                null,
                draft.Kind,
                draft.By,
                Noon,
                draft.Precedence,
                draft.Mark,
                draft.Re ?? [],
                draft.To,
                draft.Lang,
                draft.Body
            )
        );
    }

    public async Task<Outcome<AppendedBatch>> AppendBatchAsync(
        LineId line,
        IAsyncEnumerable<EntryDraft> drafts,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        await foreach (var draft in drafts.WithCancellation(ct))
            Drafts.Add(draft);
        return new AppendedBatch(new EntryId(Us, 0), new EntryId(Us, (ulong)Drafts.Count - 1), Drafts.Count, false);
    }

    public async Task<Outcome<Attached>> AttachAsync(
        LineId line,
        NewAttachment draft,
        Stream content,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, ct);
        Attachment = draft;
        Stored = copy.ToArray();
        return new Attached(new EntryId(Us, 4), Stored.Length, "00", false, Settled.Recorded);
    }

    public Task<Outcome<IReadOnlyDictionary<PartyId, bool>>> SendOffRecordAsync(
        LineId line,
        NewOffRecord draft,
        CancellationToken ct
    ) => Task.FromResult<Outcome<IReadOnlyDictionary<PartyId, bool>>>(new Dictionary<PartyId, bool> { [Ru] = true });

    public Outcome<IReadOnlyList<OffRecordMessage>> OffRecord(LineId line) => Array.Empty<OffRecordMessage>();

    public Outcome<RecordPage> ReadRecord(LineId line, long after, int limit) =>
        new RecordPage([.. Record.Where(e => e.Arrival > after).Take(limit)], null);

    public Outcome<RecordPage> ReadRecordBefore(LineId line, long before, int limit) =>
        new RecordPage([.. Record.Where(e => e.Arrival < before).Reverse().Take(limit)], null);

    public Outcome<RecordFindings> SearchRecord(LineId line, RecordQuery query, long before, int limit)
    {
        Sought = query;
        return new RecordFindings([.. Record.Take(limit)], Record.Count, null);
    }

    public Outcome<EntryDetail> ReadEntry(LineId line, EntryId entry) =>
        Record.Find(e => e.Id == entry) is { } view
            ? new EntryDetail(view, "{}"u8.ToArray(), [new CosignatureView(Ru, 4, Noon, "— ru AAAA")])
            : Refusal.UnknownEntry(entry.ToString());

    public Outcome<BodyContent> OpenBody(LineId line, EntryId entry) =>
        new BodyContent(new MemoryStream(Stored), Stored.Length, false);

    public Outcome<string> BuildProof(LineId line, EntryId entry) => Refusal.NotYet("not sealed yet");

    public Outcome<LineExport> BeginExport(LineId line, bool withBodies) =>
        Export is { } export ? export : Refusal.UnknownLine(line.Value);

    public Outcome<IReadOnlyList<ForkView>> Forks(LineId line) => Array.Empty<ForkView>();

    public Outcome<IReadOnlyList<RefusalView>> Refusals(int max) =>
        Outcome<IReadOnlyList<RefusalView>>.Of([new RefusalView(TheLine, "ru", 422, "bad proof", 2, Noon, Noon)]);

    public async IAsyncEnumerable<StationEvent> Subscribe(
        LineId? line,
        long? afterArrival,
        ConsoleBell? bell,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        ResumedFrom = afterArrival;
        await foreach (var e in Events.Reader.ReadAllAsync(ct))
            yield return e;
    }
}

internal sealed class FakeExport(params (string Path, byte[] Content)[] files) : LineExport
{
    internal override ulong Entries => 2;
    internal override LineId Line => FakeStation.TheLine;

    internal override void Write(IExportSink sink, CancellationToken ct)
    {
        foreach (var (path, content) in files)
        {
            if (path.StartsWith("bodies/", StringComparison.Ordinal))
                sink.Write(path, content.Length, () => new MemoryStream(content));
            else if (path == "fails")
                throw new IOException("the disk went away");
            else
                sink.Write(path, content);
        }
    }
}
