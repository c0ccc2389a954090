using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Data;

namespace Parley.Station.Tests.Faults;

/// <summary>The data directory of a station as <c>parley init</c> makes it, with the keys at hand: a test may also
/// speak for the party itself.</summary>
internal sealed class StationFolder : IDisposable
{
    /// <summary>Below the ports that the system gives to connections it dials.</summary>
    private const int FirstPort = 20_000;
    private const int LastPort = 32_000;

    private StationFolder(
        DataDirectory directory,
        int? port,
        Card card,
        SigningKey identity,
        SigningKey log,
        SigningKey cosign,
        LinkKey link
    )
    {
        Directory = directory;
        Port = port;
        Card = card;
        Identity = identity;
        Log = log;
        Cosign = cosign;
        Link = link;
    }

    internal DataDirectory Directory { get; }

    /// <summary>Where its card says that its link listens; null for a party that only dials.</summary>
    internal int? Port { get; }
    internal Card Card { get; }
    internal PartyId Party => Card.Party;
    internal SigningKey Identity { get; }
    internal SigningKey Log { get; }
    internal SigningKey Cosign { get; }
    internal LinkKey Link { get; }

    internal static StationFolder Make(
        string path,
        string party,
        bool listens = true,
        int? at = null,
        TimeProvider? clock = null
    )
    {
        var directory = new DataDirectory(path);
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        var whole = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(directory.LinkCertificate)!);
        var (identity, log, cosign, link) = (
            SigningKey.Generate(),
            SigningKey.Generate(),
            SigningKey.Generate(),
            LinkKey.Generate()
        );
        using var hpke = AgreementKey.Generate();
        int? port = listens ? at ?? FreePort() : null;
        var card = Card.Sign(
            new CardContents(
                PartyId.Parse(party),
                $"Ministry of {party}",
                ["en"],
                port is null ? [] : [$"127.0.0.1:{port}"],
                whole,
                log.PublicKey,
                cosign.PublicKey,
                link.SubjectPublicKeyInfo,
                hpke.PublicBytes
            ),
            identity
        );
        KeyFile.Write(directory.Key(KeyRole.Identity), KeyRole.Identity, identity);
        KeyFile.Write(directory.Key(KeyRole.Log), KeyRole.Log, log);
        KeyFile.Write(directory.Key(KeyRole.Cosign), KeyRole.Cosign, cosign);
        KeyFile.Write(directory.Key(KeyRole.LinkTls), link);
        KeyFile.Write(directory.Key(KeyRole.Hpke), hpke);
        File.WriteAllBytes(directory.LinkCertificate, LinkCertificate.Create(link, identity, now));
        File.WriteAllBytes(directory.Card, card.Encode());
        File.WriteAllText(directory.Token, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) + "\n");
        File.WriteAllBytes(directory.StoreId, StoreBond.Unused());
        File.WriteAllBytes(directory.Settings, new StationSettings(party, card.Name).Encode());
        return new StationFolder(directory, port, card, identity, log, cosign, link);
    }

    internal StationHostOptions Options => new(Directory, Link: Port is { } port ? $"127.0.0.1:{port}" : "none");

    /// <summary>Copies the data, as a backup of a stopped station does.</summary>
    internal void CopyTo(string target) => Copy(Directory.Path, target);

    /// <summary>Puts a copy back in place of what is there.</summary>
    internal void PutBack(string copy)
    {
        System.IO.Directory.Delete(Directory.Path, recursive: true);
        Copy(copy, Directory.Path);
    }

    private static void Copy(string source, string target)
    {
        System.IO.Directory.CreateDirectory(target);
        foreach (var file in System.IO.Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        foreach (var folder in System.IO.Directory.EnumerateDirectories(source))
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
    }

    /// <summary>Given to a station of this run already: it may be stopped just now, or not have begun to
    /// listen.</summary>
    private static readonly ConcurrentDictionary<int, bool> GivenPorts = new();

    internal static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(FirstPort, LastPort);
            if (!GivenPorts.TryAdd(port, true))
                continue;
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }
    }

    public void Dispose()
    {
        Identity.Dispose();
        Log.Dispose();
        Cosign.Dispose();
        Link.Dispose();
    }
}
