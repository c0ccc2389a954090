using System.Text;
using Parley.Crypto;

namespace Parley.Station.Data;

/// <summary>
/// Where a station keeps its things. One station per directory; the directory has mode 0700, and what is secret in it
/// 0600.
/// This type only knows the names: who writes what stands at each member.
/// </summary>
public sealed class DataDirectory(string path)
{
    /// <summary>What a Linux socket address can hold (sun_path, without the closing zero), in bytes.</summary>
    public const int MaxSocketPath = 107;

    /// <summary>Absolute path of the directory.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Settings; written by <c>parley init</c>, edited by hand.</summary>
    public string Settings => In("station.json");

    /// <summary>The party's card, a signed note; written by <c>parley init</c> and <c>parley card
    /// --address</c>.</summary>
    public string Card => In("card");

    /// <summary>The SQLite database, where the store is not PostgreSQL.</summary>
    public string Database => In("parley.db");

    /// <summary>Which record the directory belongs to (<see cref="StoreBond"/>); written by <c>parley init</c> and at
    /// the first start.</summary>
    public string StoreId => In("store.id");

    /// <summary>The bearer token of the TCP API; written by <c>parley init</c>.</summary>
    public string Token => In("api.token");

    /// <summary>Held exclusively open by the running station.</summary>
    public string Lock => In("station.lock");

    /// <summary>The self-signed link certificate (DER); its key is <see cref="Key"/> of
    /// <see cref="KeyRole.LinkTls"/>.</summary>
    public string LinkCertificate => In("keys", "link.crt");

    /// <summary>Folder of the private keys, the lines' secrets, and the cards of those that this station relays
    /// for.</summary>
    public string Keys => In("keys");

    /// <summary>Sealed files that this station keeps for others; there where it is a relay.</summary>
    public string Relay => In("relay");

    /// <summary>What blind checks found, a file for each run; for this party's officers alone.</summary>
    public string BlindResults => In(Blind.BlindKept.Folder);

    /// <summary>The private key file of a role (see <see cref="KeyFile"/>); written by <c>parley init</c>.</summary>
    public string Key(KeyRole role) =>
        In(
            "keys",
            role switch
            {
                KeyRole.Identity => "identity.key",
                KeyRole.Log => "log.key",
                KeyRole.Cosign => "cosign.key",
                KeyRole.LinkTls => "link.key",
                KeyRole.Hpke => "hpke.key",
                _ => throw new ArgumentOutOfRangeException(nameof(role)),
            }
        );

    /// <summary>The key file of a line's pre-shared key, where the line has one.</summary>
    public string LineSecret(Record.LineId line) => In("keys", $"{line}.secret");

    /// <summary>
    /// The running station's Unix socket, as a path that an address can hold: absolute, or relative to the current
    /// directory where
    /// only that is short enough. Null where neither is.
    /// </summary>
    public string? Socket
    {
        get
        {
            var full = In("parley.sock");
            if (Encoding.UTF8.GetByteCount(full) <= MaxSocketPath)
                return full;
            var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, full);
            return Encoding.UTF8.GetByteCount(relative) <= MaxSocketPath ? relative : null;
        }
    }

    /// <summary>True when <c>parley init</c> has made a station here.</summary>
    public bool HoldsStation => File.Exists(Settings);

    /// <summary>That there is no station here, and what was perhaps meant: one in a folder of this directory, where a
    /// trial or a replay has put them, or a new one.</summary>
    public string NoStation =>
        IsClosed
            ? $"this user may not look into {Path}: run it as the user whom the station belongs to"
            : $"no station in {Path} ({(Below().Order(StringComparer.Ordinal).Take(MaxNamed).ToList() is { Count: > 0 } below
        ? $"found below it: {string.Join(", ", below)}" : $"make one: parley init --party ID --name NAME --data {Path}")})";

    /// <summary>True where the system does not let this user see what is there.</summary>
    internal bool IsClosed
    {
        get
        {
            try
            {
                _ = File.GetAttributes(Settings);
                return false;
            }
            catch (UnauthorizedAccessException)
            {
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    private const int MaxNamed = 4;

    private IEnumerable<string> Below()
    {
        try
        {
            return [.. Directory.EnumerateDirectories(Path).Where(d => new DataDirectory(d).HoldsStation)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Names, relative to the directory and with '/', of what a backup takes beside the record: settings,
    /// card, token, and whatever lies in <c>keys/</c> and, of blind checks, in <c>blind/</c>.</summary>
    internal IReadOnlyList<string> Kept()
    {
        var names = new List<string>(
            ((string[])["station.json", "card", "api.token"]).Where(name => File.Exists(In(name)))
        );
        var keys = Keys;
        if (Directory.Exists(keys))
            names.AddRange(
                Directory
                    .EnumerateFiles(keys)
                    .Select(file => $"keys/{System.IO.Path.GetFileName(file)}")
                    .Order(StringComparer.Ordinal)
            );
        if (Directory.Exists(BlindResults))
            names.AddRange(
                Directory
                    .EnumerateFiles(BlindResults, "*.json")
                    .Select(file => $"{Blind.BlindKept.Folder}/{System.IO.Path.GetFileName(file)}")
                    .Order(StringComparer.Ordinal)
            );
        return names;
    }

    private string In(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);
}
