using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Tests.Faults;

namespace Parley.Station.Tests.Link;

/// <summary>
/// A party's station by another hand: it reads and writes the link as docs/protocol has it, with nothing of
/// Parley.Link, and does everything that is allowed and
/// unusual. Heartbeats are terse, answers slow, members stand in another order with white space between, every answer
/// closes its connection, one request is under
/// way at a time, and a cosignature comes among lines of other keys. It trusts nothing it has not checked, and counts
/// what it had to refuse.
/// </summary>
internal sealed class ReferencePeer : IAsyncDisposable
{
    private static readonly SigningKey Stranger = SigningKey.Generate();

    private readonly StationFolder folder;
    private readonly LineDocument document;
    private readonly LiveStation station;
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private readonly List<(byte[] Header, byte[]? Salt, byte[]? Body)> mine = [];
    private readonly List<byte[]> theirs = [];

    /// <summary>The same entries as they came, with their bodies.</summary>
    private readonly List<byte[]> asSent = [];
    private readonly TreeFrontier mirror = new();
    private string? mirrored;
    private int told;
    private WebApplication? web;

    internal ReferencePeer(StationFolder folder, LineDocument document, LiveStation station)
    {
        (this.folder, this.document, this.station) = (folder, document, station);
        Write(LineOpened.Kind, LineOpened.BodyFor(document.Hash));
    }

    /// <summary>How far ahead it dates its cosignatures.</summary>
    internal TimeSpan DatesAhead { get; set; }

    /// <summary>How long it thinks about each answer.</summary>
    internal TimeSpan Thinks { get; set; }

    /// <summary>What it answers who asks for his own entries; 200 for giving them.</summary>
    internal int GivesBack { get; set; } = 200;

    /// <summary>Entries of the station's feed that it holds, checked.</summary>
    internal int Held => theirs.Count;

    /// <summary>The largest size of its own feed that the station has cosigned, and the cosignature held.</summary>
    internal int Cosigned { get; private set; }
    internal int Size => mine.Count;

    /// <summary>How often the station asked for its own entries.</summary>
    internal int Asked { get; private set; }

    /// <summary>Why it refused what the station sent: nothing, where the station keeps to the protocol.</summary>
    internal List<string> Refused { get; } = [];
    private Origin Own => new(document.Id, folder.Party);
    private Origin Theirs => new(document.Id, station.Party);

    internal void Say(string text) =>
        Write("message.sent", Encoding.UTF8.GetBytes($"{{ \"text\" : {JsonSerializer.Serialize(text)} }}"));

    /// <summary>Header members in an order of its own, with white space, and the name escaped where it need not
    /// be.</summary>
    private void Write(string kind, byte[] body)
    {
        var salt = Randomness.Bytes(Body.SaltLength);
        var at = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var seen = theirs.Count == 0 ? "{}" : $"{{ \"{station.Party}\" : {theirs.Count} }}";
        var header = $$"""
            { "size":{{body.Length}}, "body":"sha256:{{Body.Commit(salt, body).ToHex()}}",
              "by": { "name":"\u0041nna Other", "seat":"watch" }, "seen":{{seen}}, "re":[ ],
              "precedence":"routine", "mark":"actual", "kind":"{{kind}}", "at":"{{at}}",
              "seq":{{mine.Count}}, "from":"{{folder.Party}}", "line":"{{document.Id}}", "parley":1 }
            """;
        mine.Add((Encoding.UTF8.GetBytes(header.ReplaceLineEndings("\n")), salt, body));
    }

