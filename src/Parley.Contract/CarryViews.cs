using Parley.Record;

namespace Parley.Contract;

/// <summary>The secret of a line, as far as anybody is told of it.</summary>
/// <param name="Line">The line.</param>
/// <param name="Fingerprint">In hexadecimal; both sides' officers compare it. Null where the line has no
/// secret.</param>
/// <param name="Words">The same as words.</param>
public sealed record LineSecretView(LineId Line, string? Fingerprint, string? Words);

/// <summary>What came of something carried here by another path than the wire.</summary>
/// <param name="Line">Of which line it is.</param>
/// <param name="From">Who sealed it.</param>
/// <param name="Id">Tells one file from another.</param>
/// <param name="MadeAt">When it was made, as its maker says.</param>
/// <param name="Starts">Entries of the sender's feed before the first that it brought.</param>
/// <param name="Leads">Entries of the sender's feed that are held once all of it was taken.</param>
/// <param name="Taken">Entries that were new here, and are recorded and cosigned now.</param>
/// <param name="HeldBefore">Entries of it that were here already.</param>
/// <param name="Confirmed">Entries of our own feed that it newly proves to be held by the sender; null where it proves
/// nothing new.</param>
/// <param name="Attachments">Attachments that were brought whole, or completed.</param>
/// <param name="Complete">False where the file ends before its end: what came before is taken.</param>
/// <param name="Stopped">Why not all of it was taken, where that is so.</param>
/// <param name="Again">True where that reason passes by itself: the same file is worth bringing again.</param>
public sealed record CarriedView(
    LineId Line,
    PartyId From,
    string Id,
    DateTimeOffset MadeAt,
    ulong Starts,
    ulong Leads,
    ulong Taken,
    ulong HeldBefore,
    ulong? Confirmed,
    int Attachments,
    bool Complete,
    string? Stopped,
    bool Again
);
