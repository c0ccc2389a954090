using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Testing.Stores;

/// <summary>Made-up content for store tests: the store does not look into it, so it need not verify.</summary>
public static class StoreSample
{
    public static DateTimeOffset At { get; } = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero);

    public static LineId Line(char digit = 'a') => LineId.Parse("harbour-" + new string(digit, LineId.HashDigits));

    public static Origin Feed(string party = "us", char line = 'a') => new(Line(line), PartyId.Parse(party));

    public static PartyId Party(string id) => PartyId.Parse(id);

    public static Hash Digest(string of) => Sha256.Of(Encoding.UTF8.GetBytes(of));

    public static byte[] Bytes(string of) => Encoding.UTF8.GetBytes(of);

    public static PutLine Accept(LineId line, LineStanding standing = LineStanding.Accepted) =>
        new(line, Bytes($"document of {line}"), standing, At);

    /// <summary>An entry whose content follows from its place, so that a reader can tell a wrong one.</summary>
    public static Entry Entry(Origin feed, ulong seq, int bodyLength = 40)
    {
        var header = Bytes($"{{\"from\":\"{feed.Party}\",\"line\":\"{feed.Line}\",\"seq\":{seq}}}");
        if (bodyLength < 0)
            return new Entry(header, null, null);
        var body = new byte[bodyLength];
        new Random((int)seq).NextBytes(body);
        return new Entry(header, Digest($"salt {feed} {seq}").ToArray(), body);
    }

    public static AppendEntries Append(Origin feed, ulong oldSize, int count, int bodyLength = 40)
    {
        var entries = new Entry[count];
        for (var i = 0; i < count; i++)
            entries[i] = Entry(feed, oldSize + (ulong)i, bodyLength);
        var size = oldSize + (ulong)count;
        var subtrees = new List<SubtreeHash>();
        for (var number = oldSize / 256; number < size / 256; number++)
            subtrees.Add(new SubtreeHash(1, number, Digest($"{feed} 1 {number}")));
        return new AppendEntries(
            feed,
            oldSize,
            entries,
            subtrees,
            size,
            Digest($"{feed} root {size}"),
            Checkpoint(feed, size),
            At
        );
    }

    public static byte[] Checkpoint(Origin feed, ulong size) => Bytes($"{feed}\n{size}\nroot\n\n— {feed} signature\n");

    public static PutCosignature Cosign(Origin feed, ulong size, string cosigner, params string[] required) =>
        new(
            feed,
            size,
            Party(cosigner),
            $"— {cosigner} {size}",
            Checkpoint(feed, size),
            [.. required.Select(PartyId.Parse)]
        );
}
