using System.CommandLine;
using System.Text;
using System.Text.Json;
using Parley.Cli.Evidence;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Exports;

namespace Parley.Cli.Commands;

/// <summary>Checks an export with nothing but the export. Exit code 0: good, in part as well; 1: proven bad, with what
/// and where; 2: nothing to verify.</summary>
internal static class VerifyCommand
{
    private const int Unusable = 2;

    /// <summary>Findings printed for people; --json lists them all.</summary>
    private const int MaxShown = 20;

    internal static Command Create(CommandContext context)
    {
        var path = new Argument<string>("PATH")
        {
            Description = "An export, a folder or a zip; or the proof file of one entry",
        };
        var fingerprint = new Option<string?>("--line-fingerprint")
        {
            Description =
                "The line's fingerprint as you know it from elsewhere: at least 32 hex digits, or the 16 words",
            HelpName = "HEX",
        };
        var key = new Option<string?>("--key")
        {
            Description =
                "For a proof file: the fingerprint of the line's keys as a party states it elsewhere: at least 32 hex digits, or the 16 words",
            HelpName = "HEX",
        };
        var complete = new Option<bool>("--complete")
        {
            Description = "End with 1 where the export itself shows that something of the record is missing",
        };
        var json = CommandContext.Json();
        var command = new Command("verify", "Verify an export, or the proof file of one entry, offline")
        {
            path,
            fingerprint,
            key,
            complete,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var target = parsed.GetValue(path)!;
                if (ProofReport.TryRead(target, parsed.GetValue(key) is not null) is { } proof)
                {
                    if (parsed.GetValue(fingerprint) is not null || parsed.GetValue(complete))
                        throw new Failure(
                            "a proof file takes --key, and neither --line-fingerprint nor --complete",
                            Unusable
                        );
                    return ProofReport.Tell(screen, target, proof, parsed.GetValue(key), parsed.GetValue(json));
                }
                if (parsed.GetValue(key) is not null)
                    throw new Failure(
                        "--key is for the proof file of one entry; an export takes --line-fingerprint",
                        Unusable
                    );
                using var opened = Open(target);
                var report = await ProgressBar.RunAsync(
                    screen,
                    "verify",
                    progress =>
                        Task.Run(
                            () =>
                                EvidenceVerifier.Verify(
                                    opened.Source,
                                    new EvidenceOptions
                                    {
                                        LineFingerprint = parsed.GetValue(fingerprint),
                                        Progress = p => progress((long)p.Done, (long)p.Total),
                                        Cancel = ct,
                                    }
                                ),
                            ct
                        )
                );
                if (opened.Faults.Count > 0)
                    report = report with
                    {
                        Verdict = Verdict.Bad,
                        Findings = [.. opened.Faults.Select(Finding), .. report.Findings],
                    };
                if (parsed.GetValue(json))
                    screen.Json(ToJson(report));
                else
                    Print(screen, target, report, parsed.GetValue(fingerprint) is not null);
                return report.Verdict switch
                {
                    Verdict.Good => Program.Done,
                    Verdict.GoodInPart => parsed.GetValue(complete) ? Program.Failed : Program.Done,
                    Verdict.Bad => Program.Failed,
                    _ => Unusable,
                };
            }
        );
        return command;
    }

    private sealed record Opened(IEvidenceSource Source, IReadOnlyList<(string Path, string Reason)> Faults)
        : IDisposable
    {
        internal static Opened Of(FolderSource folder) => new(folder, folder.Faults);

        internal static Opened Of(ArchiveSource archive) => new(archive, archive.Faults);

        public void Dispose() => (Source as IDisposable)?.Dispose();
    }

    private static Opened Open(string path)
    {
        try
        {
            if (Directory.Exists(path))
                return Opened.Of(new FolderSource(path));
            if (!File.Exists(path))
                throw new Failure($"{path} is not there", Unusable);
            if (!PlainFile.IsAt(path, followLink: true))
                throw new Failure($"{path} is a pipe or a device: save the export as a file first", Unusable);
            return StoredZipSource.TryOpen(path) is { } stored
                ? new Opened(stored, stored.Faults)
                : Opened.Of(new ArchiveSource(path));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{path} cannot be read as an export: {e.Message}", Unusable);
        }
    }

    private static EvidenceFinding Finding((string Path, string Reason) fault)
    {
        var parts = fault.Path.Split('/');
        PartyId? feed = parts is ["feeds", var name, ..] && PartyId.TryParse(name, out var party) ? party : null;
        return new EvidenceFinding(feed, null, fault.Path, fault.Reason, IsFault: true);
    }

    private static void Print(Screen screen, string path, EvidenceReport report, bool fingerprintGiven)
    {
        var faults = report.Findings.Count(f => f.IsFault);
        screen.Line(
            report.Verdict switch
            {
                Verdict.Good => $"{screen.Good("GOOD")}  {path}: {report.Entries} entries, every one proven",
                Verdict.GoodInPart =>
                    $"{screen.Warn("GOOD, IN PART")}  {path}: {report.Entries} entries, each proven; the export itself shows that there is more of the record than is here",
                Verdict.Bad =>
                    $"{screen.Act("BAD")}  {path}: {faults}{(report.FindingsNotListed > 0 ? " or more" : "")} {(faults == 1 ? "thing is" : "things are")} proven wrong",
                _ => $"{screen.Act("UNUSABLE")}  {path} holds no export: there is no {EvidenceFolder.LineFile}",
            }
        );
        foreach (
            var finding in report
                .Findings.OrderByDescending(f => f.IsFault)
                .ThenByDescending(f => f.IsLack)
                .Take(MaxShown)
        )
        {
            foreach (var line in screen.Wrap(SafeText.ShowLine(finding.ToString()), 2))
                screen.Line(finding.IsFault ? screen.Act(line) : screen.Warn(line));
        }
        if (report.Findings.Count + report.FindingsNotListed > MaxShown)
            screen.Line(
                $"  and {report.Findings.Count + report.FindingsNotListed - MaxShown} more (--json lists them)"
            );
        if (report.Document is not { } document)
            return;
        screen.Line($"  line {document.Id}: {SafeText.ShowLine(document.Title)}");
        foreach (var feed in report.Feeds)
        {
            screen.Line(
                $"  {screen.Bold(feed.Party.Value)}  {feed.Size} entries, {feed.SealedSize} sealed, {feed.BodiesDisclosed} bodies here, {feed.BodiesWithheld} withheld"
            );
            if (feed.Signatures.Count > 0)
                foreach (
                    var line in screen.Wrap(
                        $"signed by {string.Join(", ", feed.Signatures.Select(s => s.At is { } at ? $"{s.Party} ({Times.Group(at)})" : s.Party.Value))}",
                        6
                    )
                )
                    screen.Line(line);
            if (feed.NotCosignedBy.Count > 0)
                screen.Line(screen.Warn($"      not cosigned by {string.Join(", ", feed.NotCosignedBy)}"));
        }
        if (fingerprintGiven || report.Verdict == Verdict.Bad)
            return;
        CardCommand.PrintFingerprint(
            screen,
            document.Fingerprint,
            "  This holds for the line with this fingerprint; compare it with what a party of the line states:"
        );
    }

    private static string ToJson(EvidenceReport report)
    {
        using var bytes = new MemoryStream();
        using (var w = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = ApiJson.Readable.Options.Encoder }))
        {
            w.WriteStartObject();
            w.WriteString(
                "verdict",
                report.Verdict switch
                {
                    Verdict.Good => "good",
                    Verdict.GoodInPart => "good-in-part",
                    Verdict.Bad => "bad",
                    _ => "unusable",
                }
            );
            w.WriteString("line", report.Document?.Id.Value);
            w.WriteString("fingerprint", report.Document?.Hash.ToHex());
            w.WriteNumber("entries", report.Entries);
            w.WriteStartArray("feeds");
            foreach (var feed in report.Feeds)
                Write(w, feed);
            w.WriteEndArray();
            w.WriteStartArray("findings");
            foreach (var finding in report.Findings)
            {
                w.WriteStartObject();
                w.WriteString("feed", finding.Feed?.Value);
                w.WriteString("entry", finding.Entry?.ToString());
                w.WriteString("path", finding.Path);
                w.WriteString("reason", finding.Reason);
                w.WriteBoolean("fault", finding.IsFault);
                w.WriteBoolean("lack", finding.IsLack);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteNumber("findingsNotListed", report.FindingsNotListed);
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter w, FeedReport feed)
    {
        w.WriteStartObject();
        w.WriteString("party", feed.Party.Value);
        w.WriteNumber("size", feed.Size);
        w.WriteNumber("sealed", feed.SealedSize);
        w.WriteString("root", feed.Root?.ToHex());
        w.WriteStartArray("signatures");
        foreach (var signature in feed.Signatures)
        {
            w.WriteStartObject();
            w.WriteString("party", signature.Party.Value);
            w.WriteString("at", signature.At is { } at ? UtcText.Of(at) : null);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartArray("notCosignedBy");
        foreach (var party in feed.NotCosignedBy)
            w.WriteStringValue(party.Value);
        w.WriteEndArray();
        w.WriteNumber("bodiesDisclosed", feed.BodiesDisclosed);
        w.WriteNumber("bodiesWithheld", feed.BodiesWithheld);
        w.WriteEndObject();
    }
}
