using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>The two keys by which a party speaks on a line: it signs its feed with one, and cosigns the others' with the
/// other.</summary>
public sealed record PartyKeys(PartyId Party, VerifierKey Log, VerifierKey Cosign);

/// <summary>
/// The keys of all parties of a line, and nothing else of its document: no address, no policy, no name of an officer. All
/// parties of the line have the same sheet, so that its fingerprint, which each of them can state in a place of its own, is
/// what an outsider compares (docs/protocol/public.md).
/// </summary>
public sealed class PublicKeySheet
{
    /// <summary>First line of the text that the fingerprint is of.</summary>
    public const string FirstLine = "parley/keys/v1";

    private PublicKeySheet(LineId line, IReadOnlyList<PartyKeys> parties)
    {
        Line = line;
        Parties = parties;
        Fingerprint = Fingerprint.Of(Sha256.Of(Encoding.UTF8.GetBytes(Text)));
    }

    public LineId Line { get; }

    /// <summary>In ascending order of party ids.</summary>
    public IReadOnlyList<PartyKeys> Parties { get; }

    /// <summary>What a reader compares with what a party states elsewhere. // PUBLIC-5</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>The sheet: its first line, and a line of two vkeys for each party.</summary>
    public string Text => string.Concat(Rows.Prepend(FirstLine).Select(row => row + "\n"));

    /// <summary>For each party its two vkeys, a space between.</summary>
    internal IEnumerable<string> Rows => Parties.Select(party => $"{party.Log} {party.Cosign}");

    /// <summary>The keys of a party; null for one that is not on the line.</summary>
    public PartyKeys? KeysOf(PartyId party) => Parties.FirstOrDefault(keys => keys.Party == party);

    /// <summary>The sheet of a line.</summary>
    public static PublicKeySheet Of(LineDocument line) =>
        new(
            line.Id,
            [.. line.Parties.Select(party => new PartyKeys(party, line.LogKey(party), line.CosignKey(party)))]
        );

    /// <summary>Reads the rows of a sheet. // PUBLIC-4</summary>
    internal static Parsed<PublicKeySheet> Parse(IReadOnlyList<string> rows)
    {
        if (rows.Count is 0 or > LineDocument.MaxParties)
            return new Rejected($"there are keys of 1 to {LineDocument.MaxParties} parties");
        LineId? line = null;
        var parties = new List<PartyKeys>(rows.Count);
        var used = new HashSet<PublicKey>();
        foreach (var row in rows)
        {
            if (row.Split(' ') is not [var log, var cosign])
                return new Rejected("the keys of a party are two vkeys with a space between");
            if (!VerifierKey.Parse(log).TryGet(out var logKey, out var reason))
                return new Rejected(reason);
            if (!VerifierKey.Parse(cosign).TryGet(out var cosignKey, out reason))
                return new Rejected(reason);
            if (logKey.Type != SignatureType.Ed25519 || !Origin.TryParse(logKey.Name, out var origin))
                return new Rejected("the first key of a party is that of its feed");
            if (cosignKey.Type != SignatureType.Cosignature || cosignKey.Name != origin.Party.Value)
                return new Rejected("the second key of a party is the one that it cosigns with");
            if ((line ??= origin.Line) != origin.Line)
                return new Rejected("the keys are of different lines");
            if (parties.Count > 0 && string.CompareOrdinal(parties[^1].Party.Value, origin.Party.Value) >= 0)
                return new Rejected("the parties' keys stand in the order of their ids, each party once");
            if (!used.Add(logKey.Key) || !used.Add(cosignKey.Key))
                return new Rejected("a key has two roles");
            parties.Add(new PartyKeys(origin.Party, logKey, cosignKey));
        }
        return new PublicKeySheet(line!.Value, parties);
    }
}
