using System.Text.Json.Nodes;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Blind;

/// <summary>From a check as it is folded and a result as it is kept to what officers are shown. Nothing here says that
/// anything is safe.</summary>
internal static class BlindShapes
{
    private const double Degree = 1e-9;
    private const double MetresPerDegree = 111_195;

    internal static BlindView Of(Item item, LineDocument document, BlindSession? session, BlindKept? kept)
    {
        var proposal = BlindFamily.ProposalOf(item);
        BlindProfile? profile = null;
        string? problem = null;
        if (proposal is not null && !BlindGrids.Read(proposal, document.Policy).TryGet(out profile, out var unfit))
        {
            problem = unfit;
            profile = BlindGrids.ProfileOf(proposal.Profile!).TryGet(out var stated, out _) ? stated : null;
        }
        var ends = item
            .Applied.Where(e => e.Body is BlindEnd)
            .Select(e => (Entry: e, End: (BlindEnd)e.Body!))
            .Select(e => new BlindEndView(
                e.Entry.Header.From,
                e.Entry.Id,
                e.End.Reason!,
                e.End.ByPeer == true,
                session?.Standing.Ended is { } own
                && e.Entry.Header.From != session.Peer
                && BlindEntries.Word(own.Reason) == e.End.Reason
                    ? own.Note
                    : null
            ))
            .ToList();
        return new BlindView(
            item.Id,
            document.Id,
            item.State,
            item.Since,
            item.Due,
            item.Root.Header.From,
            BlindFamily.Asked(item),
            proposal?.Note,
            profile is null ? null : Of(profile),
            problem,
            BlindFamily.AcceptanceOf(item)?.Run,
            [
                .. item
                    .Applied.Where(e => e.Body is BlindCommitment)
                    .Select(e => (Entry: e, Of: (BlindCommitment)e.Body!))
                    .Select(c => new BlindCommitmentView(
                        c.Entry.Header.From,
                        c.Entry.Id,
                        c.Of.Bucket!.Value,
                        c.Of.Commitment!,
                        c.Of.PublicKey!
                    )),
            ],
            [
                .. item
                    .Applied.Where(e => e.Body is BlindFinding)
                    .Select(e => (Entry: e, Of: (BlindFinding)e.Body!))
                    .Select(f => new BlindFindingView(
                        f.Entry.Header.From,
                        f.Entry.Id,
                        f.Of.Digest!,
                        f.Of.Shared!.Value,
                        f.Of.Suspicious == true
                    )),
            ],
            ends,
            session is { Standing.IsOver: false }
                ? new BlindProgressView(
                    session.Standing.Phase,
                    session.Standing.Progress.Done,
                    session.Standing.Progress.Total
                )
                : null,
            // Only where both sides recorded the same digest is there a result (BLIND-CHECK-12).
            item.State == BlindFamily.Agreed
            && kept is not null
                ? Of(kept)
                : null
        );
    }

    internal static BlindProfileView Of(BlindProfile profile)
    {
        var separation = profile.Separation;
        var middle = Math.Cos(double.DegreesToRadians((profile.South + profile.North) / 2.0 * Degree));
        return new BlindProfileView(
            Degrees(profile.West),
            Degrees(profile.South),
            Degrees(profile.East),
            Degrees(profile.North),
            [
                Math.Round(profile.RowHeight * Degree * MetresPerDegree, 1),
                Math.Round(profile.ColumnWidth * Degree * MetresPerDegree * middle, 1),
            ],
            profile.Floor / 1000.0,
            profile.Ceiling / 1000.0,
            profile.LayerHeight / 1000.0,
            At(profile.Start),
            At(profile.End),
            profile.Slot / TimeSpan.TicksPerSecond,
            separation.Horizontal,
            separation.Vertical / 1000.0,
            separation.Ticks / TimeSpan.TicksPerSecond,
            profile.Rows,
            profile.Columns,
            profile.Layers,
            profile.Slots,
            BlindGrids.Text(profile.Hash())
        );
    }

    private static BlindResultView? Of(BlindKept kept) =>
        !BlindGrids.ProfileOf(kept.Profile).TryGet(out var profile, out _)
            ? null
            : new BlindResultView(
                kept.At,
                kept.Shared.Length / Cell.Length,
                [.. BlindFolder.Cells(kept).Take(BlindResultView.MaxCells).Select(c => Of(profile, c))],
                kept.OwnCells,
                kept.PeerBucket,
                kept.Suspicious,
                kept.Digest,
                kept.Compared,
                BlindResultView.Words
            );

    private static BlindCellView Of(BlindProfile profile, Cell cell)
    {
        var (southWest, northEast, band, time) = profile.Place(cell);
        return new BlindCellView(
            Degrees(southWest.X),
            Degrees(southWest.Y),
            Degrees(northEast.X),
            Degrees(northEast.Y),
            band.Lower == AltitudeBand.Below ? null : band.Lower / 1000.0,
            band.Upper == AltitudeBand.Above ? null : band.Upper / 1000.0,
            At(time.Start),
            At(time.End)
        );
    }

    /// <summary>Every shared cell as a rectangle.</summary>
    internal static string GeoJson(BlindKept kept)
    {
        var features = new JsonArray();
        if (BlindGrids.ProfileOf(kept.Profile).TryGet(out var profile, out _))
        {
            foreach (var cell in BlindFolder.Cells(kept))
            {
                var at = Of(profile, cell);
                features.Add(
                    new JsonObject
                    {
                        ["type"] = "Feature",
                        ["id"] = $"{cell.Slot}-{cell.Row}-{cell.Column}-{cell.Layer}",
                        ["geometry"] = new JsonObject
                        {
                            ["type"] = "Polygon",
                            ["coordinates"] = new JsonArray(
                                new JsonArray(
                                    Position(at.West, at.South),
                                    Position(at.East, at.South),
                                    Position(at.East, at.North),
                                    Position(at.West, at.North),
                                    Position(at.West, at.South)
                                )
                            ),
                        },
                        ["properties"] = new JsonObject
                        {
                            ["line"] = kept.Line.Value,
                            ["check"] = kept.Check.ToString(),
                            ["with"] = kept.With.Value,
                            ["lowerMetres"] = at.LowerMetres,
                            ["upperMetres"] = at.UpperMetres,
                            ["reference"] = "W84",
                            ["from"] = UtcText.Of(at.From),
                            ["until"] = UtcText.Of(at.Until),
                        },
                    }
                );
            }
        }
        return new JsonObject { ["type"] = "FeatureCollection", ["features"] = features }.ToJsonString();

        static JsonArray Position(double longitude, double latitude) => new(longitude, latitude);
    }

    private static double Degrees(long units) => Math.Round(units * Degree, 9);

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
