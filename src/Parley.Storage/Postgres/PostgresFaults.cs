using System.Net.Sockets;
using Npgsql;

namespace Parley.Storage.Postgres;

/// <summary>What PostgreSQL's SQLSTATE codes (PostgreSQL 15, Appendix A) and a broken connection mean for an
/// operator.</summary>
internal static class PostgresFaults
{
    internal static StoreFaultException Explain(
        Exception exception,
        string description,
        DateTimeOffset at,
        bool duringCommit = false
    )
    {
        if (exception is StoreFaultException known)
            return known;
        var kind = exception switch
        {
            PostgresException postgres => Kind(postgres.SqlState),
            NpgsqlException or SocketException or IOException or TimeoutException => StoreFaultKind.Unreachable,
            FormatException => StoreFaultKind.Corrupt,
            _ => StoreFaultKind.Other,
        };
        // The server's own refusal of a COMMIT is an answer, except when it says that it is going down; a broken
        // connection never is one.
        var uncertain = duringCommit && (exception is not PostgresException || kind == StoreFaultKind.Unreachable);
        var message = exception is PostgresException { SqlState: var state, MessageText: var text }
            ? $"{text} ({state})"
            : exception.Message;
        return new StoreFaultException(new StoreFault(kind, $"{description}: {message}", at), uncertain, exception);
    }

    private static StoreFaultKind Kind(string state) =>
        state switch
        {
            PostgresErrorCodes.DiskFull => StoreFaultKind.Full,
            PostgresErrorCodes.ReadOnlySqlTransaction => StoreFaultKind.ReadOnly,
            PostgresErrorCodes.LockNotAvailable => StoreFaultKind.Locked,
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => StoreFaultKind.Corrupt,
            PostgresErrorCodes.InsufficientPrivilege => StoreFaultKind.ReadOnly,
            _ when state.StartsWith("08", StringComparison.Ordinal)
                    || state.StartsWith("57P", StringComparison.Ordinal) => StoreFaultKind.Unreachable,
            PostgresErrorCodes.TooManyConnections
            or PostgresErrorCodes.InvalidCatalogName
            or PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification => StoreFaultKind.Unreachable,
            _ => StoreFaultKind.Other,
        };
}
