using System.Buffers;
using System.Text;
using System.Text.Json;
using Parley.Cli.Evidence;
using Parley.Cli.Replay;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Link;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Record.Text;
using Parley.Station.Exports;
using Parley.Testing.Lines;
using Parley.Traffic.Bodies;

namespace Parley.Fuzz;

/// <summary>Every parser that bytes of strangers reach, with samples that our own code made and, where the shared
/// vectors are present, those.</summary>
internal sealed class Targets : IDisposable
{
    private readonly Samples samples;
    private readonly LinkTargets link;
    private readonly StationTargets station;
    private readonly PasskeyTargets passkeys;
    private readonly ApiTargets api;
    private readonly string zip = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        $"parley-fuzz-{Guid.NewGuid():N}.zip"
    );

    internal Targets(int seed)
    {
        samples = new Samples();
        link = new LinkTargets(seed);
        station = new StationTargets(samples);
        passkeys = new PasskeyTargets();
        api = new ApiTargets();
        // Most of the work of a request is done by others than the thread that asks, and some of it (a search, an
        // export) for the whole record.
        var requests = new Target("API request", api.Samples, api.Feed)
        {
            Share = 60,
            Ready = api.Ready,
            Allocation = (8 * 1024 * 1024, 800),
        };
        All =
        [
            .. Formats(),
            .. Wire(),
            .. Traffic(),
            .. Files(),
            .. link.All,
            .. station.All,
            .. passkeys.All,
            requests,
        ];
    }

    internal IReadOnlyList<Target> All { get; }

    private static string? Why<T>(Parsed<T> parsed)
        where T : notnull => parsed.TryGet(out _, out var why) ? null : why;

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private IEnumerable<Target> Formats()
    {
        yield return new("entry header", samples.Headers, b => Why(EntryHeader.Parse(b)));
        yield return new("signed note", samples.Notes, b => Why(SignedNote.Parse(b)));
        yield return new(
            "signature line",
            [.. samples.Notes.Select(n => Encoding.UTF8.GetBytes(Text(n).TrimEnd('\n').Split('\n')[^1]))],
            b => Why(NoteSignature.ParseLine(Text(b)))
        );
        yield return new(
            "checkpoint",
            samples.Checkpoints,
            b =>
            {
                if (!SignedCheckpoint.Parse(b).TryGet(out var checkpoint, out var why))
                    return why;
                return checkpoint.Check(samples.LogKey) == SignatureCheck.Valid ? null : "the signature does not hold";
            }
        )
        {
            Share = 60,
        };
        yield return new(
            "cosignature",
            samples.Cosigned,
            b =>
            {
                if (!SignedCheckpoint.Parse(b).TryGet(out var checkpoint, out var why))
                    return why;
                foreach (var line in checkpoint.Note.Signatures)
                {
                    if (line.IsBy(samples.CosignKey))
                        return !Cosignature.TryGetTimestamp(line, out _) ? "no time"
                            : Cosignature.Verify(line, samples.CosignKey, checkpoint.Checkpoint.Text) ? null
                            : "the cosignature does not hold";
                }
                return "nobody known cosigned it";
            }
        )
        {
            Share = 60,
        };
        yield return new("verifier key", samples.VerifierKeys, b => Why(VerifierKey.Parse(Text(b)))) { Share = 40 };
        yield return new(
            "proof of an entry",
            samples.Proofs,
            b =>
            {
                if (!TlogProof.Parse(b).TryGet(out var proof, out var why))
                    return why;
                return Why(proof.Verify(samples.Leaf, samples.LogKey, samples.CosignKey));
            }
        )
        {
            Share = 60,
        };
        yield return new("trust policy", samples.Policies, b => Why(TlogPolicy.Parse(b)));
        yield return new("card", samples.Cards, b => Why(Card.Parse(b))) { Share = 60 };
        yield return new("line document", samples.Documents, b => Why(LineDocument.Parse(b)))
        {
            Share = 30,
            Allocation = (1024 * 1024, 400),
        };
        yield return new("entry bundle", samples.Bundles, b => Why(EntryBundle.Read(b, 3)));
        yield return new(
            "tile path",
            samples.TilePaths,
            b =>
                TilePath.TryParse(Text(b), out _, out _, out _) || TilePath.TryParseEntries(Text(b), out _, out _)
                    ? null
                    : "no tile path"
        )
        {
            Share = 30,
        };
        yield return new(
            "evidence path",
            samples.EvidencePaths,
            b => EvidencePath.IsKnown(Text(b)) ? null : "no path of an export"
        )
        {
            Share = 30,
        };
        yield return new(
            "fingerprint",
            [Encoding.ASCII.GetBytes(samples.Document.Fingerprint.Hex)],
            b => Fingerprint.TryParse(Text(b), out _) ? null : "no fingerprint"
        )
        {
            Share = 20,
        };
        yield return new(
            "link certificate",
            samples.Certificates,
            b =>
                LinkIdentity.Verify((ReadOnlyMemory<byte>)b, LineNetwork.Epoch.AddDays(1)) is var verdict
                && verdict.TryGet(out _, out var fault)
                    ? null
                    : fault.Reason
        )
        {
            Share = 40,
        };
    }

    private IEnumerable<Target> Wire()
    {
        yield return new("checkpoint offer", samples.Offers, b => Why(CheckpointOffer.Parse(b)));
        yield return new(
            "push",
            samples.Pushes,
            b =>
            {
                if (!EntryBatch.ReadOffer(b, out var bytes).TryGet(out var offer, out var why))
                    return why;
                var count = offer.Checkpoint.Checkpoint.Size - offer.OldSize;
                if (!EntryBatch.ReadEntries(bytes.Span, count, out _, out var rest).TryGet(out _, out why))
                    return why;
                return EntryBatch.TryReadBeside(rest, out _, out why) ? null : why;
            }
        );
        yield return new("heartbeat", samples.Heartbeats, b => Why(Heartbeat.Parse(b)));
        yield return new("pull", samples.Pulls, b => Why(PullRequest.Parse(b))) { Share = 60 };
        yield return new("off the record", samples.OffRecord, b => Why(OffRecordMessage.Parse(b)));
        yield return new(
            "carried part",
            [.. samples.Pushes.Select(p => (byte[])[3, .. p]), [2, .. samples.Cosigned[0]], [4, .. new byte[40]]],
            b => Why(CarryPart.Parse(b))
        );
        yield return new("blind-check exchange", Samples.Exchanges, b => Why(BlindExchange.Parse(b))) { Share = 60 };
        yield return new(
            "attachment held",
            [new AttachmentHeld { Held = 77, Complete = false }.Encode()],
            b => Why(AttachmentHeld.Parse(b))
        )
        {
            Share = 40,
        };
        // Three parts: the two notes and the proof, with a zero byte between.
        yield return new(
            "fork evidence",
            [samples.Fork],
            b =>
            {
                var parts = Text(b).Split('\0');
                if (parts.Length < 3)
                    return "not three parts";
                if (
                    !ForkEvidence
                        .Parse(Encoding.UTF8.GetBytes(parts[0]), Encoding.UTF8.GetBytes(parts[1]), parts[2])
                        .TryGet(out var evidence, out var why)
                )
                    return why;
                return evidence.Refute(samples.Feed, samples.LogKey);
            }
        )
        {
            Share = 50,
        };
    }

    private static IEnumerable<Target> Traffic()
    {
        // The kind stands before the body, with a zero byte between, so that one body meets every reader.
        yield return new(
            "traffic body",
            Samples.Bodies,
            b =>
            {
                var end = Array.IndexOf(b, (byte)0);
                return end < 0 ? "no kind" : Why(TrafficBodies.Read(Text(b[..end]), b.AsMemory(end + 1)));
            }
        )
        {
            Share = 300,
        };
        yield return new(
            "own traffic body",
            Samples.Bodies,
            b =>
            {
                var end = Array.IndexOf(b, (byte)0);
                return end < 0 ? "no kind" : Why(TrafficBodies.ReadOwn(Text(b[..end]), b.AsMemory(end + 1)));
            }
        )
        {
            Share = 100,
        };
        yield return new(
            "normal forms",
            ["Đa\u0300 Na\u0306\u0303ng 김포 \uFDFA"u8.ToArray()],
            b => NormalForm.Composed(NormalForm.Apart(Text(b))).Length < 0 ? "never" : null
        )
        {
            Share = 50,
        };
        yield return new("volume", Samples.Volumes, b => Json(b, e => Why(VolumeReader.Read(e, "volume"))))
        {
            Share = 150,
            Allocation = (1024 * 1024, 400),
        };
        yield return new(
            "volumes",
            [.. Samples.Volumes.Select(v => Encoding.UTF8.GetBytes($"[{Text(v)},{Text(v)}]"))],
            b => Json(b, e => Why(VolumeReader.ReadVolumes(e, "volumes")))
        )
        {
            Share = 50,
            Allocation = (1024 * 1024, 400),
        };
        yield return new("GeoJSON", Samples.Geometries, b => Json(b, e => Why(GeoJson.Read(e, "geometry"))))
        {
            Share = 150,
            Allocation = (1024 * 1024, 400),
        };
        yield return new("Cursor-on-Target", Samples.Events, b => Why(CursorOnTarget.Read(b)))
        {
            Share = 100,
            Allocation = (1024 * 1024, 400),
        };
        yield return new(
            "separation",
            ["500m,100m,60s"u8.ToArray(), "1.5km,500ft,5min"u8.ToArray()],
            b => Why(Separation.Parse(Text(b)))
        )
        {
            Share = 30,
        };
        yield return new("blind-check profile", [BlindSamples.Profile.Encode()], b => Why(BlindProfile.Parse(b)))
        {
            Share = 50,
        };
        var blind = new BlindSamples();
        // A chunk of points costs a scalar multiplication each: the most work that one message can ask for.
        yield return new("blind-check message", blind.Messages, blind.Receive)
        {
            Share = 1,
            Ready = blind.Ready,
            Allocation = (32 * 1024 * 1024, 400),
        };
    }

    private static string? Json(byte[] bytes, Func<JsonElement, string?> read)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(
                bytes,
                new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "no JSON"; // whoever calls these readers has parsed the JSON; a name with half a character throws the second
        }
        using (document)
            return read(document.RootElement);
    }

    private IEnumerable<Target> Files()
    {
        yield return new("activities file", Samples.ActivityFiles, b => Why(ActivitiesFile.Parse(b)))
        {
            Share = 40,
            Allocation = (1024 * 1024, 600),
        };
        using var day = typeof(ScenarioReader).Assembly.GetManifestResourceStream("day.json")!;
        var scenario = new byte[day.Length];
        day.ReadExactly(scenario);
        yield return new("scenario", [scenario, Samples.SmallScenario], b => Why(ScenarioReader.Read(b)))
        {
            Share = 4,
            Allocation = (4 * 1024 * 1024, 600),
        };
        yield return new("evidence file", samples.EvidenceFiles, samples.VerifyWith)
        {
            Share = 4,
            Allocation = (4 * 1024 * 1024, 600),
        };
        yield return new("evidence zip", samples.Zips, VerifyZip) { Share = 2, Allocation = (8 * 1024 * 1024, 600) };
    }

    private string? VerifyZip(byte[] bytes)
    {
        File.WriteAllBytes(zip, bytes);
        IEvidenceSource source;
        var stored = (StoredZipSource?)null;
        try
        {
            source = (IEvidenceSource?)(stored = StoredZipSource.TryOpen(zip)) ?? new ArchiveSource(zip);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return e.Message; // as parley verify says it
        }
        using var opened = (IDisposable)source;
        var report = EvidenceVerifier.Verify(source, new EvidenceOptions { Parallelism = 1 });
        return stored is { Faults: [var fault, ..] }
            ? fault.Reason
            : report.Findings.FirstOrDefault(f => f.IsFault)?.Reason ?? (report.Document is null ? "no line" : null);
    }

    public void Dispose()
    {
        station.Dispose();
        passkeys.Dispose();
        api.Dispose();
        File.Delete(zip);
    }
}
