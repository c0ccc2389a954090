using Npgsql;

namespace Parley.Storage.Postgres;

/// <summary>Reads who may sign in, and who did.</summary>
internal static class PostgresOfficers
{
    internal static OfficerSnapshot Read(PostgresStore store) =>
        new(
            store.List(
                "SELECT id, name, seats, created, failures, locked_until FROM parley.users ORDER BY created, id COLLATE \"C\"",
                [],
                r => new UserRow(
                    r.GetString(0),
                    r.GetString(1),
                    Words(r.GetString(2)),
                    At(r, 3),
                    r.GetInt32(4),
                    r.IsDBNull(5) ? null : At(r, 5)
                )
            ),
            store.List(
                "SELECT credential, \"user\", label, public_key, created, sign_count, transports, verified, may_back_up, backed_up, attestation, client_data, used FROM parley.passkeys ORDER BY created, credential",
                [],
                r => new PasskeyRow(
                    Bytes(r, 0),
                    r.GetString(1),
                    r.GetString(2),
                    Bytes(r, 3),
                    At(r, 4),
                    (uint)r.GetInt64(5),
                    Words(r.GetString(6)),
                    r.GetBoolean(7),
                    r.GetBoolean(8),
                    r.GetBoolean(9),
                    Bytes(r, 10),
                    Bytes(r, 11),
                    r.IsDBNull(12) ? null : At(r, 12)
                )
            ),
            store.List(
                "SELECT secret, \"user\", seat, began, until FROM parley.sessions ORDER BY began, secret",
                [],
                r => new SessionRow(PostgresWriter.HashOf(Bytes(r, 0)), r.GetString(1), Known(r, 2), At(r, 3), At(r, 4))
            ),
            store.List(
                "SELECT secret, name, seats, until FROM parley.invitations ORDER BY until, secret",
                [],
                r => new InvitationRow(
                    PostgresWriter.HashOf(Bytes(r, 0)),
                    r.GetString(1),
                    Words(r.GetString(2)),
                    At(r, 3)
                )
            )
        );

    internal static IReadOnlyList<SignInRow> SignIns(PostgresStore store, int max) =>
        store.List(
            "SELECT at, what, \"user\", seat, address, by, detail FROM parley.sign_ins ORDER BY id DESC LIMIT $1",
            [(long)max],
            r => new SignInRow(
                At(r, 0),
                r.GetString(1),
                Known(r, 2),
                Known(r, 3),
                Known(r, 4),
                Known(r, 5),
                Known(r, 6)
            )
        );

    private static byte[] Bytes(NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    private static DateTimeOffset At(NpgsqlDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static string? Known(NpgsqlDataReader row, int column) =>
        row.GetString(column) is { Length: > 0 } text ? text : null;

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <content>Writing who may sign in, and who did.</content>
internal sealed partial class PostgresInserts
{
    private const string PutUserSql = """
        INSERT INTO parley.users (id, name, seats, created, failures, locked_until) VALUES ($1, $2, $3, $4, $5, nullif($6, 0))
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, seats = excluded.seats, failures = excluded.failures, locked_until = excluded.locked_until
        """;

    private const string PutPasskeySql = """
        INSERT INTO parley.passkeys (credential, "user", label, public_key, created, sign_count, transports, verified, may_back_up, backed_up, attestation, client_data, used)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, nullif($13, 0))
        ON CONFLICT (credential) DO UPDATE SET "user" = excluded."user", label = excluded.label, public_key = excluded.public_key, created = excluded.created, sign_count = excluded.sign_count,
          transports = excluded.transports, verified = excluded.verified, may_back_up = excluded.may_back_up, backed_up = excluded.backed_up, attestation = excluded.attestation, client_data = excluded.client_data, used = excluded.used
        """;

    private const string DropPasskeySql = "DELETE FROM parley.passkeys WHERE credential = $1";

    private const string PutSessionSql = """
        INSERT INTO parley.sessions (secret, "user", seat, began, until) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (secret) DO UPDATE SET "user" = excluded."user", seat = excluded.seat, began = excluded.began, until = excluded.until
        """;

    private const string DropSessionSql = "DELETE FROM parley.sessions WHERE secret = $1";

    private const string PutInvitationSql = """
        INSERT INTO parley.invitations (secret, name, seats, until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (secret) DO UPDATE SET name = excluded.name, seats = excluded.seats, until = excluded.until
        """;

    private const string DropInvitationSql = "DELETE FROM parley.invitations WHERE secret = $1";
    private const string NoteSignInSql =
        "INSERT INTO parley.sign_ins (at, what, \"user\", seat, address, by, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    private const string ForgetSignIns =
        "DELETE FROM parley.sign_ins WHERE id <= (SELECT max(id) FROM parley.sign_ins) - $1";

    private static void AddOfficer(NpgsqlBatch batch, StoreChange change)
    {
        switch (change)
        {
            case PutUser { User: var user }:
                Add(
                    batch,
                    PutUserSql,
                    user.Id,
                    user.Name,
                    Words(user.Seats),
                    user.Created.ToUnixTimeMilliseconds(),
                    user.Failures,
                    user.LockedUntil?.ToUnixTimeMilliseconds() ?? 0L
                );
                break;
            case PutPasskey { Passkey: var key }:
                Add(
                    batch,
                    PutPasskeySql,
                    key.Credential,
                    key.User,
                    Cut.Text(key.Label),
                    key.PublicKey,
                    key.Created.ToUnixTimeMilliseconds(),
                    (long)key.SignCount,
                    Words(key.Transports),
                    key.Verified,
                    key.MayBackUp,
                    key.BackedUp,
                    key.Attestation,
                    key.ClientData,
                    key.Used?.ToUnixTimeMilliseconds() ?? 0L
                );
                break;
            case DropPasskey drop:
                Add(batch, DropPasskeySql, (object)drop.Credential);
                break;
            case PutSession { Session: var session }:
                Add(
                    batch,
                    PutSessionSql,
                    session.Secret.ToArray(),
                    session.User,
                    session.Seat ?? "",
                    session.Began.ToUnixTimeMilliseconds(),
                    session.Until.ToUnixTimeMilliseconds()
                );
                break;
            case DropSession drop:
                Add(batch, DropSessionSql, (object)drop.Secret.ToArray());
                break;
            case PutInvitation { Invitation: var invitation }:
                Add(
                    batch,
                    PutInvitationSql,
                    invitation.Secret.ToArray(),
                    invitation.Name,
                    Words(invitation.Seats),
                    invitation.Until.ToUnixTimeMilliseconds()
                );
                break;
            case DropInvitation drop:
                Add(batch, DropInvitationSql, (object)drop.Secret.ToArray());
                break;
            case NoteSignIn { Row: var row }:
                Add(
                    batch,
                    NoteSignInSql,
                    row.At.ToUnixTimeMilliseconds(),
                    row.What,
                    Cut.Text(row.User),
                    Cut.Text(row.Seat),
                    Cut.Text(row.Address),
                    Cut.Text(row.By),
                    Cut.Text(row.Detail)
                );
                break;
        }
    }

    private static string Words(IReadOnlyList<string> words) => string.Join(' ', words);
}
