using Parley.Contract;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Simulation;

/// <summary>What holds for files: a receipt is of what is durable, what was taken whole is there, and none of it is a
/// sign of life.</summary>
internal sealed partial class Truth
{
    /// <summary>The checkpoint with the station's own cosignature that goes into a file. CARRY-4.</summary>
    private void LeavingReceipt(SimLine line, SignedCheckpoint receipt)
    {
        LeavingCheckpoint(line, receipt.Checkpoint);
        foreach (var signature in receipt.Note.Signatures)
            issued.Add(signature.ToLine() + receipt.Checkpoint.Text);
    }

    /// <summary>Nothing carried counts as heard, nor raises the state of a link. CARRY-6.</summary>
    internal static void CheckNotHeard(SimLine line, Link.LineStatus before)
    {
        foreach (var (was, now) in before.Peers.Zip(line.Status.Peers))
            Broken.Unless(
                was.LastHeard == now.LastHeard && (now.State == was.State || was.State != Link.LinkState.Down),
                () => $"{line.Station.Id} takes a file for a sign of life of {was.Peer}"
            );
    }

    /// <summary>A file has been taken as far as it could be. CARRY-5, CARRY-7.</summary>
    internal void TookCarried(SimLine line, SealedFile file, CarriedView view)
    {
        if (!Watches(line.Station))
            return;
        var (self, origin) = (line.Station.Id, new Origin(line.Id, view.From));
        Broken.Unless(!view.Complete || !file.IsDamaged, () => $"{self} takes a damaged file of {view.From} for whole");
        if (!Watches(file.Maker))
            return;
        var held = line.Station.Durable.GetValueOrDefault(origin);
        Broken.Unless(
            !view.Complete || held >= view.Leads,
            () =>
                $"{self} says that it took {view.From}'s file whole, which leads to {view.Leads} entries, and durably holds {held}: {view}"
        );
        Broken.Unless(
            view.Taken <= held,
            () => $"{self} says that it took {view.Taken} entries of {view.From}, and durably holds {held}"
        );
        if (view.Confirmed is { } size)
            Broken.Unless(
                line.Machine.CosignedBy(self, view.From) >= size,
                () => $"{self} says that {view.From} has cosigned {size} entries, and does not count on it"
            );
    }
}
