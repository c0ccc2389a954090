using Parley.Record;
using Parley.Station.Calls;
using Parley.Station.Carry;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Relay;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Storage;

namespace Parley.Station;

/// <summary>
/// The running station: makes its desks, each with those made before it, opens its lines, and ends them all. Everything
/// that is not in the store is gone with the process, on purpose.
/// </summary>
internal sealed class StationRuntime : IAsyncDisposable
{
    private readonly Premises premises;
    private readonly CancellationTokenSource stopping = new();
    private readonly LineTable lines;
    private readonly LineOpener opener;
    private readonly Ceremony ceremony;
    private readonly StationDesk station;
    private readonly WatchClock clock;
    private readonly LinkDiary links;
    private readonly Kept kept;

    /// <summary>In the order in which they are done.</summary>
    private readonly IReadOnlyList<Func<ValueTask>> endings;

    /// <summary>The desks that take over what an earlier run of the station kept.</summary>
    private sealed record Kept(
        AlarmBoard Alarms,
        ProposalBook Proposals,
        DraftShelf Drafts,
        TemplateShelf Templates,
        BlindBook Blind,
        SignOnDesk SignOn,
        OwnFeeds OwnFeeds,
        RelayRoutes Relays
    )
    {
        internal void Load(IReadOnlyDictionary<string, byte[]> meta, ILogger log)
        {
            Alarms.Load(meta);
            string[] unread =
            [
                .. Proposals.Load(meta),
                .. Drafts.Load(meta),
                .. Templates.Load(meta),
                .. Blind.Load(meta),
                .. SignOn.Load(meta),
            ];
            foreach (var key in unread)
                StationLog.NotKept(log, key, "it was written by another version and stays as it is");
            OwnFeeds.Load(meta);
            Relays.Load(meta);
        }
    }

