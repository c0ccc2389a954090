using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>Mediators' rooms and silence procedures (docs/protocol/mediation.md).</summary>
internal static class RoomEndpoints
{
    internal static void MapRooms(this IEndpointRouteBuilder api, RoomDesk rooms)
    {
        api.MapGet("/rooms", (string? room) => Answers.Ok(rooms.Rooms(room)))
            .Produces<IReadOnlyList<RoomView>>()
            .WithName("rooms")
            .WithSummary(
                "Mediators' rooms, each with its lines side by side; of one (room) also what was said and passed on, what may cross to which line, comments and versions of the text, the newest of each"
            )
            .WithMetadata(new LongReading());

        api.MapGet(
                "/lines/{line}/rooms/{party}/{seq}/changes",
                (string line, string party, string seq, int from, int to) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var room, out why)
                        ? Answers.Ok(rooms.Changes(id, room, from, to))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<ClauseChangeView>>()
            .WithName("room-changes")
            .WithSummary("What differs between two versions of a room's negotiating text, by their numbers");

        api.MapGet("/silences", () => Answers.Ok(rooms.Silences()))
            .Produces<IReadOnlyList<SilenceView>>()
            .WithName("silences")
            .WithSummary("Silence procedures, newest first, and where each party stands");

        api.MapGet(
                "/lines/{line}/entries/{party}/{seq}/proof-file",
                (string line, string party, string seq) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                    && rooms.ProofFile(id, entry).TryGet(out var proof, out why)
                        ? TypedResults.Text(proof, "text/plain; charset=utf-8")
                        : Answers.Problem(why)
            )
            .Produces<string>(200, "text/plain")
            .WithName("proof-file")
            .WithSummary(
                "One entry with its proof as a file that an outsider can check (docs/protocol/public.md): header, salt, body, keys, tlog-proof"
            );
    }
}
