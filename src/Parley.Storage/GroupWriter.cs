namespace Parley.Storage;

/// <summary>How a database does the writer's work. All calls come from the one writer thread.</summary>
internal interface IGroupWriter : IDisposable
{
    /// <summary>
    /// Makes the connection usable again after a fault, settles the outcome of a transaction that was cut off, and
    /// reads the state.
    /// </summary>
    Ledger Recover();

    /// <summary>Stores the group in one transaction, durably. After an exception the transaction is rolled back or its
    /// outcome is uncertain.</summary>
    void Write(IReadOnlyList<Staged> group);

    /// <summary>Reads what a station needs when it starts.</summary>
    StationSnapshot Load();

    /// <summary>Says what an exception of this database means.</summary>
    StoreFaultException Explain(Exception exception);
}
