namespace Parley.Storage;

/// <summary>Keeps what a peer can make us write within <see cref="StoreLimits.MaxRefusalText"/>.</summary>
internal static class Cut
{
    internal static string Text(string? text)
    {
        if (text is null)
            return "";
        // NUL is the one character that PostgreSQL cannot store; a cut pair of surrogates would not be text either.
        if (text.Contains('\0', StringComparison.Ordinal))
            text = text.Replace('\0', '\uFFFD');
        if (text.Length <= StoreLimits.MaxRefusalText)
            return text;
        var length = StoreLimits.MaxRefusalText;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
