using Microsoft.AspNetCore.Connections;

namespace Parley.Station.Api;

/// <summary>
/// Who is connected to the console's TCP port. Connections that show nothing cannot keep officers out: where there are too many, the oldest goes that brought
/// neither a session nor the token. The Unix socket has no part in it, so that the station's owner is never kept out by the network.
/// </summary>
/// <param name="max">Connections at a time, event streams included.</param>
internal sealed class ConsoleConnections(int max)
{
    private readonly Lock gate = new();
    /// <summary>Guarded by <see cref="gate"/>, as is <see cref="count"/>: oldest first.</summary>
    private readonly LinkedList<ConnectionContext> unproven = new();
    private int count;

    /// <summary>One connection's place among those that have shown nothing yet.</summary>
    private sealed class Place(ConsoleConnections owner, LinkedListNode<ConnectionContext> node)
    {
        internal void Prove()
        {
            lock (owner.gate)
            {
                if (node.List is not null) owner.unproven.Remove(node);
            }
        }
    }

    /// <summary>Counts the connections of the listener it is put on.</summary>
    internal ConnectionDelegate Admit(ConnectionDelegate next) => async connection =>
    {
        LinkedListNode<ConnectionContext> node;
        ConnectionContext? excess = null;
        lock (gate)
        {
            count++;
            node = unproven.AddLast(connection);
            if (count > max)
            {
                excess = unproven.First!.Value; // the newest itself, where all others have shown who they are
                unproven.RemoveFirst();
            }
        }
        var place = new Place(this, node);
        connection.Features.Set(place);
        excess?.Abort(new ConnectionAbortedException("too many connections show no session and no token"));
        try
        {
            if (excess != connection) await next(connection);
        }
        finally
        {
            place.Prove();
            lock (gate) count--;
        }
    };

    /// <summary>The request brought a session or the token: its connection stays.</summary>
    internal static void Prove(HttpContext http) => http.Features.Get<Place>()?.Prove();
}
