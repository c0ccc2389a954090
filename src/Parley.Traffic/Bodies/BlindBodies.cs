using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>What counts as a conflict in a blind check: millimetres, millimetres, seconds.</summary>
public sealed record BlindSeparation(long Horizontal, long Vertical, long Seconds);

/// <summary>
/// The profile of a blind check in whole numbers (BLIND-CHECK-2): edges and cells in 10⁻⁹ degree (WGS 84), heights in
/// millimetres above the ellipsoid. Whether the
/// numbers make a grid is for whoever compares to say.
/// </summary>
public sealed record BlindGrid
{
    public long South { get; init; }
    public long West { get; init; }
    public long North { get; init; }

    /// <summary>East of <see cref="West"/>, beyond 180° where the area crosses the antimeridian.</summary>
    public long East { get; init; }

    /// <summary>A cell's extent in latitude.</summary>
    public long CellHeight { get; init; }

    /// <summary>A cell's extent in longitude.</summary>
    public long CellWidth { get; init; }
    public long Floor { get; init; }
    public long Ceiling { get; init; }
    public long LayerHeight { get; init; }
    public DateTimeOffset Start { get; init; }
    public DateTimeOffset End { get; init; }
    public long SlotSeconds { get; init; }
    public BlindSeparation? Separation { get; init; }
}

/// <summary>Body of <c>blind.proposed</c>: with whom, on what grid, and our half of the run's id
/// (BLIND-CHECK-3).</summary>
public sealed record BlindProposal : ITrafficBody
{
    /// <summary>The party that is asked.</summary>
    [Required, DataType("party"), DisplayName("With which party")]
    public string? With { get; init; }

    [Required]
    public BlindGrid? Profile { get; init; }

    /// <summary><c>sha256:</c> of the profile's bytes.</summary>
    [Required, DataType("hash")]
    public string? ProfileHash { get; init; }

    /// <summary>32 random bytes as hexadecimal digits.</summary>
    [Required, DataType("hex")]
    public string? Nonce { get; init; }

    /// <summary>Until when an answer is of use; a day where it is not said.</summary>
    public DateTimeOffset? Expires { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() =>
        (PartyId.TryParse(With, out _) ? null : "with is not a party id")
        ?? (
            Profile is null ? "profile is missing"
            : Profile.Separation is null ? "profile has no separation"
            : null
        )
        ?? Check.Hash("profileHash", ProfileHash)
        ?? BlindParts.Digits("nonce", Nonce);
}

/// <summary>Body of <c>blind.accepted</c>: the other half of the run's id, and the id.</summary>
public sealed record BlindAcceptance : ITrafficBody
{
    [Required, DataType("hash")]
    public string? ProfileHash { get; init; }

    [Required, DataType("hex")]
    public string? Nonce { get; init; }

    /// <summary>The run's id as hexadecimal digits.</summary>
    [Required, DataType("hex")]
    public string? Run { get; init; }

    public string? Problem() =>
        Check.Hash("profileHash", ProfileHash) ?? BlindParts.Digits("nonce", Nonce) ?? BlindParts.Digits("run", Run);
}

/// <summary>Body of <c>blind.committed</c>: what a side is bound to before any point leaves (BLIND-CHECK-6).</summary>
public sealed record BlindCommitment : ITrafficBody
{
    [Required, DataType("hex")]
    public string? Run { get; init; }

    [Required, DataType("hex")]
    public string? Commitment { get; init; }

    /// <summary>Points of the set, with padding.</summary>
    [Required, Range(1, int.MaxValue)]
    public int? Bucket { get; init; }

    /// <summary>The key of this run, as hexadecimal digits.</summary>
    [Required, DataType("hex")]
    public string? PublicKey { get; init; }

    public string? Problem() =>
        BlindParts.Digits("run", Run)
        ?? BlindParts.Digits("commitment", Commitment)
        ?? BlindParts.Digits("publicKey", PublicKey)
        ?? (Bucket is null or <= 0 ? "bucket is missing" : null);
}

/// <summary>Body of <c>blind.compared</c>: what a side found, as a digest that tells nobody the cells (BLIND-CHECK-12).
/// It is no word on whether anything is safe.</summary>
public sealed record BlindFinding : ITrafficBody
{
    [Required, DataType("hex")]
    public string? Run { get; init; }

    [Required, DataType("hex")]
    public string? Digest { get; init; }

    /// <summary>How many cells both sides brought.</summary>
    [Required, Range(0, int.MaxValue)]
    public int? Shared { get; init; }

    /// <summary>More matched than an honest plan would (BLIND-CHECK-11).</summary>
    public bool? Suspicious { get; init; }

    public string? Problem() =>
        BlindParts.Digits("run", Run)
        ?? BlindParts.Digits("digest", Digest)
        ?? (Shared is null or < 0 ? "shared is missing" : null);
}

/// <summary>Body of <c>blind.aborted</c>: why a side ended a run without a result.</summary>
public sealed record BlindEnd : ITrafficBody
{
    [Required, DataType("hex")]
    public string? Run { get; init; }

    /// <summary>In one of the words of docs/protocol/blind-check.md; another one is taken as it is.</summary>
    [Required, MaxLength(Check.ShortText)]
    public string? Reason { get; init; }

    /// <summary>True where the other side gave this reason.</summary>
    public bool? ByPeer { get; init; }

    public string? Problem() => BlindParts.Digits("run", Run);
}

internal static class BlindParts
{
    private const int HexDigits = 64;

    internal static string? Digits(string what, string? text) =>
        text is { Length: HexDigits } && text.All(char.IsAsciiHexDigitLower)
            ? null
            : $"{what} is not {HexDigits} hexadecimal digits";
}
