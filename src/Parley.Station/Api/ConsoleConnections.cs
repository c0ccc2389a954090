using Microsoft.AspNetCore.Connections;
using Parley.Station.Officers;

namespace Parley.Station.Api;

/// <summary>
/// Who is connected to the console's TCP port. Nobody can keep others out: where there are too many connections, the
/// oldest goes that showed neither a
/// session nor the token, and where there is none, the oldest of whoever has most; a session has a limit of its own
/// besides. Of the connections of one,
/// those that wait for a request go first. The Unix socket has no part in it, so that the station's owner is never kept
/// out by the network.
/// </summary>
/// <param name="max">Connections at a time, event streams included.</param>
/// <param name="maxOfSession">Connections of one session.</param>
internal sealed class ConsoleConnections(int max, int maxOfSession)
{
    /// <summary>For those that have shown nothing.</summary>
    private static readonly object Nobody = new();

    private readonly Lock gate = new();

    /// <summary>By whom, oldest first; guarded by <see cref="gate"/>, as is <see cref="count"/>. Whoever has no
    /// connection has no list.</summary>
    private readonly Dictionary<object, LinkedList<Place>> places = [];
    private int count;

    /// <summary>One connection, and who used it last. Changed under the gate alone.</summary>
    private sealed class Place(ConsoleConnections all, ConnectionContext connection)
    {
        internal ConsoleConnections All => all;
        internal ConnectionContext Connection => connection;
        internal object Owner { get; set; } = Nobody;
        internal LinkedListNode<Place>? Node { get; set; }

        /// <summary>A request is under way on it.</summary>
        internal bool IsBusy { get; set; }
    }

    /// <summary>Counts the connections of the listener it is put on.</summary>
    internal ConnectionDelegate Admit(ConnectionDelegate next) =>
        async connection =>
        {
            var place = new Place(this, connection);
            Place? excess = null;
            lock (gate)
            {
                Join(place, Nobody);
                if (count > max)
                    excess = Leave(
                        places[Nobody] is { Count: > 1 } strangers ? strangers.First!.Value : OldestOfMost(place)
                    );
            }
            connection.Features.Set(place);
            excess?.Connection.Abort(new ConnectionAbortedException("too many connections"));
            try
            {
                if (excess != place)
                    await next(connection);
            }
            finally
            {
                lock (gate)
                    Leave(place);
            }
        };

    /// <summary>The request brought the token or a session: its connection is theirs, until another's request comes
    /// over it.</summary>
    internal static void Prove(HttpContext http, object owner)
    {
        if (http.Features.Get<Place>() is not { } place)
            return;
        Place? excess;
        lock (place.All.gate)
        {
            if (place.Node is null)
                return; // it is being aborted
            place.IsBusy = true;
            excess = place.Owner == owner ? null : place.All.Move(place, owner);
        }
        http.Response.OnCompleted(() =>
        {
            lock (place.All.gate)
                place.IsBusy = false;
            return Task.CompletedTask;
        });
        excess?.Connection.Abort(new ConnectionAbortedException("too many connections of one session"));
    }

    private Place? Move(Place place, object owner)
    {
        Leave(place);
        Join(place, owner);
        return owner is Session && places[owner].Count > maxOfSession ? Leave(OldestOf(places[owner], place)) : null;
    }

    private void Join(Place place, object owner)
    {
        if (!places.TryGetValue(owner, out var list))
            places[owner] = list = new LinkedList<Place>();
        place.Owner = owner;
        place.Node = list.AddLast(place);
        count++;
    }

    private Place Leave(Place place)
    {
        if (place.Node is not { List: { } list } node)
            return place;
        list.Remove(node);
        place.Node = null;
        count--;
        if (list.Count == 0)
            places.Remove(place.Owner);
        return place;
    }

    private Place OldestOfMost(Place newest) =>
        places.Values.MaxBy(list => list.Count) is { Count: > 1 } most ? OldestOf(most, newest) : newest;

    private static Place OldestOf(LinkedList<Place> list, Place but) =>
        list.FirstOrDefault(p => !p.IsBusy && p != but) ?? list.First(p => p != but);
}
