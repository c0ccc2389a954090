using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Parley.Record;

namespace Parley.Station.Api;

/// <summary>Everything that reads the record: pages, single entries, bodies, proofs, exports.</summary>
internal static class RecordEndpoints
{
    /// <summary>Largest page of <c>GET …/entries</c>.</summary>
    internal const int MaxPage = 1000;
    internal const string EntriesHeader = "X-Parley-Entries";

    internal static void MapRecord(this IEndpointRouteBuilder api, IStationOperations station)
    {
        api.MapGet("/lines/{line}/entries", (string line, long? after, int? limit) =>
        {
            if (!Answers.TryLine(line, out var id, out var why)) return Answers.Problem(why);
            return after is < 0 || limit is < 1 or > MaxPage
                ? Answers.Problem(Refusal.Invalid($"after is an arrival, limit is 1 to {MaxPage}"))
                : Answers.Ok(station.ReadRecord(id, after ?? 0, limit ?? 100));
        }).Produces<RecordPage>().WithName("record").WithSummary("Entries of all feeds in order of arrival here, a page at a time");

        api.MapGet("/lines/{line}/entries/{party}/{seq}", (string line, string party, string seq) =>
            Answers.TryLine(line, out var id, out var why) && Answers.TryEntry(party, seq, out var entry, out why)
                ? Answers.Ok(station.ReadEntry(id, entry)) : Answers.Problem(why))
            .Produces<EntryDetail>().WithName("entry").WithSummary("One entry, with its exact header and the cosignatures that cover it");

        api.MapGet("/lines/{line}/entries/{party}/{seq}/body", (HttpContext http, string line, string party, string seq) =>
        {
            if (!Answers.TryLine(line, out var id, out var why) || !Answers.TryEntry(party, seq, out var entry, out why)
                || !station.OpenBody(id, entry).TryGet(out var body, out why)) return Answers.Problem(why);
            // A body is a party's bytes: a browser must neither guess its type nor run it.
            http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
            http.Response.Headers.ContentDisposition = "attachment";
            return TypedResults.Stream(body.Content, "application/octet-stream", enableRangeProcessing: true);
        }).Produces<byte[]>(200, "application/octet-stream").WithName("body").WithSummary("A body's bytes, without salt; ranges are served");

        api.MapGet("/lines/{line}/entries/{party}/{seq}/proof", (string line, string party, string seq) =>
            Answers.TryLine(line, out var id, out var why) && Answers.TryEntry(party, seq, out var entry, out why)
                && station.BuildProof(id, entry).TryGet(out var proof, out why)
                ? TypedResults.Text(proof, "text/plain; charset=utf-8") : Answers.Problem(why))
            .Produces<string>(200, "text/plain").WithName("proof").WithSummary("The entry's proof as c2sp.org/tlog-proof@v1");

        api.MapGet("/lines/{line}/export", (string line, string? parts) =>
        {
            if (!Answers.TryLine(line, out var id, out var why)) return Answers.Problem(why);
            if (parts is not (null or "all" or "headers")) return Answers.Problem(Refusal.Invalid("parts is all or headers"));
            return station.BeginExport(id, withBodies: parts is not "headers").TryGet(out var export, out why)
                ? new ExportResult(export) : Answers.Problem(why);
        }).Produces<byte[]>(200, "application/zip").WithName("export").WithSummary("The record as evidence: a zip that `parley verify` and any tlog-tiles client read");
    }

    /// <summary>Streams the zip as it is made. A failure half-way aborts the connection, so that a part is never taken for the whole.</summary>
    private sealed class ExportResult(LineExport export) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/zip";
            response.Headers.ContentDisposition = $"attachment; filename=\"{export.Line}.zip\"";
            response.Headers[EntriesHeader] = export.Entries.ToString();
            httpContext.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true; // the writer is pure and synchronous
            var ct = httpContext.RequestAborted;
            try
            {
                await Task.Run(() =>
                {
                    using var buffered = new BufferedStream(response.Body, 64 * 1024);
                    using var zip = new StoredZip(buffered);
                    export.Write(zip, ct);
                    zip.Complete();
                }, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                httpContext.Abort();
                throw;
            }
            catch (OperationCanceledException)
            {
                httpContext.Abort();
            }
        }
    }
}
