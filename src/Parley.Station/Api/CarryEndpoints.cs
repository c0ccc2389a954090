using Microsoft.AspNetCore.Http.Features;
using Parley.Record;
using Parley.Station.Carry;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>The line's secret, and sealed files that take the wire's place.</summary>
internal static class CarryEndpoints
{
    internal const string FromHeader = "X-Parley-From";
    internal const string ToHeader = "X-Parley-To";
    private const int MaxKeyFile = Crypto.KeyFile.MaxLength;

    internal static void MapCarry(this IEndpointRouteBuilder api, Carriage station)
    {
        api.MapGet(
                "/lines/{line}/secret",
                (string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(station.Secret(id))
                        : Answers.Problem(why)
            )
            .Produces<LineSecretView>()
            .WithName("line-secret")
            .WithSummary("The fingerprint of the line's pre-shared key, to compare with the other side");

        api.MapPut(
                "/lines/{line}/secret",
                async (HttpContext http, string line, bool? replace, CancellationToken ct) =>
                {
                    if (Speaker.Of(http).MustSit(http, Parley.Traffic.Seats.Administrator) is { } no)
                        return Answers.Problem(no);
                    if (!Answers.TryLine(line, out var id, out var why))
                        return Answers.Problem(why);
                    var text = new byte[MaxKeyFile + 1];
                    var length = await http.Request.Body.ReadAtLeastAsync(
                        text,
                        text.Length,
                        throwOnEndOfStream: false,
                        ct
                    );
                    var kept =
                        length > MaxKeyFile
                            ? Refusal.TooLarge($"a key file has at most {MaxKeyFile} bytes")
                            : station.KeepSecret(id, text.AsMemory(0, length), replace ?? false);
                    System.Security.Cryptography.CryptographicOperations.ZeroMemory(text);
                    return Answers.Ok(kept);
                }
            )
            .Accepts<byte[]>("text/plain", "*/*")
            .Produces<LineSecretView>()
            .WithName("keep-line-secret")
            .WithSummary("Keeps the pre-shared key of a line: the text of its key file, without a passphrase");

        api.MapGet(
                "/lines/{line}/carry/{party}",
                async (HttpContext http, string line, string party, ulong? from) =>
                {
                    if (Speaker.Of(http).MayNot(Speaker.LineWork) is { } no)
                        return Answers.Problem(no);
                    if (!Answers.TryLine(line, out var id, out var why))
                        return Answers.Problem(why);
                    if (!PartyId.TryParse(party, out var to))
                        return Answers.Problem(Refusal.Invalid($"'{party}' is not the id of a party"));
                    return (await station.BeginCarryAsync(id, to, from)).TryGet(out var carry, out why)
                        ? new CarryResult(carry)
                        : Answers.Problem(why);
                }
            )
            .Produces<byte[]>(200, "application/octet-stream")
            .WithMetadata(new Attended())
            .WithName("carry")
            .WithSummary(
                "What a party lacks of our feed, and our cosignature on its own, sealed for it to be carried by hand"
            );

        api.MapPost(
                "/carried",
                async (HttpContext http, CancellationToken ct) =>
                {
                    if (Speaker.Of(http).MayNot(Speaker.LineWork) is { } no)
                        return Answers.Problem(no);
                    if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                        size.MaxRequestBodySize = null; // read part by part, each bounded
                    try
                    {
                        return Answers.Ok(await station.TakeAsync(http.Request.Body, ct));
                    }
                    catch (BadHttpRequestException)
                    {
                        return Answers.Problem(Refusal.Invalid("the file ended early"));
                    }
                }
            )
            .Accepts<byte[]>("application/octet-stream", "*/*")
            .Produces<CarriedView>()
            .WithMetadata(new Attended())
            .WithName("carried")
            .WithSummary("Takes what another party sealed for us and somebody carried here");
    }

    private sealed class CarryResult(CarryOut carry) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using var disposing = carry;
            var response = httpContext.Response;
            response.ContentType = "application/octet-stream";
            response.Headers.ContentDisposition = $"attachment; filename=\"{carry.Line}.carry\"";
            response.Headers[FromHeader] = carry.From.ToString();
            response.Headers[ToHeader] = carry.To.ToString();
            try
            {
                await carry.WriteAsync(response.Body, httpContext.RequestAborted);
            }
            catch (Exception e)
            {
                httpContext.Abort(); // a part is never taken for the whole
                if (e is not (OperationCanceledException or IOException))
                    throw;
            }
        }
    }
}
