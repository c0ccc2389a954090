namespace Parley.Record;

/// <summary>How an export is to be verified.</summary>
public sealed record EvidenceOptions
{
    /// <summary>The line's fingerprint as the reader knows it from elsewhere: at least 32 hexadecimal digits, or 16
    /// words. Null to accept whatever line it is.</summary>
    public string? LineFingerprint { get; init; }

    /// <summary>Most threads to work on.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Told now and then how far it is, on the calling thread.</summary>
    public Action<EvidenceProgress>? Progress { get; init; }
    public CancellationToken Cancel { get; init; }
}

/// <summary>
/// Verifies an export with nothing but the export: no station, no network, no clock (docs/protocol/evidence.md).
/// Hostile content ends
/// in a finding, never in an exception; memory does not grow with the number of entries, only with that of the bodies
/// disclosed.
/// </summary>
public static class EvidenceVerifier
{
    /// <summary>Most findings that a report lists; the rest is counted.</summary>
    public const int MaxFindings = 1_000;

    /// <summary>Checks everything that is there. Cancelling throws <see cref="OperationCanceledException"/>.</summary>
    public static EvidenceReport Verify(IEvidenceSource source, EvidenceOptions? options = null)
    {
        options ??= new EvidenceOptions();
        var findings = new Findings();
        var document = ReadLine(source, findings, out var verdict);
        if (document is null)
            return new EvidenceReport
            {
                Verdict = verdict,
                Document = null,
                Feeds = [],
                Findings = findings.Listed,
                FindingsNotListed = 0,
                Entries = 0,
            };
        if (options.LineFingerprint is { } typed && !document.Fingerprint.Matches(typed))
            findings.Fault(
                EvidenceFolder.LineFile,
                $"the line's fingerprint is {document.Fingerprint.Hex}, not the one expected"
            );

        var checks = document
            .Parties.Select(party => (Party: party, Check: CheckpointCheck.Run(source, document, party, findings)))
            .ToArray();
        var bodies = new DisclosedBodies();
        new ListingCheck(checks.ToDictionary(c => c.Party, c => c.Check.Checkpoint), bodies, findings).Run(
            source.List()
        );

        var sizes = checks
            .Where(c => c.Check.Checkpoint is not null)
            .ToDictionary(c => c.Party, c => c.Check.Checkpoint!.Size);
        var total = sizes.Values.Aggregate(0UL, (sum, size) => sum + Math.Min(size, EntryHeader.MaxSeq));
        ulong done = 0;
        var feeds = new List<FeedReport>();
        var knowsBodies = true;
        foreach (var (party, check) in checks)
        {
            FeedCheck? feed = null;
            if (check.Checkpoint is not null)
            {
                feed = new FeedCheck(new FeedPlace(source, document, party, sizes, bodies), check.Checkpoint, findings);
                var before = done;
                feed.Run(options, entries => options.Progress?.Invoke(new EvidenceProgress(before + entries, total)));
                done += feed.Entries;
            }
            // A feed that is not in the export at all refers to none of its bodies; one whose checkpoint is of no use
            // may.
            knowsBodies &= feed?.KnowsItsBodies ?? check.IsMissing;
            feeds.Add(Report(party, check, feed));
        }
        // Where an entry is damaged, its body would be accused as well, and of something else: the entry's finding says
        // it.
        if (knowsBodies)
            foreach (var body in bodies.NotReferred)
                findings.Fault(EvidenceFolder.BodyOf(body), "no entry refers to this body");
        return new EvidenceReport
        {
            Verdict =
                findings.HasFaults ? Verdict.Bad
                : findings.HasLacks ? Verdict.GoodInPart
                : Verdict.Good,
            Document = document,
            Feeds = feeds,
            Findings = findings.Listed,
            FindingsNotListed = findings.NotListed,
            Entries = done,
        };
    }

    private static LineDocument? ReadLine(IEvidenceSource source, Findings findings, out Verdict verdict)
    {
        using var file = BoundedFile.Read(source, EvidenceFolder.LineFile, LineJson.MaxLength);
        if (file.Fault is not null)
        {
            findings.Fault(EvidenceFolder.LineFile, file.Fault);
            verdict = file.Fault == BoundedFile.Missing ? Verdict.Unusable : Verdict.Bad;
            return null;
        }
        verdict = Verdict.Bad;
        if (LineJson.Read(file.Bytes).TryGet(out var document, out var reason))
            return document;
        findings.Fault(EvidenceFolder.LineFile, reason);
        return null;
    }

    private static FeedReport Report(PartyId party, CheckpointCheck check, FeedCheck? feed) =>
        new()
        {
            Party = party,
            Size = check.Checkpoint?.Size ?? 0,
            SealedSize =
                check.Missing.Count == 0 && check.Signatures.Count == check.Expected ? check.Checkpoint?.Size ?? 0 : 0,
            Root = check.Checkpoint?.Root,
            Signatures = check.Signatures,
            NotCosignedBy = check.Missing,
            BodiesDisclosed = feed?.Disclosed ?? 0,
            BodiesWithheld = feed?.Withheld ?? 0,
        };
}