    private StationRuntime(StationSetup setup)
    {
        var directory = setup.Directory;
        premises = new Premises(setup.Card, setup.Store, setup.Clock, setup.Log, stopping.Token) { Mode = setup.Mode };
        lines = new LineTable(premises.Self);

        // What peers are reached by, and what they bring.
        var runs = new RunBook(setup.Clock);
        var twins = new TwinWatch(premises, lines, runs);
        var dialer = new LinkDialer(setup.Certificate, setup.Clock, runs)
        {
            Abilities = new AbilityBook { Own = setup.Media.Port is null ? "" : AbilityBook.Call },
            Doubled = twins.Meet,
        };
        var secrets = new LineSecrets(directory, setup.Passphrase);
        var relayReserve = setup.RelayReserve ?? setup.Reserve;
        var relayed = new RelayDesk(directory.Relay, directory.Keys, () => relayReserve.Refusal, setup.Clock);
        var carriage = new Carriage(premises, lines, secrets, setup.Keys.Agreement, setup.Reserve);
        var relays = new RelayRoutes(premises, lines, carriage, relayed, dialer);

        // How it stands with the store, and who is told of what.
        var storeWatch = new StoreWatch(setup.Store, setup.Clock);
        var board = new AlarmBoard(setup.Store, setup.Log);
        var integrity = new Integrity(premises, lines);
        var ownFeeds = new OwnFeeds(premises, lines);
        var hub = new EventHub();
        var refusals = new Refusals(premises, integrity, hub);
        var states = new StandingStates(premises, lines, integrity, hub, board);
        var attending = new Attendance(lines, hub, setup.Clock);
        var alarms = new AlarmDesk(premises, board, hub, new AlarmWords(setup.Store));

        // What officers write and release.
        var blindBook = new BlindBook(premises, setup.Blind, directory.BlindResults);
        var selection = new BlindSelection(premises, lines, setup.Blind.Limits);
        var recorder = new Recorder(
            premises,
            integrity,
            new HandoverBook(premises, lines, integrity),
            [
                new ReplacementJudge(premises),
                new ViewJudge(premises),
                new PlanJudge(premises.Self),
                new BlindJudge(blindBook),
                new CeasefireJudge(),
                new RoomJudge(premises, lines),
            ],
            plays: setup.Mode == StationMode.Exercise
        );
        var proposals = new ProposalBook(premises);
        var sending = new SendDesk(premises, lines, integrity, recorder, proposals);
        var releases = new ProposalDesk(premises, sending, proposals);
        var drafts = new DraftShelf(premises);
        var templates = new TemplateShelf(premises);
        var observations = new ObservationBook(premises.Store);
        var signOn = new SignOnDesk(premises, lines);
        var blindChecks = new BlindChecks(premises, lines, integrity, blindBook, selection, proposals);
        var blindLink = new BlindLink(premises, blindBook, dialer, refusals);
        var diary = new BlindDiary(premises, integrity, recorder);
        var blindRunner = new BlindRunner(premises, blindBook, selection, diary, blindLink, hub);

        // What carries calls, and who may be heard on them.
        var callFaults = new CallFaults();
        var trunks = new CallTrunks(premises, lines, dialer, setup.Media.Port, setup.Media.Places?.ForPeers ?? []);
        var floor = new CallFloor(
            premises,
            lines,
            trunks,
            new CallWires(premises, trunks, setup.Media.Port),
            hub,
            new CallRefusals(refusals, callFaults, lines)
        );

        // What the clock does, and what opens a line.
        var tests = new LineTests(premises, recorder);
        var news = new TrafficNews(premises, lines, integrity, hub, alarms, blindBook) { Calls = floor };
        var causes = new StandingCauses(
            premises,
            twins,
            new RoomWatch(premises, setup.Reserve, board),
            new LinkWatch(premises, board),
            callFaults
        );
        var pass = new ClockPass(premises, alarms, causes, news, tests, blindRunner);
        clock = new WatchClock(premises, lines, alarms, tests, pass);
        links = new LinkDiary(premises, lines);
        opener = new LineOpener(
            premises,
            lines,
            new LineMeans(
                setup.Keys,
                new ReservedDialer(dialer, setup.Reserve),
                setup.AcceptsConnections,
                setup.Reserve.AttachmentQuota,
                secrets
            ),
            news,
            new LineReports(premises, integrity, ownFeeds, states, refusals, blindBook) { Calls = floor },
            clock
        );
        ceremony = new Ceremony(premises, lines, opener, ownFeeds, attending);
        station = new StationDesk(premises, lines, integrity, setup.Reserve, refusals);
        kept = new Kept(board, proposals, drafts, templates, blindBook, signOn, ownFeeds, relays);

        Link = new LinkDesk(lines, setup.Reserve, relayed, blindLink, twins, refusals)
        {
            Calls = trunks,
            Known = dialer.Abilities,
        };
        Desks = new StationDesks
        {
            Attendance = attending,
            Station = station,
            Lines = new LineDesk(premises, lines, integrity, signOn, twins, relays),
            Ceremony = ceremony,
            SignOn = signOn,
            Sending = sending,
            Attachments = new AttachmentIntake(premises, lines, integrity, setup.Reserve, directory.Path),
            OffRecord = new OffRecordDesk(premises, lines),
            Record = new RecordDesk(premises, lines, integrity),
            Events = new EventDesk(premises, lines, integrity, hub, states, attending),
            Traffic = new TrafficDesk(premises, lines, integrity, tests),
            Presence = new PresenceDesk(premises, lines),
            Usage = new UsageDesk(premises, lines, integrity),
            Public = new PublicDesk(premises, lines, integrity),
            Rooms = new RoomDesk(premises, lines, integrity),
            Alarms = alarms,
            Proposals = proposals,
            Releases = releases,
            Drafts = drafts,
            Templates = templates,
            Plans = new PlanDesk(premises, lines, integrity, drafts, setup.GivesCursorOnTarget),
            Agreements = new AgreementDesk(premises, lines, integrity),
            Ceasefires = new CeasefireDesk(premises, lines, integrity, sending, observations),
            CeasefireTables = new CeasefireTables(premises, lines, integrity, observations),
            Monitoring = new MonitoringDesk(premises, lines, integrity, observations),
            Blind = blindChecks,
            BlindProposals = new BlindProposals(premises, lines, blindBook, selection, blindChecks, sending),
            Carry = carriage,
            Relays = relays,
            Calls = new CallDesk(
                premises,
                lines,
                sending,
                floor,
                new CallPlaces(setup.Media.Places, setup.Media.Turn),
                integrity
            ),
        };
        var rounds = new Rounds(setup.Clock, lines, twins, board, attending, refusals);

        // First what works by itself, then whoever waits, then the lines, and what they work with last.
        endings =
        [
            rounds.DisposeAsync,
            storeWatch.DisposeAsync,
            () => new ValueTask(stopping.CancelAsync()),
            clock.DisposeAsync,
            links.DisposeAsync,
            floor.DisposeAsync,
            blindBook.DisposeAsync,
            () => Ended(hub.Complete),
            relays.DisposeAsync,
            lines.DisposeAsync,
            refusals.DisposeAsync,
            () => Ended(dialer.Dispose),
            () => Ended(secrets.Dispose),
            () => Ended(relayed.Dispose),
            () => Ended(ceremony.Dispose),
            () => Ended(signOn.Dispose),
            () => Ended(releases.Dispose),
            () => Ended(drafts.Dispose),
            () => Ended(blindRunner.Dispose),
            () => Ended(stopping.Dispose),
        ];
    }