    internal async Task ListenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    folder.Port!.Value,
                    endpoint =>
                    {
                        endpoint.Protocols = HttpProtocols.Http2;
                        endpoint.UseHttps(https =>
                        {
                            https.ServerCertificate = LinkCaller.CertificateOf(folder);
                            https.SslProtocols = SslProtocols.Tls13;
                            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                            https.ClientCertificateValidation = (presented, _, _) =>
                                LinkIdentity
                                    .Verify(presented.RawDataMemory, TimeProvider.System.GetUtcNow())
                                    .TryGet(out var identity, out _)
                                && identity.Identity == station.Folder.Card.Identity;
                        });
                    }
                )
            );
        web = builder.Build();
        web.Run(AnswerAsync);
        await web.StartAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        await Task.Delay(Thinks, http.RequestAborted);
        await oneAtATime.WaitAsync();
        try
        {
            var path = http.Request.Path.Value!;
            var (status, type, answer) = path switch
            {
                _ when path == $"/parley/v1/feeds/{document.Id}/{station.Party}" => Bytes(Take(body.ToArray())),
                _ when path == $"/parley/v1/lines/{document.Id}/heartbeat" => Bytes(
                    (200, "application/json; charset=utf-8", Heartbeat())
                ),
                _ when path == $"/parley/v1/feeds/{document.Id}/{station.Party}/recover" => GiveBack(
                    Encoding.ASCII.GetString(body.ToArray())
                ),
                _ when path.EndsWith("/off-record", StringComparison.Ordinal) => Bytes(
                    (200, "text/plain", "kept in mind\n")
                ),
                _ when path.EndsWith("/pull", StringComparison.Ordinal) => Bytes((204, "text/plain", "")),
                _ => Bytes((404, "text/plain", "not here\n")),
            };
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            http.Response.StatusCode = status;
            if (status == 204)
                return;
            http.Response.ContentType = type;
            await http.Response.Body.WriteAsync(answer);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private static (int, string, byte[]) Bytes((int Status, string Type, string Text) answer) =>
        (answer.Status, answer.Type, Encoding.UTF8.GetBytes(answer.Text));

    /// <summary>The station's own entries from the size that it names to the end. LINK-61, LINK-101</summary>
    private (int, string, byte[]) GiveBack(string question)
    {
        var from = int.Parse(question["from ".Length..].TrimEnd('\n'), CultureInfo.InvariantCulture);
        Asked++;
        if (GivesBack != 200)
            return Bytes((GivesBack, "text/plain", "not now\n"));
        if (from >= theirs.Count)
            return Bytes((204, "text/plain", ""));
        var offer = Encoding.UTF8.GetBytes($"old {theirs.Count}\n\n{mirrored}");
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, offer.Length);
        return (200, "application/octet-stream", [.. length, .. offer, .. asSent.Skip(from).SelectMany(e => e)]);
    }

    /// <summary>A checkpoint is shown when it has changed, and else none is: what is left out is not spoken of.
    /// LINK-30</summary>
    private string Heartbeat()
    {
        var shown =
            mirrored is null || told == theirs.Count
                ? "{ }"
                : $"{{ {JsonSerializer.Serialize(station.Party.Value)} : {JsonSerializer.Serialize(mirrored)} }}";
        told = theirs.Count;
        var at = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        return $"{{ \"checkpoints\" : {shown},\n  \"attended\" : true , \"at\" : \"{at}\", \"wants\" : null,\n  \"parley\" : 1 }}\n";
    }

    /// <summary>A push: the checks of LINK-11 and LINK-12 in few words.</summary>
    private (int Status, string Type, string Body) Take(byte[] push)
    {
        var offerLength = BinaryPrimitives.ReadInt32BigEndian(push);
        var offer = Encoding.UTF8.GetString(push, 4, offerLength);
        var blank = offer.IndexOf("\n\n", StringComparison.Ordinal);
        var old = int.Parse(offer[4..offer.IndexOf('\n', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        if (old != theirs.Count)
            return (409, "text/x.tlog.size", $"{theirs.Count}\n");
        var note = SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(offer[(blank + 2)..])).Required();
        if (!note.Checkpoint.IsOf(Theirs) || note.Check(document.LogKey(station.Party)) != SignatureCheck.Valid)
            return Refuse("a checkpoint that is not theirs");
        var next = mirror.Clone();
        var (headers, whole) = (new List<byte[]>(), new List<byte[]>());
        var at = 4 + offerLength;
        for (var i = old; i < (int)note.Checkpoint.Size; i++)
        {
            byte[] Read(int length) => push[at..(at += length)];
            var start = at;
            var header = Read(BinaryPrimitives.ReadUInt16BigEndian(Read(2)));
            if (Read(1)[0] == 1)
            {
                var salt = Read(Body.SaltLength);
                var body = Read(BinaryPrimitives.ReadUInt16BigEndian(Read(2)));
                if (EntryHeader.Parse(header).Required().Body != Body.Commit(salt, body))
                    return Refuse("a body that its header does not commit to");
            }
            headers.Add(header);
            whole.Add(push[start..at]);
            next.Append(MerkleHash.Leaf(header));
        }
        if (next.Root() != note.Checkpoint.Root)
            return Refuse("entries that do not hash to the root");
        foreach (var header in headers)
            mirror.Append(MerkleHash.Leaf(header));
        theirs.AddRange(headers);
        asSent.AddRange(whole);
        mirrored = offer[(blank + 2)..];
        return (
            200,
            "text/plain",
            Cosignature
                .Sign(note.Checkpoint, PartyId.Parse("archive"), Stranger, TimeProvider.System.GetUtcNow())
                .ToLine() + MySignature(note.Checkpoint).ToLine()
        );
    }

    private NoteSignature MySignature(Checkpoint on) =>
        Cosignature.Sign(on, folder.Party, folder.Cosign, TimeProvider.System.GetUtcNow() + DatesAhead);

    private (int, string, string) Refuse(string why)
    {
        Refused.Add(why);
        return (422, "text/plain", why + "\n");
    }

    /// <summary>Asks the station something over a connection of its own, which it closes after the answer.</summary>
    private async Task<(int Status, byte[] Body)> AskAsync(string path, byte[] body)
    {
        await oneAtATime.WaitAsync();
        try
        {
            using var caller = LinkCaller.As(folder, station);
            var (status, _, answer) = await caller.PostAsync(path, body);
            return (status, answer);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    internal async Task<int> BeatAsync() =>
        (await AskAsync($"/parley/v1/lines/{document.Id}/heartbeat", Encoding.UTF8.GetBytes(Heartbeat()))).Status;

    /// <summary>Pushes what the station has not cosigned; a 409 says from where.</summary>
    internal async Task<int> PushAsync()
    {
        var from = Cosigned;
        while (true)
        {
            var (status, answer) = await AskAsync($"/parley/v1/feeds/{document.Id}/{folder.Party}", Push(from));
            if (status == 409)
            {
                from = int.Parse(Encoding.ASCII.GetString(answer), CultureInfo.InvariantCulture);
                continue;
            }
            if (status != 200)
                return status;
            var line = NoteSignature.ParseLine(Encoding.UTF8.GetString(answer)).Required();
            if (
                !Cosignature.Verify(
                    line,
                    document.CosignKey(station.Party),
                    new Checkpoint(Own, (ulong)mine.Count, Tree(mine.Count).Root()).Text
                )
            )
                Refused.Add("a cosignature that does not hold");
            Cosigned = mine.Count;
            return status;
        }
    }

    private Checkpoint? pulled;

    /// <summary>Pulls until it holds that much, each time with the cosignature on what came before. LINK-20</summary>
    internal async Task PullAsync(int until)
    {
        while (theirs.Count < until)
        {
            var cosignature = pulled is null ? "" : MySignature(pulled).ToLine();
            var (status, answer) = await AskAsync(
                $"/parley/v1/feeds/{document.Id}/{station.Party}/pull",
                Encoding.UTF8.GetBytes($"held {theirs.Count}\n{cosignature}")
            );
            pulled = null;
            if (status == 204)
                continue;
            if (status != 200 || Take(answer).Status != 200)
                return;
            pulled = SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(mirrored!)).Required().Checkpoint;
        }
    }

    private byte[] Push(int from)
    {
        Hash[] proof =
            from == 0 || from == mine.Count
                ? []
                : ConsistencyProof.Build(Tree(from), [.. mine.Skip(from).Select(e => MerkleHash.Leaf(e.Header))]);
        var note = SignedCheckpoint.Sign(
            new Checkpoint(Own, (ulong)mine.Count, Tree(mine.Count).Root()),
            Own,
            folder.Log
        );
        var offer = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {from}\n");
        foreach (var hash in proof)
            offer.Append(hash.ToBase64()).Append('\n');
        byte[] text = [.. Encoding.ASCII.GetBytes(offer.Append('\n').ToString()), .. note.Encode()];
        using var bytes = new MemoryStream();
        bytes.Write([
            (byte)(text.Length >> 24),
            (byte)(text.Length >> 16),
            (byte)(text.Length >> 8),
            (byte)text.Length,
            .. text,
        ]);
        foreach (var (header, salt, body) in mine.Skip(from))
            bytes.Write([
                (byte)(header.Length >> 8),
                (byte)header.Length,
                .. header,
                1,
                .. salt!,
                (byte)(body!.Length >> 8),
                (byte)body.Length,
                .. body,
            ]);
        return bytes.ToArray();
    }

    private TreeFrontier Tree(int size)
    {
        var tree = new TreeFrontier();
        foreach (var (header, _, _) in mine.Take(size))
            tree.Append(MerkleHash.Leaf(header));
        return tree;
    }

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
            await web.DisposeAsync();
        oneAtATime.Dispose();
    }
}
