using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Storage;

namespace Parley.Station.Officers;

/// <summary>A browser that is signed in. Changed by its <see cref="OfficerBook"/> alone.</summary>
internal sealed class Session(SessionRow row) : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private volatile SessionRow row = row;

    internal SessionRow Row
    {
        get => row;
        set => row = value;
    }

    /// <summary>Cancelled when the session ends, however it does: what streams to the browser then stops.</summary>
    internal CancellationToken Ended => ended.Token;

    internal void End() => ended.Cancel();

    public void Dispose() => ended.Dispose();
}

/// <summary>Who a request comes from, where that is a browser that is signed in. Stands in the request's features.</summary>
/// <param name="Session">The session.</param>
/// <param name="User">Its user, as he stands now.</param>
/// <param name="Secret">What the browser holds.</param>
internal sealed record SignedIn(Session Session, UserRow User, string Secret)
{
    /// <summary>The seat he sits in; null where he has not chosen, or may not sit there any more.</summary>
    internal string? Seat => Session.Row.Seat is { } seat && User.Seats.Contains(seat) ? seat : null;

    /// <summary>What an unsafe request has to bring in its header: known to pages of this origin only, since no other can read it.</summary>
    internal string Csrf => CsrfOf(Secret);

    internal static string CsrfOf(string secret) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "parley csrf"u8));
}

/// <summary>Secrets that a browser holds: made here, kept by hash.</summary>
internal static class Secrets
{
    internal static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(OfficerLimits.SecretBytes));

    internal static Hash HashOf(string secret) => Sha256.Of(Encoding.UTF8.GetBytes(secret));
}
