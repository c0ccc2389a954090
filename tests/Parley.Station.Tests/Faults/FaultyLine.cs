using Microsoft.Extensions.Logging.Abstractions;
using Parley.Contract;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Link;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>One station's runtime on a store that fails where the test says so, on a line with a party for which the
/// test speaks.</summary>
internal sealed class FaultyLine : IAsyncDisposable
{
    private readonly LiveLine line;
    private readonly StationKeys keys;
    private readonly System.Security.Cryptography.X509Certificates.X509Certificate2 certificate;

    private FaultyLine(LiveLine line, FaultyStore store, StationKeys keys)
    {
        (this.line, Store, this.keys) = (line, store, keys);
        certificate = LinkCertificate.WithKey(keys.LinkCertificate, keys.Link);
    }

    internal FaultyStore Store { get; }
    internal StationRuntime Station { get; private set; } = null!;
    internal LineId Id => line.Id;
    internal LineDocument Document => line.Document;
    internal StationFolder Us => line["us"].Folder;
    internal StationFolder Ru => line["ru"].Folder;
    internal Origin Own => new(Id, Us.Party);

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal static async Task<FaultyLine> StartAsync()
    {
        var live = LiveLine.Make("us", "(ru)");
        var us = live["us"].Folder;
        var store = new FaultyStore(
            await StationStore.OpenAsync($"sqlite:{us.Directory.Database}", TimeProvider.System, Stop)
        );
        Assert.True(
            StationKeys
                .Read(us.Directory, us.Card, null, TimeProvider.System.GetUtcNow())
                .TryGet(out var keys, out var why),
            why
        );
        var faulty = new FaultyLine(live, store, keys);
        // As the first store that these keys are used with.
        await store.CommitAsync(
            [
                new PutMeta(
                    StoreBond.WholeKey,
                    BitConverter.GetBytes(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())
                ),
            ],
            Stop
        );
        await faulty.LoadAsync();
        var fingerprints = new Dictionary<string, string> { ["ru"] = live["ru"].Folder.Card.Fingerprint.Hex };
        Assert.True(
            (
                await faulty.Station.Desks.Ceremony.AcceptLineAsync(
                    new AcceptLine(live.Document.Bytes, fingerprints),
                    Stop
                )
            ).TryGet(out _, out var refused),
            refused?.Reason
        );
        await faulty.UntilAsync(async () => await faulty.SizeAsync() == 1);
        return faulty;
    }

    internal async Task LoadAsync() =>
        Station = await StationRuntime.LoadAsync(
            new StationSetup
            {
                Directory = Us.Directory,
                Card = Us.Card,
                Keys = keys,
                Certificate = certificate,
                Store = Store,
                Reserve = DiskReserve.None(TimeProvider.System),
                AcceptsConnections = true,
                Mode = StationMode.Duty,
                Clock = TimeProvider.System,
                Log = NullLogger.Instance,
            },
            Stop
        );

    /// <summary>A message of an officer; <paramref name="to"/> may name whomever.</summary>
    internal static EntryDraft Message(string text, string? to = null) =>
        new(
            "message.sent",
            System.Text.Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""),
            new Officer("watch", "Ada"),
            To: to is null ? null : [PartyId.Parse(to)]
        );

    internal Task<LinkAnswer> AskAsync(LinkVerb verb, byte[] body) =>
        Station.Link.ServeAsync(Id, Ru.Party, new LinkRequest(verb, body));

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Entries of our own feed in the store.</summary>
    internal async Task<ulong> SizeAsync() =>
        (await Store.LoadAsync(Stop)).Feeds.FirstOrDefault(f => f.Feed == Own)?.Size ?? 0;

    /// <summary>Waits until the station says that its store has failed, or that it works again.</summary>
    internal Task UntilAsync(StationState state) =>
        UntilAsync(() => Task.FromResult(Station.Desks.Station.Station().State == state));

    internal async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        while (!await holds())
            await poll.WaitForNextTickAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Station.DisposeAsync();
        await Store.DisposeAsync();
        certificate.Dispose();
        keys.Dispose();
        await line.DisposeAsync();
    }
}
