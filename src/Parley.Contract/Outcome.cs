using System.Diagnostics.CodeAnalysis;
using Parley.Record;

namespace Parley.Contract;

/// <summary>
/// Why the station did not do what an officer asked: a stable code for programs, a reason for people, and the HTTP
/// status that the
/// edge answers with. Holds no content of a body.
/// </summary>
public sealed record Refusal(string Code, string Reason, int Status)
{
    /// <summary>What an activity conflicts with, where that is why its notice is returned.</summary>
    internal IReadOnlyList<ConflictView>? Conflicts { get; init; }

    /// <summary>The code of a carried file that opens for none of our lines: with a secret that is still to come it
    /// may.</summary>
    internal const string NotForUs = "not-for-us";

    internal static Refusal Invalid(string reason) => new("invalid", reason, 400);

    internal static Refusal UnknownLine(string line) => new("unknown-line", $"no line '{line}' on this station", 404);

    internal static Refusal UnknownEntry(string entry) => new("unknown-entry", $"no entry '{entry}' on this line", 404);

    internal static Refusal UnknownParty(string party) =>
        new("unknown-party", $"'{party}' is not a party of this line", 400);

    /// <summary>The body exists but is not held here: withheld, erased, or still on its way.</summary>
    internal static Refusal BodyNotHere(string reason) => new("body-not-here", reason, 404);

    /// <summary>The officer has not compared every fingerprint, or one does not match; nothing was accepted.</summary>
    internal static Refusal FingerprintsWanted(string reason) => new("fingerprints-wanted", reason, 409);

    /// <summary>What was typed is not the fingerprint of the card: it is none, or it is another's.</summary>
    internal static Refusal FingerprintMismatch(string party, FingerprintFault fault) =>
        new(
            fault.IsOfAnother ? "fingerprint-mismatch" : "fingerprint-mistyped",
            $"the fingerprint typed for '{party}': {fault.Reason}. Nothing was accepted",
            409
        );

    internal static Refusal AlreadyThere(string reason) => new("already-there", reason, 409);

    /// <summary>The line does not take entries now: proposed only, suspended, stopped by a fork, closed.</summary>
    internal static Refusal LineNotOpen(string reason) => new("line-not-open", reason, 409);

    internal static Refusal TooLarge(string reason) => new("too-large", reason, 413);

    /// <summary>The disk is down to its reserve, which entries may use and attachments may not.</summary>
    internal static Refusal NoRoom(string reason) => new("no-room", reason, 507);

    /// <summary>The entry is not sealed (or proven) yet, so that what was asked for cannot exist yet.</summary>
    internal static Refusal NotYet(string reason) => new("not-yet", reason, 409);

    /// <summary>No station runs: its record is only being read.</summary>
    internal static Refusal ReadOnly { get; } =
        new("read-only", "no station runs here: its record can be read, and nothing can be written", 503);

    /// <summary>The store is unusable or the station is restored from a backup: nothing is signed.</summary>
    internal static Refusal Faulted(string reason) => new("station-faulted", reason, 503);
}

/// <summary>A value, or the refusal. <c>default</c> is a refusal.</summary>
public readonly struct Outcome<T>
{
    private readonly T? value;
    private readonly Refusal? refusal;
    private readonly bool done;

    private Outcome(T? value, Refusal? refusal, bool done)
    {
        this.value = value;
        this.refusal = refusal;
        this.done = done;
    }

    internal bool TryGet([MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out Refusal? why)
    {
        result = value;
        why = done ? null : refusal ?? Refusal.Faulted("the station gave no answer");
        return done;
    }

    /// <summary>For values whose static type is an interface, where no conversion applies.</summary>
    internal static Outcome<T> Of(T value) => new(value, null, done: true);

    public static implicit operator Outcome<T>(T value) => new(value, null, done: true);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal, done: false);
}
