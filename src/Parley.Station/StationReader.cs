using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Storage;

namespace Parley.Station;

/// <summary>
/// The record of a station that does not run, for whoever may read its directory: the same API, answered from the
/// store, on a socket of this
/// process alone. There is no link and no console, and the party's keys are not opened: nothing can be signed or sent.
/// It holds the
/// directory's lock meanwhile, so that no station starts on what it reads.
/// </summary>
public sealed class StationReader : IAsyncDisposable
{
    private static readonly TimeSpan LockWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockLook = TimeSpan.FromMilliseconds(25);
    private const string Nobody = "no token opens a reader: it has no TCP listener";

    private readonly Stack<IAsyncDisposable> parts;

    private StationReader(Stack<IAsyncDisposable> parts, string socket)
    {
        this.parts = parts;
        Socket = socket;
    }

    /// <summary>Path of the Unix socket that the API answers on.</summary>
    public string Socket { get; }

    /// <summary>Opens the store of a directory for reading, or says why it cannot be read. Other readers are waited
    /// for; a station that runs is not.</summary>
    /// <param name="directory">The station's data directory.</param>
    /// <param name="store">As of <c>parley run --store</c>; null for what the settings say.</param>
    /// <param name="clock">The clock that states are told by.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<Parsed<StationReader>> OpenAsync(
        DataDirectory directory,
        string? store,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!StationSettings.Read(directory).TryGet(out var settings, out var why))
            return new Rejected(why);
        var opening = new Stack<IAsyncDisposable>();
        try
        {
            if (await LockAsync(directory, clock, ct) is not { } held)
                return new Rejected($"another process uses {directory.Path}");
            opening.Push(held);
            if (!Card.Parse(await File.ReadAllBytesAsync(directory.Card, ct)).TryGet(out var card, out why))
                return await Fail($"the card {directory.Card} cannot be read: {why}");
            var keys = StationKeys.OfNobody(clock.GetUtcNow());
            opening.Push(new StationHost.Disposal(keys));
            var certificate = LinkCertificate.WithKey(keys.LinkCertificate, keys.Link);
            opening.Push(new StationHost.Disposal(certificate));
            var location = settings.Location(directory, store);
            if (StoreBond.RefusalBefore(directory, location, clock) is { } missing)
                return await Fail(missing);
            var opened = await StationStore.OpenAsync(location, clock, ct);
            opening.Push(opened);
            if (
                StoreBond.RefusalToRead(directory, opened.Description, (await opened.LoadAsync(ct)).Meta) is { } another
            )
                return await Fail(another);
            var factory = new LoggerFactory();
            opening.Push(new StationHost.Disposal(factory));
            var runtime = await StationRuntime.LoadAsync(
                new StationSetup
                {
                    Directory = directory,
                    Card = card,
                    Keys = keys,
                    Certificate = certificate,
                    Store = opened,
                    Reserve = DiskReserve.None(clock),
                    AcceptsConnections = false,
                    Mode = StationMode.Reading,
                    Clock = clock,
                    Log = factory.CreateLogger("Parley.Station"),
                },
                ct
            );
            opening.Push(runtime);
            var folder = Directory.CreateTempSubdirectory("parley-read-"); // mode 0700: nobody else reaches the socket
            opening.Push(new Folder(folder));
            var socket = Path.Combine(folder.FullName, "s");
            opening.Push(
                await ApiHost.StartAsync(
                    runtime.Desks,
                    new ApiOptions(socket, null, Nobody, ReadOnly: true),
                    null,
                    clock,
                    ct
                )
            );
            opening.Push(new Stop(runtime));
            return new StationReader(opening, socket);
        }
        catch (Exception e)
            when (e
                    is StoreFaultException
                        or InvalidDataException
                        or IOException
                        or FormatException
                        or UnauthorizedAccessException
            )
        {
            return await Fail(e.Message);
        }

        async Task<Parsed<StationReader>> Fail(string reason)
        {
            await StationHost.CloseAsync(opening);
            return new Rejected(reason);
        }
    }

    private static async Task<FileStream?> LockAsync(DataDirectory directory, TimeProvider clock, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            if (StationHost.LockDirectory(directory) is { } held)
                return held;
            if (clock.GetElapsedTime(began) > LockWithin)
                return null;
            await Task.Delay(LockLook, clock, ct);
        }
    }

    public async ValueTask DisposeAsync() => await StationHost.CloseAsync(parts);

    /// <summary>Ends what would wait for ever before the API waits for it.</summary>
    private sealed class Stop(StationRuntime runtime) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            runtime.StopWaiting();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Folder(DirectoryInfo folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
