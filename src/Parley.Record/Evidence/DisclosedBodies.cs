using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// The bodies that an export holds, by the commitment that names their files, and which of them a header referred to.
/// Filled before
/// the feeds are read; then workers only look up and mark.
/// </summary>
internal sealed class DisclosedBodies
{
    private readonly Dictionary<Hash, Mark> bodies = [];

    /// <summary>Takes a file name from <c>bodies/</c>; the reason when it cannot be one, or stands there
    /// twice.</summary>
    internal string? Add(string name)
    {
        if (!Hash.TryParseHex(name, out var commitment))
            return "is not named by a commitment";
        return bodies.TryAdd(commitment, new Mark()) ? null : "stands there twice";
    }

    /// <summary>True when the body is there; it then counts as referred to.</summary>
    internal bool Find(in Hash commitment)
    {
        if (bodies.Count == 0 || !bodies.TryGetValue(commitment, out var mark))
            return false;
        mark.Referred = true;
        return true;
    }

    internal IEnumerable<Hash> NotReferred =>
        bodies
            .Where(body => !body.Value.Referred)
            .Select(body => body.Key)
            .OrderBy(hash => hash.ToHex(), StringComparer.Ordinal);

    private sealed class Mark
    {
        internal volatile bool Referred;
    }
}
