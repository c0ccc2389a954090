using System.Diagnostics.CodeAnalysis;

namespace Parley.Crypto;

/// <summary>Why something from outside was refused: the kind of fault for the program, the reason in words for the
/// operator. Holds no secret.</summary>
public sealed record Refusal<TFault>(TFault Fault, string Reason)
    where TFault : struct, Enum;

/// <summary>
/// The outcome of examining a key file or a certificate: the value, or the refusal. Whatever bytes come in, an
/// examination ends in
/// one of the two and never in an exception. The default value is a refusal.
/// </summary>
public readonly struct Verdict<T, TFault>
    where T : class
    where TFault : struct, Enum
{
    private readonly T? value;
    private readonly Refusal<TFault>? refusal;

    private Verdict(T value) => this.value = value;

    private Verdict(Refusal<TFault> refusal) => this.refusal = refusal;

    /// <summary>True with the value; false with the refusal.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal<TFault>? refusal)
    {
        value = this.value;
        refusal = value is null ? this.refusal ?? new Refusal<TFault>(default, "nothing was examined") : null;
        return value is not null;
    }

    public static implicit operator Verdict<T, TFault>(T value) => new(value);

    public static implicit operator Verdict<T, TFault>(Refusal<TFault> refusal) => new(refusal);
}
