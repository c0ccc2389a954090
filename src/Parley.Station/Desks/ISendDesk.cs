using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>What officers put on the record, or ask another one to.</summary>
internal interface ISendDesk
{
    /// <summary>
    /// Appends one entry to our feed. Completes when it is durable here (<paramref name="wait"/> null), or when it is
    /// sealed or the
    /// time of <paramref name="wait"/> has passed, whichever is first: the passing of time is not a refusal,
    /// <see cref="Appended.Settled"/> tells.
    /// Cancelling gives up waiting only; an entry that is durable stays.
    /// </summary>
    Task<Outcome<Appended>> AppendAsync(LineId line, EntryDraft draft, TimeSpan? wait, CancellationToken ct);

    /// <summary>Keeps an act for another officer to release. Refused where it could not be recorded even with a second
    /// officer.</summary>
    Task<Outcome<ProposalView>> ProposeAsync(LineId line, EntryDraft draft, CancellationToken ct);

    /// <summary>
    /// Appends all drafts in order, group-committed, with back-pressure on the source. Stops at the first refusal: what
    /// came before
    /// it stays appended (the refusal's reason says how many).
    /// </summary>
    Task<Outcome<AppendedBatch>> AppendBatchAsync(
        LineId line,
        IAsyncEnumerable<EntryDraft> drafts,
        TimeSpan? wait,
        CancellationToken ct
    );
}
