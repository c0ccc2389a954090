using System.Text;
using Parley.Conformance.Peer;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>Files that people carry, both ways. Somebody at the station brings them in and out.</summary>
internal static class CarryChecks
{
    private const string Group = "carry";

    internal static IReadOnlyList<Check> All { get; } =
    [
        Of("CARRY-11", "a secret in the form of its file is kept", KeptAsync),
        Of("CARRY-3", "a file that was changed is taken no further than it opens", ChangedAsync),
        Of("CARRY-10", "a file whose sender did not sign it is not taken", UnsignedAsync),
        Of("CARRY-5", "entries that were carried are held, and cosigned when they are offered", CarriedAsync),
        Of("CARRY-7", "a file that is brought twice changes nothing", TwiceAsync),
        Of("CARRY-1", "a file that the station makes opens, with its receipt for what it holds", MadeAsync),
    ];

    private static Check Of(
        string clause,
        string name,
        Func<ConformanceSession, CancellationToken, Task<string?>> run
    ) => new(clause, name, run) { NeedsOfficer = true, StandsOn = Group };

    private static async Task<string?> KeptAsync(ConformanceSession session, CancellationToken ct)
    {
        session.Secret = LineSecret.Generate();
        var path = session.File("conformance.secret");
        await File.WriteAllBytesAsync(path, KeyFile.Encode(session.Secret), ct).ConfigureAwait(false);
        return Finding.Unless(
            await session
                .AskAsync(
                    new OfficerTask(
                        OfficerAct.KeepSecret,
                        session.Line,
                        $"Keep the secret in {path} for this line; its fingerprint is {session.Secret.Fingerprint.ToHex()}."
                    )
                    {
                        File = path,
                    },
                    ct
                )
                .ConfigureAwait(false),
            "the station did not keep it"
        );
    }

    private static byte[] Sealed(ConformanceSession session, SigningKey? signer = null)
    {
        var own = session.Own;
        return CarriedFile.Seal(
            session.Line,
            session.Party,
            session.Options.Station,
            session.Secret!,
            (session.Cosigned, own.Size),
            session.Clock.GetUtcNow(),
            signer ?? session.Party.Log,
            [CarriedFile.Push, .. own.Push(session.Cosigned)]
        );
    }

    /// <summary>Has it brought to the station; true where that took all of it.</summary>
    private static async Task<bool> BringAsync(
        ConformanceSession session,
        string name,
        byte[] file,
        string words,
        CancellationToken ct
    )
    {
        var path = session.File(name);
        await File.WriteAllBytesAsync(path, file, ct).ConfigureAwait(false);
        return await session
            .AskAsync(
                new OfficerTask(OfficerAct.TakeCarried, session.Line, $"Take the carried file {path}; {words}.")
                {
                    File = path,
                },
                ct
            )
            .ConfigureAwait(false);
    }

    private static async Task<string?> StaysAsync(ConformanceSession session, CancellationToken ct)
    {
        var held = await session.HeldAsync(ct).ConfigureAwait(false);
        return Finding.Unless(held == session.Cosigned, $"it holds {held} entries, and had {session.Cosigned}");
    }

    private static async Task<string?> ChangedAsync(ConformanceSession session, CancellationToken ct)
    {
        session.Own.Say("by hand").Say("by hand too");
        var file = Sealed(session);
        // In the push: what is before it stays taken, and a push that does not open is none.
        file[CarriedFile.FirstPart + 20] ^= 1;
        return await BringAsync(session, "changed.carry", file, "it was changed on the way", ct).ConfigureAwait(false)
            ? "the station took it as whole"
            : await StaysAsync(session, ct).ConfigureAwait(false);
    }

    private static async Task<string?> UnsignedAsync(ConformanceSession session, CancellationToken ct) =>
        await BringAsync(
                session,
                "unsigned.carry",
                Sealed(session, session.Party.Cosign),
                "its sender did not sign it",
                ct
            )
            .ConfigureAwait(false)
            ? "the station took it"
            : await StaysAsync(session, ct).ConfigureAwait(false);

    private static async Task<string?> CarriedAsync(ConformanceSession session, CancellationToken ct)
    {
        session.Own.Say("carried");
        if (!await BringAsync(session, "to-station.carry", Sealed(session), "it is sound", ct).ConfigureAwait(false))
            return "the station did not take it";
        if (await session.HeldAsync(ct).ConfigureAwait(false) is var held && held != session.Own.Size)
            return $"it holds {held} entries, and was brought {session.Own.Size}";
        session.Cosigned = session.Own.Size;
        return await session.DeliverAsync(ct).ConfigureAwait(false);
    }

    private static async Task<string?> TwiceAsync(ConformanceSession session, CancellationToken ct)
    {
        var path = session.File("to-station.carry");
        _ = await session
            .AskAsync(
                new OfficerTask(OfficerAct.TakeCarried, session.Line, $"Take the carried file {path} once more.")
                {
                    File = path,
                },
                ct
            )
            .ConfigureAwait(false);
        return await StaysAsync(session, ct).ConfigureAwait(false);
    }

    private static async Task<string?> MadeAsync(ConformanceSession session, CancellationToken ct)
    {
        var path = session.File("from-station.carry");
        if (
            !await session
                .AskAsync(
                    new OfficerTask(
                        OfficerAct.MakeCarried,
                        session.Line,
                        $"Make a file to carry for {session.Party.Id}, as {path}."
                    )
                    {
                        File = path,
                    },
                    ct
                )
                .ConfigureAwait(false) || !File.Exists(path)
        )
            return "the station made none";
        var (parts, fault) = CarriedFile.Open(
            await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false),
            session.Line,
            session.Options.Station,
            session.Party,
            session.Secret!
        );
        if (fault is not null)
            return fault;
        foreach (var push in parts.Where(p => p[0] == CarriedFile.Push))
        {
            var (status, why) = session.Theirs.Take(push[1..]);
            if (status is not (200 or 409))
                return $"a push in it is refused: {why.TrimEnd('\n')}";
        }
        return parts.FirstOrDefault(p => p[0] == CarriedFile.Cosigned) is { } receipt
            ? Receipt(session, receipt.AsSpan(1))
            : "it has no cosignature on the checkpoint that the station holds";
    }

    private static string? Receipt(ConformanceSession session, ReadOnlySpan<byte> note)
    {
        if (!SignedCheckpoint.Parse(note).TryGet(out var signed, out var why))
            return $"the checkpoint in it cannot be read: {why}";
        if (signed.Checkpoint.Size != (ulong)session.Cosigned)
            return $"its receipt is for {signed.Checkpoint.Size} entries, and {session.Cosigned} are held";
        var key = session.Line.CosignKey(session.Station);
        return Encoding
            .UTF8.GetString(note)
            .Split('\n')
            .Where(l => l.StartsWith('—'))
            .Any(l =>
                NoteSignature.ParseLine(l).TryGet(out var signature, out _)
                && signature.IsBy(key)
                && Cosignature.Verify(signature, key, signed.Checkpoint.Text)
            )
            ? null
            : "its receipt has no cosignature by the station's key (CARRY-8)";
    }
}
