using Parley.Record;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station.Desks;

/// <summary>Acts of two officers: what one proposed, another releases or refuses.</summary>
internal sealed class ProposalDesk(Premises premises, SendDesk sending, ProposalBook book) : IDisposable
{
    /// <summary>One officer at a time decides on proposals, so that none is released twice.</summary>
    private readonly SemaphoreSlim deciding = new(1, 1);

    /// <summary>Puts a proposal on the record; its second officer must be another person than the first. Judged again,
    /// as the line stands by now.</summary>
    internal async Task<Outcome<Appended>> ReleaseAsync(
        string proposal,
        Officer by,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        await deciding.WaitAsync(ct);
        try
        {
            if (book.Waiting.Find(proposal) is not { } found)
                return book.Unknown(proposal);
            if (found.By.IsNamed(by.Name))
                return new Refusal(
                    AuthorCheck.TwoOfficers,
                    $"{found.By.Name} proposed it: another officer releases it",
                    409
                );
            if (AuthorCheck.Seat(by, found.Kind) is { } seat)
                return seat;
            if (
                !(await sending.AppendAsync(found.Line, found.ReleasedBy(by), wait, ct)).TryGet(
                    out var appended,
                    out var why
                )
            )
                return why;
            // It is on the record; should this fail, the proposal stands there once more, and its state machine will
            // not take it twice.
            if (!(await book.Waiting.RemoveAsync(proposal)).TryGet(out _, out var kept))
                StationLog.NotKept(premises.Log, $"that {proposal} was released", kept.Reason);
            return appended;
        }
        finally
        {
            deciding.Release();
        }
    }

    /// <summary>Drops a proposal: nothing of it comes on the record.</summary>
    internal async Task<Outcome<RefusedProposalView>> RefuseAsync(
        string proposal,
        Officer by,
        string? reason,
        CancellationToken ct
    )
    {
        await deciding.WaitAsync(ct);
        try
        {
            if (book.Waiting.Find(proposal) is not { } found)
                return book.Unknown(proposal);
            // Whoever made it takes it back; another refuses it from a seat that could release it; the administrator
            // clears what is in the way.
            if (
                !found.By.IsNamed(by.Name)
                && by.Seat != Seats.Administrator
                && AuthorCheck.Seat(by, found.Kind) is { } seat
            )
                return seat;
            if (reason?.Length > RefusedProposal.MaxReason)
                return Refusal.TooLarge($"a reason is at most {RefusedProposal.MaxReason} characters");
            var refused = new RefusedProposal(
                found,
                by,
                string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
                premises.Now
            );
            foreach (var old in book.Refused.All.OrderByDescending(r => r.Value.At).Skip(RefusedProposal.Max - 1))
            {
                if (!(await book.Refused.RemoveAsync(old.Key)).TryGet(out _, out var left))
                    return left;
            }
            if (!(await book.Refused.PutAsync(proposal, refused)).TryGet(out _, out var why))
                return why;
            if (!(await book.Waiting.RemoveAsync(proposal)).TryGet(out _, out why))
                return why;
            return refused.View();
        }
        finally
        {
            deciding.Release();
        }
    }

    public void Dispose() => deciding.Dispose();
}
