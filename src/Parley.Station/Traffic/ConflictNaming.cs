using System.Text.Json;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Traffic;

/// <summary>What an officer's act must name of what it conflicts with. TRAFFIC-61.</summary>
internal static class ConflictNaming
{
    /// <summary>Items that one act must name, of all that it conflicts with: <c>re</c> has room for these and for what
    /// else the act is about.</summary>
    internal const int MaxToName = 48;

    /// <summary>
    /// Why an officer's act is returned: its volumes cannot be read, or it does not show that its author knew what it
    /// conflicts with. Null when nothing speaks
    /// against it. Of each other party it names what <c>re</c> has room for and no more: nobody forbids a notice by
    /// declaring many areas. TRAFFIC-61.
    /// </summary>
    internal static string? Refuse(
        ConflictBook book,
        PartyId self,
        string kind,
        byte[]? body,
        IReadOnlyList<EntryId> re,
        out IReadOnlyList<Conflict> missed
    )
    {
        missed = [];
        if (
            body is null
            || !TrafficBodies.Read(kind, body).TryGet(out var read, out _)
            || read is not IVolumeBody { Volumes: { ValueKind: JsonValueKind.Array } stated }
        )
            return null;
        if (!VolumeReader.ReadVolumes(stated, "volumes").TryGet(out var volumes, out var problem))
            return problem;
        if (kind is not (Kinds.ActivityNotified or Kinds.ActivityChanged))
            return null;
        var own = kind == Kinds.ActivityChanged && re.Count > 0 ? re[0] : default;
        // What only some parties were told of is not to be named before all.
        var found = book.Against(volumes, own, self, book.Separation, except: self)
            .Where(c => book.Find(c.Second)!.Activity.Disclosure == Disclosure.Line)
            .ToList();
        var named = re.ToHashSet();
        missed =
        [
            .. found
                .GroupBy(c => c.SecondOwner)
                .SelectMany(of => Missed(book, [.. of], of.Key, named))
                .Take(Math.Max(0, MaxToName - found.Count(c => named.Contains(c.Second)))),
        ];
        if (missed.Count == 0)
            return null;
        var more = missed.Count > MaxInWords ? $" and {missed.Count - MaxInWords} more" : "";
        var all = found.Count > missed.Count ? $", of {found.Count} in all" : "";
        return $"it conflicts with {string.Join(", ", missed.Take(MaxInWords).Select(c => c.Second))}{more}{all}: change it, or name them under re to show that you know";
    }

    private const int MaxInWords = 20;

    /// <summary>
    /// What is still to be named of one party's, protected sites first. What was named and has gone since counts, so
    /// that an act is not returned again and again while
    /// its party puts one in the place of another.
    /// </summary>
    private static IEnumerable<Conflict> Missed(
        ConflictBook book,
        IReadOnlyList<Conflict> found,
        PartyId owner,
        HashSet<EntryId> named
    )
    {
        var known = found.Count(c => named.Contains(c.Second)) + named.Count(n => n.Party == owner && book.HasGone(n));
        return found
            .Where(c => !named.Contains(c.Second))
            .OrderBy(c => book.Find(c.Second)!.Activity.Role != VolumeRole.Protected)
            .Take(Math.Max(0, Math.Min(book.MaxToNameOfParty, found.Count) - known));
    }
}
