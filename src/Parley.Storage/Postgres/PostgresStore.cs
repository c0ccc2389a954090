namespace Parley.Storage.Postgres;

internal static class PostgresStore
{
    internal static IStationStore Open(PostgresLocation location, TimeProvider clock) =>
        throw new StoreFaultException(new StoreFault(StoreFaultKind.Unsuitable, $"{location.Description}: PostgreSQL is not built in yet", clock.GetUtcNow()));
}
