using Parley.Crypto;

namespace Parley.Record;

/// <summary>Where the files of an export are written: a folder, or a zip. Paths are relative, ASCII, with <c>/</c>
/// between.</summary>
public interface IEvidenceSink
{
    /// <summary>Writes one whole file. Each path comes once; the bytes are valid only during the call.</summary>
    void Write(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Writes a file that is too large to stand in memory. Each call of <paramref name="open"/> gives the same
    /// <paramref name="length"/> bytes.</summary>
    void Write(string path, long length, Func<Stream> open);
}

/// <summary>Where the files of an export are read from. What it holds is not trusted; it may be asked by several
/// threads at once.</summary>
public interface IEvidenceSource
{
    /// <summary>The path of every file, relative, with <c>/</c> between, in any order. A path that stands there twice
    /// is listed twice.</summary>
    IEnumerable<string> List();

    /// <summary>Opens one file from its start, or null where there is none. The verifier disposes the stream and bounds
    /// what it reads.</summary>
    Stream? Open(string path);
}

/// <summary>The layout of an export (docs/protocol/evidence.md). It belongs to no station: any tlog-tiles client reads
/// a feed's folder.</summary>
public static class EvidenceFolder
{
    /// <summary>The line document, its cards and policy, and the keys of every feed.</summary>
    public const string LineFile = "line.json";

    /// <summary>Folder of the feeds.</summary>
    public const string Feeds = "feeds/";

    /// <summary>Folder of the bodies that are disclosed.</summary>
    public const string Bodies = "bodies/";
    private const string CheckpointFile = "checkpoint";

    /// <summary>The folder of a party's feed, with its last slash.</summary>
    public static string FeedOf(PartyId party) => $"{Feeds}{party}/";

    public static string CheckpointOf(PartyId party) => $"{FeedOf(party)}{CheckpointFile}";

    /// <summary>The file of the body that a header commits to: salt ‖ body.</summary>
    public static string BodyOf(Hash commitment) => $"{Bodies}{commitment.ToHex()}";

    /// <summary>The file of a tile: width 1–256, level 0 holding leaf hashes.</summary>
    public static string TileOf(PartyId party, int level, ulong index, int width) =>
        FeedOf(party) + TilePath.Encode(level, index, width);

    /// <summary>The file of an entry bundle of 1–256 headers.</summary>
    public static string EntriesOf(PartyId party, ulong index, int width) =>
        FeedOf(party) + TilePath.EncodeEntries(index, width);

    /// <summary>The party and the rest of a path inside <see cref="Feeds"/>.</summary>
    internal static bool TrySplitFeed(string path, out PartyId party, out string rest)
    {
        rest = "";
        party = default;
        var slash = path.IndexOf('/', Feeds.Length);
        if (slash < 0 || !PartyId.TryParse(path[Feeds.Length..slash], out party))
            return false;
        rest = path[(slash + 1)..];
        return true;
    }
}
