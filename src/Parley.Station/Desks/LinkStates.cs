namespace Parley.Station.Desks;

/// <summary>How a link stands, in the words of the API.</summary>
internal static class LinkStates
{
    internal static Api.LinkState Shown(Parley.Link.LinkState state) =>
        state switch
        {
            Parley.Link.LinkState.Alive => Api.LinkState.Alive,
            Parley.Link.LinkState.Unattended => Api.LinkState.Unattended,
            Parley.Link.LinkState.Suspended => Api.LinkState.Suspended,
            Parley.Link.LinkState.Unopened => Api.LinkState.Unopened,
            _ => Api.LinkState.Down,
        };
}
