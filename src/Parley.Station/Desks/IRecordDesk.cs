using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>The record as it is read.</summary>
internal interface IRecordDesk
{
    /// <summary>Entries of all feeds in order of arrival here, with arrival &gt; <paramref name="after"/>;
    /// <paramref name="limit"/> is 1..1000.</summary>
    Outcome<RecordPage> ReadRecord(LineId line, long after, int limit);

    /// <summary>The same from the other end: entries with arrival &lt; <paramref name="before"/>, the newest first;
    /// <see cref="RecordPage.Next"/> is what to pass next.</summary>
    Outcome<RecordPage> ReadRecordBefore(LineId line, long before, int limit);

    /// <summary>Entries that fit what is sought, the newest first. It looks at a bounded number of them, and says where
    /// it stopped.</summary>
    Outcome<RecordFindings> SearchRecord(LineId line, RecordQuery query, long before, int limit);

    Outcome<EntryDetail> ReadEntry(LineId line, EntryId entry);

    /// <summary>The body's bytes (without salt), inline or attachment. The stream is seekable; the caller disposes
    /// it.</summary>
    Outcome<BodyContent> OpenBody(LineId line, EntryId entry);

    /// <summary>The entry's proof in c2sp.org/tlog-proof@v1 form, against the newest checkpoint that is sealed (else
    /// the newest we hold).</summary>
    Outcome<string> BuildProof(LineId line, EntryId entry);

    /// <summary>Fixes what an export holds (sizes are taken now); nothing is written until
    /// <see cref="LineExport.Write"/>.</summary>
    Outcome<LineExport> BeginExport(LineId line, bool withBodies);
}
