using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// Which attachment: the feed whose entry announces it, and what that entry's header commits to. Two authors, or one on
/// two lines, may announce the
/// same commitment; theirs are two attachments, so that what one of them sends or withholds never touches the other's.
/// LINK-74.
/// </summary>
/// <param name="Feed">The feed of the entry.</param>
/// <param name="Commitment">Hash of salt ‖ body, as the header has it.</param>
public readonly record struct AttachmentId(Origin Feed, Hash Commitment)
{
    public override string ToString() => $"{Commitment} of {Feed}";
}
