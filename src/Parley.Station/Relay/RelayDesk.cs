using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Relay;

/// <summary>
/// What a relay keeps: for each party that it serves, the party's card and the sealed files that wait for it. It can
/// open none of them. A folder for each
/// party, by its identity; a file is there only when it is whole and synced. RELAY-1 to RELAY-4.
/// </summary>
/// <param name="folder">Where the files wait. A backup does without them: they are left there again.</param>
/// <param name="keys">Where the cards are kept, beside the station's own keys: a backup takes them.</param>
/// <param name="noRoom">Why nothing more may be taken, where the disk that the files wait on is down to its
/// reserve.</param>
/// <param name="clock">For the age of files.</param>
internal sealed class RelayDesk(string folder, string keys, Func<string?> noRoom, TimeProvider clock) : IDisposable
{
    internal const string CardPrefix = "relayed-",
        CardSuffix = ".card";
    private const string Suffix = ".carry";
    private const int IdDigits = 28; // 12 of the time, 16 of chance
    private readonly ConcurrentDictionary<PublicKey, Card> parties = new();

    /// <summary>Guards the folders: counting what waits and adding to it are one step.</summary>
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>By party: files that it is leaving now. What is not whole is not counted as waiting, and must be
    /// bounded too.</summary>
    private readonly ConcurrentDictionary<PublicKey, int> underWay = new();

    /// <summary>Reads who is served. A card that cannot be read stops the start: somebody would be cut off without a
    /// word.</summary>
    internal void Load()
    {
        if (Directory.Exists(folder))
        {
            foreach (var part in Directory.EnumerateFiles(folder, ".*.part", SearchOption.AllDirectories))
                File.Delete(part); // of a station that was killed
        }
        foreach (var file in Directory.EnumerateFiles(keys, $"{CardPrefix}*{CardSuffix}"))
        {
            if (!Card.Parse(File.ReadAllBytes(file)).TryGet(out var card, out var why))
                throw new InvalidDataException($"{file} cannot be read: {why}");
            parties[card.Identity] = card;
        }
    }

    internal bool Serves(PublicKey identity) => parties.ContainsKey(identity);

    internal IReadOnlyList<Card> Parties => [.. parties.Values.OrderBy(c => c.Party.Value, StringComparer.Ordinal)];

