using System.Globalization;
using System.Text;
using Parley.Crypto;
using Parley.Station.Data;

namespace Parley.Station.Media;

/// <summary>What one console signs in with at the TURN server beside its station, for one call
/// (draft-uberti-behave-turn-rest).</summary>
internal static class TurnTicket
{
    /// <summary>How long a console may come with what it was given: it asks at once.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    internal static CallServerView For(TurnSettings server, string seat, DateTimeOffset now)
    {
        var until = (now.ToUnixTimeSeconds() + (long)GoodFor.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var name = $"{until}:{seat}";
        Span<byte> code = stackalloc byte[Hmac.Sha1Length];
        Hmac.Sha1(Encoding.UTF8.GetBytes(server.Secret), Encoding.UTF8.GetBytes(name), code);
        return new CallServerView(server.Urls, name, Convert.ToBase64String(code));
    }
}
