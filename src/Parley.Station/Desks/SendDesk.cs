using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station.Desks;

/// <summary>What officers put on the record: one entry, or very many; or what one asks another to.</summary>
internal sealed class SendDesk(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    Recorder recorder,
    ProposalBook proposals
) : ISendDesk
{
    private const int ProposalIdBytes = 8;

    /// <summary>Drafts handed to the line at once while a batch is read.</summary>
    private const int BatchSize = 512;

    /// <summary>Appends of one batch that may wait for the store; more would only fill memory.</summary>
    private const int BatchesUnderWay = 8;

    public async Task<Outcome<Appended>> AppendAsync(
        LineId line,
        EntryDraft draft,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var began = premises.Clock.GetTimestamp();
        if (!(await recorder.RecordAsync(open, draft, ct)).TryGet(out var recorded, out var why))
            return why;
        var reached = wait is { } limit && await open.ReachAsync(premises, recorded.First.Seq + 1, limit, ct);
        if (reached)
            StationMetrics.SealTime.Record(premises.Clock.GetElapsedTime(began).TotalSeconds);
        return open.Settlement(recorded.First, recorded.At, waited: wait is not null) with
        {
            WaitCutShort = wait is not null && !reached && premises.Stopping.IsCancellationRequested,
        };
    }

    public async Task<Outcome<ProposalView>> ProposeAsync(LineId line, EntryDraft draft, CancellationToken ct)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (AuthorCheck.Seat(draft.By, draft.Kind) is { } seat)
            return seat;
        var alone = recorder.Completed(open, draft) with { By = draft.By with { ReleasedBy = null } };
        var header = AuthorCheck.HeaderOf(
            new LineView(open.Traffic.Document),
            open.Traffic.Document,
            premises.Self,
            alone,
            premises.Now
        );
        var proposal = new Proposal(
            $"p-{Convert.ToHexStringLower(Randomness.Bytes(ProposalIdBytes))}",
            line,
            TwoPeople.ActOf(AuthorCheck.EntryOf(header, alone)),
            header.At,
            alone.Kind,
            alone.Body,
            alone.By,
            alone.Precedence,
            alone.Mark,
            alone.Re ?? [],
            alone.To,
            alone.Lang
        );
        // Judged as it would be with a second officer: what could never be released is refused to whoever proposes it.
        if (
            await recorder.JudgeAsync(
                open,
                proposal.ReleasedBy(new Officer(alone.By.Seat, $"{alone.By.Name} and another")),
                ct
            ) is
            { } why
        )
            return why;
        // What one officer may send alone waits for nobody: it would only take the room of what does. Of a FLASH, which
        // has room of its own, an officer may want a second one on any line.
        if (alone.Precedence != Precedence.Flash && await recorder.JudgeAsync(open, alone, ct) is null)
            return new Refusal(AuthorCheck.IllegalStep, $"this {alone.Kind} takes no second officer: send it", 409);
        return (await proposals.Waiting.PutAsync(proposal.Id, proposal)).TryGet(out var kept, out var full)
            ? kept.View()
            : full;
    }

    public async Task<Outcome<AppendedBatch>> AppendBatchAsync(
        LineId line,
        IAsyncEnumerable<EntryDraft> drafts,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var underWay = new Queue<Task<AppendOutcome>>();
        var run = new AppendRun();
        var waiting = new List<NewEntry>(BatchSize);
        EntryId? first = null,
            last = null;
        long count = 0;
        AppendOutcome.Refused? refused = null;
        Refusal? unfit = null;
        (string Kind, string Seat, string? Second) seated = default;

        async Task SettleOneAsync()
        {
            switch (await underWay.Dequeue())
            {
                case AppendOutcome.Recorded recorded when refused is null:
                    first ??= recorded.First;
                    last = recorded.First with { Seq = recorded.First.Seq + (ulong)recorded.Count - 1 };
                    count += recorded.Count;
                    break;
                case AppendOutcome.Refused why:
                    refused ??= why;
                    break;
            }
        }

        await foreach (var draft in drafts.WithCancellation(ct))
        {
            if (seated != (draft.Kind, draft.By.Seat, draft.By.ReleasedBy?.Seat))
            {
                unfit = AuthorCheck.Seat(draft.By, draft.Kind);
                seated = (draft.Kind, draft.By.Seat, draft.By.ReleasedBy?.Seat);
            }
            var isPlain = AuthorCheck.IsPlain(draft);
            if (isPlain)
                unfit ??= AuthorCheck.Content(draft);
            if (unfit is null && !isPlain)
            {
                // It is judged by what stands in the record, and what came before it in this batch is to stand there by
                // then.
                if (waiting.Count > 0)
                    underWay.Enqueue(open.Host.AppendAsync(waiting, run));
                waiting = new List<NewEntry>(BatchSize);
                while (underWay.Count > 0)
                    await SettleOneAsync();
                if (refused is not null)
                    break;
                if ((await recorder.RecordAsync(open, draft, ct)).TryGet(out var recorded, out unfit))
                    underWay.Enqueue(Task.FromResult<AppendOutcome>(recorded));
                if (unfit is null)
                    continue;
            }
            if (unfit is not null)
                break;
            waiting.Add(Recorder.Drafted(draft));
            if (waiting.Count < BatchSize)
                continue;
            while (underWay.TryPeek(out var head) && (head.IsCompleted || underWay.Count >= BatchesUnderWay))
                await SettleOneAsync();
            if (refused is not null)
                break;
            underWay.Enqueue(open.Host.AppendAsync(waiting, run));
            waiting = new List<NewEntry>(BatchSize);
        }
        if (waiting.Count > 0 && refused is null)
            underWay.Enqueue(open.Host.AppendAsync(waiting, run));
        while (underWay.Count > 0)
            await SettleOneAsync();
        if (refused is not null)
            return integrity.Refused(
                refused with
                {
                    Reason = $"{refused.Reason} ({count} entries before it are recorded)",
                }
            );
        if (unfit is not null)
            return unfit with { Reason = $"{unfit.Reason} ({count} entries before it are recorded)" };
        var isSealed =
            last is { } end
            && (
                wait is { } limit
                    ? await open.ReachAsync(premises, end.Seq + 1, limit, ct)
                    : open.Host.SealedSize(premises.Self) > end.Seq
            );
        return new AppendedBatch(
            first,
            last,
            count,
            isSealed,
            WaitCutShort: wait is not null && !isSealed && premises.Stopping.IsCancellationRequested
        );
    }
}
