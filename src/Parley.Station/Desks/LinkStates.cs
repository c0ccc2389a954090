namespace Parley.Station.Desks;

/// <summary>How a link stands, in the words of the API.</summary>
internal static class LinkStates
{
    internal static Parley.Contract.LinkState Shown(Parley.Link.LinkState state) =>
        state switch
        {
            Parley.Link.LinkState.Alive => Parley.Contract.LinkState.Alive,
            Parley.Link.LinkState.Unattended => Parley.Contract.LinkState.Unattended,
            Parley.Link.LinkState.Suspended => Parley.Contract.LinkState.Suspended,
            Parley.Link.LinkState.Unopened => Parley.Contract.LinkState.Unopened,
            _ => Parley.Contract.LinkState.Down,
        };
}
