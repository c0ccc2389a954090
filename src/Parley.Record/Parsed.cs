using System.Diagnostics.CodeAnalysis;

namespace Parley.Record;

/// <summary>Why untrusted bytes were refused, in words an operator can act on. Never holds content of a body.</summary>
public sealed record Rejected(string Reason);

/// <summary>
/// The outcome of reading untrusted bytes: a value, or the reason for its refusal. Parsers return it instead of
/// throwing, so that
/// hostile input can neither end a process nor be mistaken for a programming error.
/// </summary>
public readonly struct Parsed<T>
{
    private readonly T? value;
    private readonly Rejected? rejected;
    private readonly bool accepted;

    private Parsed(T value)
    {
        this.value = value;
        accepted = true;
    }

    private Parsed(Rejected rejected) => this.rejected = rejected;

    /// <summary>True with the value; false with the reason (then <paramref name="value"/> is null).</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, out string reason)
    {
        value = this.value;
        reason = accepted ? "" : rejected?.Reason ?? "nothing was read";
        return accepted;
    }

    /// <summary>The value, where a refusal would be our own mistake: literals, and bytes that this process has just
    /// written.</summary>
    public T Required() => TryGet(out var result, out var reason) ? result : throw new FormatException(reason);

    /// <summary>A value, where <typeparamref name="T"/> is an interface, which no conversion can start from.</summary>
    public static Parsed<T> Of(T value) => new(value);

    public static implicit operator Parsed<T>(T value) => new(value);

    public static implicit operator Parsed<T>(Rejected rejected) => new(rejected);
}
