using Parley.Record;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>What the station writes of a blind check by itself, and how the check stands in the record.</summary>
internal sealed class BlindDiary(Premises premises, Integrity integrity, Recorder recorder)
{
    internal Item? ItemOf(StationLine open, EntryId check) =>
        integrity
            .Guarded(() => Outcome<Item?>.Of(open.Traffic.Read(picture => picture.View.ItemOf(check, premises.Now))))
            .TryGet(out var item, out _)
            ? item
            : null;

    internal async Task<Outcome<EntryId>> RecordAsync(StationLine open, Item item, string kind, byte[] body)
    {
        var peer = item.Root.Header.From == premises.Self ? BlindFamily.Asked(item) : item.Root.Header.From;
        var draft = new EntryDraft(
            kind,
            body,
            LineTester.Station,
            Mark: item.Root.Header.Mark,
            Re: [item.Id],
            To: peer is { } to ? [to] : null
        );
        try
        {
            return (await recorder.RecordAsync(open, draft, premises.Stopping, byStation: true)).TryGet(
                out var recorded,
                out var why
            )
                ? recorded.First
                : why;
        }
        catch (OperationCanceledException)
        {
            return Refusal.Faulted("the station is stopping");
        }
    }
}
