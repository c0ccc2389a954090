namespace Parley.Record;

/// <summary>Whether a header belongs where it stands. Shared by whoever reads a feed from its beginning: the verifier
/// of an export, and the check of a store.</summary>
public static class EntryPlace
{
    /// <summary>Why the header cannot be the entry at this place, or null. // EVIDENCE-7</summary>
    public static string? FaultOf(EntryHeader header, Origin feed, ulong seq)
    {
        if (header.Line != feed.Line)
            return "the header names another line";
        if (header.From != feed.Party || header.Seq != seq)
            return $"the header is that of {header.Id}";
        return seq == 0 && (header.Kind != LineOpened.Kind || header.Body is null)
            ? "the first entry does not open the line"
            : null;
    }

    /// <summary>Why these are not the salt and body that the header commits to, or null. // EVIDENCE-10</summary>
    public static string? BodyFaultOf(EntryHeader header, byte[]? salt, byte[]? body)
    {
        if (salt is null && body is null)
            return null;
        if (salt is null || body is null)
            return "of salt and body only one is there";
        if (header.Body is not { } commitment)
            return "there is a body, and the header commits to none";
        if (salt.Length != Body.SaltLength)
            return $"the salt is not {Body.SaltLength} bytes";
        if (body.Length != header.Size)
            return $"the body has {body.Length} bytes, and the header states {header.Size}";
        return Body.Commit(salt, body) == commitment ? null : "the body is not the one that the header commits to";
    }
}
