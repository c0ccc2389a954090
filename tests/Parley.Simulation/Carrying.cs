using Parley.Contract;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Carry;

namespace Parley.Simulation;

/// <summary>A file on its way, and for the reckoning what it was when it was sealed.</summary>
/// <param name="Bytes">As they lie on the medium.</param>
/// <param name="Line">Of which line.</param>
/// <param name="Maker">Which station sealed it; a liar's may name another as its sender.</param>
/// <param name="From">Whom it names as its sender.</param>
/// <param name="To">For whom it is sealed.</param>
internal sealed record SealedFile(byte[] Bytes, LineId Line, SimStation Maker, PartyId From, PartyId To)
{
    /// <summary>Entries of its maker's feed that it leads to at most: what is written while it is made may be in
    /// it.</summary>
    internal ulong Leads { get; init; }

    /// <summary>Which self of its maker sealed it: differs after a restore.</summary>
    internal int Wipes { get; init; }

    /// <summary>Not as its maker left it.</summary>
    internal bool IsDamaged { get; init; }
}

/// <summary>
/// People with sticks, and a relay. Files are made and taken by the code that stations use for it, on the world's
/// clock; what lies between is in this class's hands: files
/// are forgotten in a drawer, brought twice, to the wrong station, damaged, cut short, and half-way through a process
/// dies. The relay loses, doubles, delays, swaps and bends.
/// </summary>
internal sealed class Carrying(World world) : IDisposable
{
    private const int MaxInDrawer = 24;
    private const int MaxAtRelay = 16;

    /// <summary>Shared by all runs of the process: what lies under them is drawn by chance, and no step depends on what
    /// was drawn.</summary>
    private static readonly LineSecret[] Secrets = [.. Enumerable.Range(0, 3).Select(_ => LineSecret.Generate())];

    private readonly List<SealedFile> drawer = [];
    private readonly Dictionary<PartyId, List<SealedFile>> relay = [];

    /// <summary>Of a station that was restored: entries of its feed that its peers held then.</summary>
    private readonly Dictionary<Origin, ulong> knownAtRestore = [];
    private readonly List<Taking> takings = [];
    private readonly List<Making> makings = [];

    private sealed record Taking(SimStation At, SealedFile File, Stick Stick, CarryOpener Opener);

    private sealed record Making(
        SimStation At,
        MemoryStream Bytes,
        CarryOut Carry,
        SimLine Line,
        PartyId To,
        Action<SealedFile> Made
    );

    /// <summary>What a run of an async method ended with; the world's next step tells.</summary>
    internal Exception? Fault { get; private set; }

    /// <summary>Files taken whole.</summary>
    internal int Taken { get; private set; }

    /// <summary>Entries that files brought.</summary>
    internal long Entries { get; private set; }

    /// <summary>Files that are being made or taken.</summary>
    internal bool IsBusy => takings.Count + makings.Count > 0;

    private LineSecret SecretOf(LineId line) => Secrets[world.Documents.TakeWhile(d => d.Id != line).Count()];

    // --- making

    /// <summary>A stick goes from one station into the drawer.</summary>
    internal void Export(SimStation station, LineId line, PartyId to, Random draws) =>
        Make(
            station,
            line,
            to,
            draws,
            file =>
            {
                if (drawer.Count == MaxInDrawer)
                    drawer.RemoveAt(world.Next(MaxInDrawer));
                drawer.Add(file);
                // Mostly somebody goes there with it at once; what lies in the drawer is a copy.
                if (draws.Next(4) > 0)
                    world.At(
                        world.Now + TimeSpan.FromMilliseconds(draws.Next(8_000)),
                        () => Import(world[to], draws, file)
                    );
            }
        );

    /// <summary>A courier leaves a file at the relay, which does with it what it likes.</summary>
    internal void Leave(SimStation station, LineId line, PartyId to, Random draws) =>
        Make(
            station,
            line,
            to,
            draws,
            file =>
            {
                if (!relay.TryGetValue(to, out var waiting))
                    relay[to] = waiting = [];
                if (world.Chance(0.15) || waiting.Count >= MaxAtRelay)
                    return; // lost
                for (var times = world.Chance(0.15) ? 2 : 1; times > 0; times--)
                {
                    var late = world.Chance(0.3) ? TimeSpan.FromSeconds(world.Next(20)) : TimeSpan.Zero;
                    var kept = world.Chance(0.1) ? Damage(file) : file;
                    world.At(
                        world.Now + late,
                        () => waiting.Insert(world.Chance(0.3) ? world.Next(waiting.Count + 1) : waiting.Count, kept)
                    );
                }
            }
        );