    internal Outcome<Card> Admit(Card card)
    {
        if (parties.Count >= RelayLimits.MaxParties && !Serves(card.Identity))
            return Refusal.Invalid($"a relay serves at most {RelayLimits.MaxParties} parties");
        try
        {
            var of = FolderOf(card.Identity);
            Directory.CreateDirectory(of, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            UnfinishedFile.Replace(CardOf(card.Identity), card.Encode());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refusal.Faulted($"the card could not be kept: {e.Message}");
        }
        parties[card.Identity] = card;
        return card;
    }

    /// <summary>Serves a party no more, and throws away what waits for it.</summary>
    internal Outcome<Card> Dismiss(PartyId party)
    {
        var found = Parties.FirstOrDefault(c => c.Party == party);
        if (found is null || !parties.TryRemove(found.Identity, out _))
            return new Refusal("unknown-party", $"this relay does not serve '{party}'", 404);
        File.Delete(CardOf(found.Identity));
        if (Directory.Exists(FolderOf(found.Identity)))
            Directory.Delete(FolderOf(found.Identity), recursive: true);
        return found;
    }

    /// <summary>True when the identity shows the link key of the card that was admitted.</summary>
    internal bool IsOnCard(LinkIdentity shown) =>
        parties.TryGetValue(shown.Identity, out var card)
        && shown.SubjectPublicKeyInfo.Span.SequenceEqual(card.LinkTls);

    /// <summary>Files and bytes that wait for a party.</summary>
    internal (int Files, long Bytes) Waiting(PublicKey identity)
    {
        var files = FilesOf(identity);
        return (files.Count, files.Sum(f => f.Length));
    }

    /// <summary>True for the name of a file that waits: its id, whose it is, and the slot that it lies in.</summary>
    internal static bool IsName(string name) =>
        name.Split('.') is [{ Length: IdDigits } id, { Length: 2 * PublicKey.Length } from, var slot, "carry"]
        && id.All(char.IsAsciiHexDigitLower)
        && from.All(char.IsAsciiHexDigitLower)
        && IsSlot(slot);

    internal static bool IsSlot(string slot) =>
        slot.Length == 2 * CarrySeal.SlotLength && slot.All(char.IsAsciiHexDigitLower);

    /// <summary>Takes a file for another party that is served, in the place of what the same sender left in that slot;
    /// whole and synced before it is answered.</summary>
    internal async Task<LinkAnswer> DepositAsync(
        PublicKey from,
        PublicKey to,
        string slot,
        Stream content,
        CancellationToken ct
    )
    {
        try
        {
            return underWay.AddOrUpdate(from, 1, (_, n) => n + 1) > RelayLimits.MaxUnderWay
                ? LinkAnswer.Refuse(429, $"more than {RelayLimits.MaxUnderWay} files at a time")
                : await TakeInAsync(from, to, slot, content, ct);
        }
        finally
        {
            underWay.AddOrUpdate(from, 0, (_, n) => n - 1);
        }
    }

    private async Task<LinkAnswer> TakeInAsync(
        PublicKey from,
        PublicKey to,
        string slot,
        Stream content,
        CancellationToken ct
    )
    {
        if (!Serves(to))
            return LinkAnswer.Refuse(404, "this relay does not serve the receiver");
        if (noRoom() is { } full)
            return LinkAnswer.Refuse(507, full);
        var of = FolderOf(to);
        Directory.CreateDirectory(of, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // after a restore it is not there
        var id = $"{clock.GetUtcNow().ToUnixTimeMilliseconds():x12}{Convert.ToHexStringLower(Randomness.Bytes(8))}";
        var unfinished = Path.Combine(of, $".{id}.part");
        try
        {
            long length = 0;
            await using (
                var file = new FileStream(
                    unfinished,
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        BufferSize = 0,
                        Options = FileOptions.Asynchronous,
                        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    }
                )
            )
            {
                var buffer = new byte[1 << 16];
                var read = await content.ReadAtLeastAsync(buffer, CarrySeal.HeadLength, throwOnEndOfStream: false, ct);
                if (read < CarrySeal.HeadLength || !CarrySeal.IsHead(buffer.AsSpan(0, CarrySeal.HeadLength)))
                    return LinkAnswer.Refuse(400, "that is no sealed file");
                for (; read > 0; read = await content.ReadAsync(buffer, ct))
                {
                    length += read;
                    if (length > RelayLimits.MaxFile)
                        return LinkAnswer.Refuse(413, $"a relay takes files of at most {RelayLimits.MaxFile} bytes");
                    if (noRoom() is { } filled)
                        return LinkAnswer.Refuse(507, filled);
                    await file.WriteAsync(buffer.AsMemory(0, read), ct);
                }
                file.Flush(flushToDisk: true);
            }
            await gate.WaitAsync(ct);
            try
            {
                var (sender, place) = ($".{from.ToHex()}.", $".{from.ToHex()}.{slot}{Suffix}");
                var files = FilesOf(to);
                var replaced = files.Where(f => f.Name.EndsWith(place, StringComparison.Ordinal)).ToList();
                var others = files.Except(replaced).ToList();
                if (
                    IsOver(
                        others.Where(f => f.Name.Contains(sender, StringComparison.Ordinal)),
                        RelayLimits.MaxWaitingOfOne,
                        RelayLimits.MaxWaitingBytesOfOne
                    )
                )
                    return LinkAnswer.Refuse(
                        429,
                        "as much of yours waits for the receiver as may; there is room again when it has taken some"
                    );
                if (IsOver(others, RelayLimits.MaxWaiting, RelayLimits.MaxWaitingBytes))
                    return LinkAnswer.Refuse(
                        429,
                        "as much waits for the receiver as may; there is room again when it has taken some"
                    );
                File.Move(unfinished, Path.Combine(of, id + place));
                foreach (var file in replaced)
                    file.Delete();
                DurableFolder.Sync(of);

                bool IsOver(IEnumerable<FileInfo> waiting, int most, long mostBytes) =>
                    waiting.Count() >= most || waiting.Sum(f => f.Length) + length > mostBytes;
            }
            finally
            {
                gate.Release();
            }
            return LinkAnswer.Ok(LinkAnswer.Text, Encoding.ASCII.GetBytes($"{id}\n"));
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>What waits for a party: a line <c>id length</c> for each file, the oldest first.</summary>
    internal LinkAnswer List(PublicKey identity) =>
        LinkAnswer.Ok(
            LinkAnswer.Text,
            Encoding.ASCII.GetBytes(
                string.Concat(
                    FilesOf(identity).Select(f => $"{IdOf(f)} {f.Length.ToString(CultureInfo.InvariantCulture)}\n")
                )
            )
        );

    /// <summary>One of the party's own files; null when there is none of that id.</summary>
    internal FileInfo? Find(PublicKey identity, string id) =>
        id.Length == IdDigits && id.All(char.IsAsciiHexDigitLower)
            ? FilesOf(identity).FirstOrDefault(f => IdOf(f) == id)
            : null;

    private static string IdOf(FileInfo file) => file.Name[..file.Name.IndexOf('.', StringComparison.Ordinal)];

    private List<FileInfo> FilesOf(PublicKey identity)
    {
        var of = new DirectoryInfo(FolderOf(identity));
        if (!of.Exists)
            return [];
        var files = of.EnumerateFiles($"*{Suffix}").OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var oldest = clock.GetUtcNow().Minus(RelayLimits.KeptFor);
        foreach (var file in files.Where(f => f.LastWriteTimeUtc < oldest.UtcDateTime))
            file.Delete();
        return [.. files.Where(f => f.LastWriteTimeUtc >= oldest.UtcDateTime)];
    }

    private string CardOf(PublicKey identity) => Path.Combine(keys, $"{CardPrefix}{identity.ToHex()}{CardSuffix}");

    private string FolderOf(PublicKey identity) => Path.Combine(folder, identity.ToHex());

    public void Dispose() => gate.Dispose();
}
