using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Station.Exports;

namespace Parley.Station.Api;

/// <summary>Everything that reads the record: pages, single entries, bodies, proofs, exports.</summary>
internal static class RecordEndpoints
{
    /// <summary>Largest page of <c>GET …/entries</c>.</summary>
    internal const int MaxPage = 1000;
    private const int DefaultPage = 100;
    internal const string EntriesHeader = "X-Parley-Entries";

    internal static void MapRecord(this IEndpointRouteBuilder api, IRecordDesk record)
    {
        api.MapGet(
                "/lines/{line}/entries",
                (string line, long? after, long? before, string? order, int? limit) =>
                {
                    if (!Answers.TryLine(line, out var id, out var why))
                        return Answers.Problem(why);
                    if (after is < 0 || before is < 0 || limit is < 1 or > MaxPage)
                        return Answers.Problem(
                            Refusal.Invalid($"after and before are arrivals, limit is 1 to {MaxPage}")
                        );
                    return order switch
                    {
                        null or "oldest" when before is null => Answers.Ok(
                            record.ReadRecord(id, after ?? 0, limit ?? DefaultPage)
                        ),
                        "newest" when after is null => Answers.Ok(
                            record.ReadRecordBefore(id, before ?? long.MaxValue, limit ?? DefaultPage)
                        ),
                        _ => Answers.Problem(
                            Refusal.Invalid("order is oldest, which goes with after, or newest, which goes with before")
                        ),
                    };
                }
            )
            .Produces<RecordPage>()
            .WithName("record")
            .WithSummary(
                "Entries of all feeds in order of arrival here, or with order=newest the other way, a page at a time"
            );

        api.MapGet(
                "/lines/{line}/search",
                (string line, [AsParameters] SearchQuery query, long? before, int? limit) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why) || !query.Read().TryGet(out var sought, out why)
                    )
                        return Answers.Problem(why);
                    return before is < 0 || limit is < 1 or > MaxPage
                        ? Answers.Problem(Refusal.Invalid($"before is an arrival, limit is 1 to {MaxPage}"))
                        : Answers.Ok(record.SearchRecord(id, sought, before ?? long.MaxValue, limit ?? DefaultPage));
                }
            )
            .Produces<RecordFindings>()
            .WithName("search-record")
            .WithSummary(
                "Entries by text, kind, author, time and mark, newest first; looks at a bounded number of them, and says where to go on"
            )
            .WithMetadata(new LongReading());

        api.MapGet(
                "/lines/{line}/entries/{party}/{seq}",
                (string line, string party, string seq) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                        ? Answers.Ok(record.ReadEntry(id, entry))
                        : Answers.Problem(why)
            )
            .Produces<EntryDetail>()
            .WithName("entry")
            .WithSummary("One entry, with its exact header and the cosignatures that cover it");

        api.MapGet(
                "/lines/{line}/entries/{party}/{seq}/body",
                (HttpContext http, string line, string party, string seq, string? name) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !Answers.TryEntry(party, seq, out var entry, out why)
                        || !record.OpenBody(id, entry).TryGet(out var body, out why)
                    )
                        return Answers.Problem(why);
                    // A body is a party's bytes: a browser must neither guess its type nor run it, nor let a page of
                    // elsewhere hold it.
                    http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
                    http.Response.Headers.ContentDisposition = FileNames.Disposition(name);
                    return TypedResults.Stream(body.Content, "application/octet-stream", enableRangeProcessing: true);
                }
            )
            .Produces<byte[]>(200, "application/octet-stream")
            .WithName("body")
            .WithSummary("A body's bytes, without salt, as a download under that name; ranges are served");

        api.MapGet(
                "/lines/{line}/entries/{party}/{seq}/proof",
                (string line, string party, string seq) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                    && record.BuildProof(id, entry).TryGet(out var proof, out why)
                        ? TypedResults.Text(proof, "text/plain; charset=utf-8")
                        : Answers.Problem(why)
            )
            .Produces<string>(200, "text/plain")
            .WithName("proof")
            .WithSummary("The entry's proof as c2sp.org/tlog-proof@v1");

        api.MapGet(
                "/lines/{line}/export",
                (string line, string? parts) =>
                {
                    if (!Answers.TryLine(line, out var id, out var why))
                        return Answers.Problem(why);
                    if (parts is not (null or "all" or "headers"))
                        return Answers.Problem(Refusal.Invalid("parts is all or headers"));
                    return record.BeginExport(id, withBodies: parts is not "headers").TryGet(out var export, out why)
                        ? new ExportResult(export)
                        : Answers.Problem(why);
                }
            )
            .Produces<byte[]>(200, "application/zip")
            .WithName("export")
            .WithSummary("The record as evidence: a zip that `parley verify` and any tlog-tiles client read")
            .WithMetadata(new LongReading());
    }

    /// <summary>Streams the zip as it is made. A failure half-way aborts the connection, so that a part is never taken
    /// for the whole.</summary>
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
                // On a thread of its own: who reads slowly holds it, and not one that everybody's requests wait for.
                await Task.Factory.StartNew(
                    () =>
                    {
                        using var buffered = new BufferedStream(response.Body, 64 * 1024);
                        using var zip = new StoredZip(buffered);
                        export.Write(zip, ct);
                        zip.Complete();
                    },
                    ct,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                );
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