    /// <summary>Seals what the station has for a peer, from the size that it knows the peer to hold, or from
    /// another.</summary>
    internal void Make(SimStation station, LineId line, PartyId to, Random? draws, Action<SealedFile> made)
    {
        if (world.Liar is { } liar && liar.Is(station) && draws?.Next(2) == 0)
            station = liar.Twin ?? station;
        if (!station.Up || station.Lines[line] is not { } own || to == station.Id || !own.Document.Parties.Contains(to))
            return;
        if (world.Liar is { } lying && lying.Is(station) && world.IsFaulty && draws?.Next(2) == 0)
        {
            var name = lying.NameForFile(own, to, draws);
            made(new SealedFile(lying.Seal(own, name, to, SecretOf(line), draws), line, station, name, to));
            return;
        }
        var from =
            draws is null || draws.Next(4) > 0 ? null
            : draws.Next(2) == 0 ? 0
            : (ulong?)draws.Next((int)own.Machine.SizeOf(station.Id) + 2);
        Watch(MakeAsync(station, own, to, from, made));
    }

    private async Task MakeAsync(SimStation station, SimLine own, PartyId to, ulong? from, Action<SealedFile> made)
    {
        var begun = await CarryFile.BeginAsync(
            own,
            station.Store,
            SecretOf(own.Id),
            to,
            from,
            station.Clock.GetUtcNow(),
            long.MaxValue
        );
        if (!begun.TryGet(out var carry, out _))
            return;
        var making = new Making(station, new MemoryStream(), carry, own, to, made);
        makings.Add(making);
        try
        {
            await carry.WriteAsync(making.Bytes, CancellationToken.None);
            End(making, whole: true);
        }
        catch (IOException)
        {
            End(making, whole: false); // the line could give no more: what there is of it is on the stick
        }
    }

    private void End(Making making, bool whole)
    {
        if (!makings.Remove(making))
            return;
        making.Carry.Dispose();
        if (whole || making.Bytes.Length >= CarrySeal.HeadLength)
            making.Made(
                new SealedFile(making.Bytes.ToArray(), making.Line.Id, making.At, making.At.Id, making.To)
                {
                    IsDamaged = !whole,
                    Leads = making.Line.Machine.SizeOf(making.At.Id),
                    Wipes = making.At.Wipes,
                }
            );
    }

    // --- taking

    /// <summary>Somebody takes a stick out of the drawer and puts it in at a station, which need not be the one it is
    /// for.</summary>
    internal void Import(SimStation station, Random draws)
    {
        if (drawer.Count == 0)
            return;
        var meant = drawer.Where(f => f.To == station.Id).ToList();
        var file =
            meant.Count == 0 || draws.Next(8) == 0
                ? drawer[draws.Next(drawer.Count)]
                : meant[draws.Next(3) == 0 ? draws.Next(meant.Count) : ^1];
        if (draws.Next(2) == 0)
            drawer.Remove(file);
        Import(station, draws, file);
    }

    private void Import(SimStation station, Random draws, SealedFile file)
    {
        if (!world.IsFaulty || IsDestroyed(file))
            return;
        Take(station, draws.Next(6) == 0 ? Damage(file) : file);
        if (draws.Next(4) == 0)
            Die(station, draws);
    }

