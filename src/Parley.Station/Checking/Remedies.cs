using Parley.Record;

namespace Parley.Station.Checking;

/// <summary>What an operator does about a damage. A station takes back from its peers what a backup lacks, so a backup
/// is the way to them.</summary>
internal static class Remedies
{
    internal const string Restore =
        "Stop the station, keep its files aside, and restore a backup from before the damage (parley restore): what it lacks comes back from the peers";
    internal const string Upgrade =
        "Nothing is known to be wrong with it. Make a backup (parley backup), start this Parley on it, and check again; or check with the version that wrote it";
    internal const string Other =
        "Nothing in it was changed. What wrote it can read it; if that is no Parley, look whether the settings name the right store";
    internal const string OtherUser =
        "Nothing is known to be wrong with it. Check it as the user whom it belongs to, who alone may read its keys";
    internal const string Indexes =
        "If only an index is damaged, it can be built anew (REINDEX) with the station stopped; otherwise restore a backup (parley restore): what it lacks comes back from the peers";
    internal const string Document =
        "Every party of the line holds the same document; restore a backup (parley restore)";
    internal const string Rebuild =
        "The entries themselves are sound and this follows from them; restore a backup (parley restore)";
    internal const string Keys =
        "Put back keys and card from the copies that are kept locked away; sign nothing with others";
    internal const string Secret =
        "Put back the copy that a backup or another party of the line has (parley line secret --replace); until then nothing can be carried on its line, and a station does not start with it";
    internal const string Served = "Delete it, and admit the party again with its card (parley relay admit)";
    internal const string Waiting = "Delete it: its sender leaves it again until its receiver has it";
    internal const string Cosigned =
        "The entries are not touched by it, and its party cosigns again with the feed's next entry; a backup holds this one";
    internal const string Extended =
        "Its author wrote it so, which is refused by now: the entries are sound, exports leave the checkpoint out, and the author's next entries replace it";
    internal const string Delivered =
        "The entries are not touched by it; the next delivery to the same party proves as much, at a later time; a backup holds this one";
    internal const string Attachment =
        "Restore a backup that holds it; the author, and each addressee that had it whole, holds it too";

    /// <summary>For an entry's header: who cosigned that it holds it.</summary>
    internal static string Header(IReadOnlyList<PartyId> holders) =>
        holders.Count == 0
            ? "Nobody else has cosigned that it holds it: only a backup brings it back"
            : $"{string.Join(", ", holders)} {(holders.Count == 1 ? "holds" : "hold")} it. {Restore}";

    /// <summary>For a body: of those who hold the header, the author and the addressees.</summary>
    internal static string Body(IReadOnlyList<PartyId> holders) =>
        holders.Count == 0
            ? "Nobody else that it was given to has cosigned it: only a backup brings it back"
            : $"{string.Join(", ", holders)} {(holders.Count == 1 ? "was given it and has" : "were given it and have")} cosigned it. {Restore}";
}