    /// <summary>Where officers and their programs come.</summary>
    internal StationDesks Desks { get; }

    /// <summary>Where peers come.</summary>
    internal LinkDesk Link { get; }

    /// <summary>Loads every accepted line. A line whose stored entries do not hash to its stored root stops the start:
    /// the store is damaged.</summary>
    internal static async Task<StationRuntime> LoadAsync(StationSetup setup, CancellationToken ct)
    {
        var store = setup.Store;
        var identity = setup.Card.Identity.ToArray();
        var isRead = setup.Mode == StationMode.Reading;
        var snapshot = await store.LoadAsync(ct);
        if (!snapshot.Meta.TryGetValue(StoreBond.IdentityKey, out var owner))
        {
            if (!isRead)
                await store.CommitAsync([new PutMeta(StoreBond.IdentityKey, identity)], ct);
        }
        else if (!owner.AsSpan().SequenceEqual(identity))
            throw new InvalidDataException(
                $"{store.Description} is the store of another station than the card's; with these keys it would sign a feed that is not its own"
            );
        if (!isRead)
            await AttachmentIntake.ClearAsync(setup.Directory.Path, store, snapshot, ct);
        var runtime = new StationRuntime(setup);
        runtime.kept.Load(snapshot.Meta, setup.Log);
        foreach (var row in snapshot.Lines.Where(l => l.Standing != LineStanding.Proposed))
            runtime.opener.Run(row, snapshot);
        if (!isRead)
            await runtime.BeginAsync(snapshot.Meta.ContainsKey(StoreBond.RestoredKey), ct);
        return runtime;
    }

    private async Task BeginAsync(bool isRestored, CancellationToken ct)
    {
        if (isRestored)
            await kept.Blind.SpendAsync(lines.All.Where(l => l.Host.Identity.Peers.Count > 0).Select(l => l.Id));
        await ceremony.OpenJournalAsync(ct);
        // Where no line has anything to ask for, whoever is accepted next is judged by its own case, and not as one of
        // a restored station.
        if (isRestored)
            await kept.OwnFeeds.ClearRestoredAsync();
    }

    /// <summary>Begins to relay for others, and to use the relays that lines were given.</summary>
    /// <param name="pace">How often a relay is looked at.</param>
    internal void BeginRelaying(RelayPace pace) => kept.Relays.Begin(pace);

    /// <summary>Begins to watch the clock: until then there are no alarms and no tests.</summary>
    /// <param name="automaticTests">True where the station is to test its lines, and answer tests, by itself.</param>
    internal void BeginDuty(bool automaticTests)
    {
        clock.Begin(automaticTests);
        links.Begin();
    }

    /// <summary>Says what should not stay as it is, though everything works. Once, when the station is ready.</summary>
    internal void Warn(string? warning) => station.Warning = warning;

    /// <summary>Ends what would wait for ever: event streams, and requests that wait for a seal (they answer how it
    /// stands now).</summary>
    internal void StopWaiting() => stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        StationLog.Stopping(premises.Log, premises.Self.Value);
        foreach (var ending in endings)
            await ending();
    }

    private static ValueTask Ended(Action end)
    {
        end();
        return ValueTask.CompletedTask;
    }
}