    /// <summary>A courier takes what waits at the relay; the relay may give another's, another first, or forget that it
    /// was told to throw one away.</summary>
    internal void Fetch(SimStation station, Random draws)
    {
        if (!relay.TryGetValue(station.Id, out var waiting))
            return;
        var listed = waiting.ToList();
        if (draws.Next(4) == 0)
            draws.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(listed));
        foreach (var file in listed)
        {
            if (draws.Next(8) > 0)
                waiting.Remove(file);
            var others = relay.Where(r => r.Key != station.Id).SelectMany(r => r.Value).ToList();
            Take(station, draws.Next(10) == 0 && others.Count > 0 ? others[draws.Next(others.Count)] : file);
        }
        if (draws.Next(6) == 0)
            Die(station, draws);
    }

    /// <summary>Power fails in the middle of it.</summary>
    private void Die(SimStation station, Random draws)
    {
        var (life, made) = (station.Life, draws.Next(3));
        world.At(
            world.Now + TimeSpan.FromMilliseconds(draws.Next(1 + 2 * world.Setup.MaxStoreDelayMs)),
            () =>
            {
                if (world.IsFaulty && station.Up && station.Life == life)
                    station.Crash(made);
            }
        );
    }

    private SealedFile Damage(SealedFile file)
    {
        var bytes = world.Chance(0.4) ? file.Bytes[..world.Next(file.Bytes.Length)] : (byte[])file.Bytes.Clone();
        if (bytes.Length == file.Bytes.Length)
            bytes[world.Next(bytes.Length)] ^= (byte)(1 << world.Next(8));
        return file with { Bytes = bytes, IsDamaged = true };
    }

    /// <summary>Puts a file in at a station, as <c>parley carry import</c> does.</summary>
    internal void Take(SimStation station, SealedFile file, Action<CarriedView>? then = null)
    {
        if (!station.Up || file.Bytes.Length < CarrySeal.HeadLength)
            return;
        var head = file.Bytes.AsSpan(0, CarrySeal.HeadLength);
        foreach (var line in station.Lines.All)
        {
            if (
                CarriedReader.Recognise(head, line.Identity, station.Party.Agreement, SecretOf(line.Id))
                is not { } opener
            )
                continue;
            Broken.Unless(
                file.To == station.Id && file.Line == line.Id && opener.From == file.From,
                () =>
                    $"{station.Id} takes a file for its own on {line.Id} that {file.From} sealed for {file.To} on {file.Line}"
            );
            Watch(TakeAsync(line, new Taking(station, file, new Stick(file.Bytes), opener), then));
            return;
        }
        Broken.Unless(
            file.To != station.Id || file.IsDamaged,
            () => $"{station.Id} does not know a file again that {file.From} sealed for it"
        );
    }

    private async Task TakeAsync(SimLine line, Taking taking, Action<CarriedView>? then)
    {
        takings.Add(taking);
        taking.Stick.Position = CarrySeal.HeadLength;
        var outcome = await new CarriedReader(line, taking.Opener, () => null).TakeAsync(
            taking.Stick,
            CancellationToken.None
        );
        if (!takings.Remove(taking))
            return;
        taking.Opener.Dispose();
        if (!outcome.TryGet(out var view, out _))
            return;
        if (view.Complete)
            Taken++;
        Entries += (long)view.Taken;
        world.Truth.TookCarried(line, taking.File, view);
        then?.Invoke(view);
    }

    /// <summary>A diligent courier: a file from each to each, made and brought at once.</summary>
    internal void BringAll()
    {
        foreach (var document in world.Documents)
        {
            foreach (var from in world.Honest.Where(s => document.Parties.Contains(s.Id)))
            {
                foreach (var to in world.Honest.Where(s => s != from && document.Parties.Contains(s.Id)))
                    Make(from, document.Id, to.Id, null, file => Take(to, file));
            }
        }
    }

    /// <summary>All that lies about is brought once more when everything has settled, and changes nothing.</summary>
    internal void BringEverythingAgain()
    {
        foreach (
            var file in drawer
                .Concat(relay.Values.SelectMany(f => f))
                .Where(f =>
                    f.Maker.Id != world.Liar?.Id
                    && f.To != world.Liar?.Id
                    && !IsDestroyed(f)
                    && !world.Truth.WasStoppedByFork(f.Line)
                )
                .ToList()
        )
            Take(
                world[file.To],
                file,
                view =>
                    Broken.Unless(
                        view.Taken == 0,
                        () => $"{file.To} takes {view.Taken} entries of {file.From} from an old file when all are there"
                    )
            );
    }

    // --- what happens meanwhile

    /// <summary>The process is gone: what it was writing is on the stick as far as it came, what it was reading is not
    /// read on.</summary>
    internal void WentDead(SimStation station)
    {
        foreach (var making in makings.Where(m => m.At == station).ToList())
            End(making, whole: false);
        foreach (var taking in takings.Where(t => t.At == station).ToList())
        {
            takings.Remove(taking);
            taking.Opener.Dispose();
        }
    }

    /// <summary>
    /// As the manual says before an old backup is restored: what the station wrote and nobody has taken yet is taken to
    /// its peers, or destroyed. Files that hold nothing
    /// that no peer has may go on lying about.
    /// </summary>
    internal void Restored(SimStation station)
    {
        foreach (var line in world.Documents.Where(d => d.Parties.Contains(station.Id)))
        {
            var origin = new Origin(line.Id, station.Id);
            knownAtRestore[origin] = world
                .Honest.Where(s => s != station)
                .Select(s => s.Durable.GetValueOrDefault(origin))
                .DefaultIfEmpty()
                .Max();
        }
        drawer.RemoveAll(IsDestroyed);
        foreach (var waiting in relay.Values)
            waiting.RemoveAll(IsDestroyed);
        foreach (var taking in takings.Where(t => IsDestroyed(t.File)))
            taking.Stick.PullOut();
    }

    private bool IsDestroyed(SealedFile file) =>
        file.Wipes != file.Maker.Wipes
        && file.Leads > knownAtRestore.GetValueOrDefault(new Origin(file.Line, file.Maker.Id));

    private void Watch(Task task)
    {
        _ = task.ContinueWith(
            failed => Fault ??= failed.Exception!.InnerException,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    public void Dispose()
    {
        foreach (var making in makings)
            making.Carry.Dispose();
        foreach (var taking in takings)
            taking.Opener.Dispose();
    }

    /// <summary>A stick that can be pulled out while it is read.</summary>
    private sealed class Stick(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        internal void PullOut() => Position = Length;
    }
}
