using Parley.Crypto;

namespace Parley.Storage.Sqlite;

/// <summary>The statements that write who may sign in, and who did.</summary>
internal sealed class SqliteOfficers(Database db)
{
    private readonly Statement putUser = db.Prepare(
        "INSERT OR REPLACE INTO users (id, name, seats, created, failures, locked_until) VALUES (?, ?, ?, ?, ?, ?)"
    );
    private readonly Statement unlockedUser = db.Prepare(
        "INSERT OR REPLACE INTO users (id, name, seats, created, failures, locked_until) VALUES (?, ?, ?, ?, ?, NULL)"
    );
    private readonly Statement putPasskey = db.Prepare(
        """
        INSERT OR REPLACE INTO passkeys (credential, user, label, public_key, created, sign_count, transports, verified, may_back_up, backed_up, attestation, client_data, used)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0))
        """
    );
    private readonly Statement dropPasskey = db.Prepare("DELETE FROM passkeys WHERE credential = ?");
    private readonly Statement putSession = db.Prepare(
        "INSERT OR REPLACE INTO sessions (secret, user, seat, began, until) VALUES (?, ?, ?, ?, ?)"
    );
    private readonly Statement dropSession = db.Prepare("DELETE FROM sessions WHERE secret = ?");
    private readonly Statement putInvitation = db.Prepare(
        "INSERT OR REPLACE INTO invitations (secret, name, seats, until) VALUES (?, ?, ?, ?)"
    );
    private readonly Statement dropInvitation = db.Prepare("DELETE FROM invitations WHERE secret = ?");
    private readonly Statement noteSignIn = db.Prepare(
        "INSERT INTO sign_ins (at, what, user, seat, address, by, detail) VALUES (?, ?, ?, ?, ?, ?, ?)"
    );
    private readonly Statement forgetSignIns = db.Prepare(
        "DELETE FROM sign_ins WHERE id <= (SELECT max(id) FROM sign_ins) - ?"
    );
    private bool noted;

    internal void Add(StoreChange change)
    {
        switch (change)
        {
            case PutUser { User: var user }:
                var statement = user.LockedUntil is null
                    ? unlockedUser
                    : putUser.Bind(6, user.LockedUntil.Value.ToUnixTimeMilliseconds());
                statement
                    .Bind(1, user.Id)
                    .Bind(2, user.Name)
                    .Bind(3, Words(user.Seats))
                    .Bind(4, user.Created.ToUnixTimeMilliseconds())
                    .Bind(5, user.Failures)
                    .Execute();
                break;
            case PutPasskey { Passkey: var key }:
                putPasskey
                    .Bind(1, key.Credential)
                    .Bind(2, key.User)
                    .Bind(3, Cut.Text(key.Label))
                    .Bind(4, key.PublicKey)
                    .Bind(5, key.Created.ToUnixTimeMilliseconds())
                    .Bind(6, key.SignCount)
                    .Bind(7, Words(key.Transports))
                    .Bind(8, key.Verified ? 1 : 0)
                    .Bind(9, key.MayBackUp ? 1 : 0)
                    .Bind(10, key.BackedUp ? 1 : 0)
                    .Bind(11, key.Attestation)
                    .Bind(12, key.ClientData)
                    .Bind(13, key.Used?.ToUnixTimeMilliseconds() ?? 0)
                    .Execute();
                break;
            case DropPasskey drop:
                dropPasskey.Bind(1, drop.Credential).Execute();
                break;
            case PutSession { Session: var session }:
                putSession
                    .Bind(1, session.Secret.ToArray())
                    .Bind(2, session.User)
                    .Bind(3, session.Seat ?? "")
                    .Bind(4, session.Began.ToUnixTimeMilliseconds())
                    .Bind(5, session.Until.ToUnixTimeMilliseconds())
                    .Execute();
                break;
            case DropSession drop:
                dropSession.Bind(1, drop.Secret.ToArray()).Execute();
                break;
            case PutInvitation { Invitation: var invitation }:
                putInvitation
                    .Bind(1, invitation.Secret.ToArray())
                    .Bind(2, invitation.Name)
                    .Bind(3, Words(invitation.Seats))
                    .Bind(4, invitation.Until.ToUnixTimeMilliseconds())
                    .Execute();
                break;
            case DropInvitation drop:
                dropInvitation.Bind(1, drop.Secret.ToArray()).Execute();
                break;
            case NoteSignIn { Row: var row }:
                noteSignIn
                    .Bind(1, row.At.ToUnixTimeMilliseconds())
                    .Bind(2, row.What)
                    .Bind(3, Cut.Text(row.User))
                    .Bind(4, Cut.Text(row.Seat))
                    .Bind(5, Cut.Text(row.Address))
                    .Bind(6, Cut.Text(row.By))
                    .Bind(7, Cut.Text(row.Detail))
                    .Execute();
                noted = true;
                break;
        }
    }

    /// <summary>What is done once per transaction.</summary>
    internal void EndGroup()
    {
        if (!noted)
            return;
        noted = false;
        forgetSignIns.Bind(1, StoreLimits.MaxSignInRows).Execute();
    }

    private static string Words(IReadOnlyList<string> words) => string.Join(' ', words);
}

/// <content>Reading who may sign in. Seldom asked for, so that these statements are not kept.</content>
internal sealed partial class SqliteReader
{
    internal OfficerSnapshot Officers() =>
        new(
            List(
                "SELECT id, name, seats, created, failures, locked_until FROM users ORDER BY created, id",
                r => new UserRow(
                    r.Text(0),
                    r.Text(1),
                    Words(r.Text(2)),
                    At(r.Long(3)),
                    (int)r.Long(4),
                    r.IsNull(5) ? null : At(r.Long(5))
                )
            ),
            List(
                "SELECT credential, user, label, public_key, created, sign_count, transports, verified, may_back_up, backed_up, attestation, client_data, used FROM passkeys ORDER BY created, credential",
                r => new PasskeyRow(
                    r.Blob(0),
                    r.Text(1),
                    r.Text(2),
                    r.Blob(3),
                    At(r.Long(4)),
                    (uint)r.Long(5),
                    Words(r.Text(6)),
                    r.Long(7) != 0,
                    r.Long(8) != 0,
                    r.Long(9) != 0,
                    r.Blob(10),
                    r.Blob(11),
                    r.IsNull(12) ? null : At(r.Long(12))
                )
            ),
            List(
                "SELECT secret, user, seat, began, until FROM sessions ORDER BY began, secret",
                r => new SessionRow(HashOf(r.Blob(0)), r.Text(1), Known(r.Text(2)), At(r.Long(3)), At(r.Long(4)))
            ),
            List(
                "SELECT secret, name, seats, until FROM invitations ORDER BY until, secret",
                r => new InvitationRow(HashOf(r.Blob(0)), r.Text(1), Words(r.Text(2)), At(r.Long(3)))
            )
        );

    internal List<SignInRow> SignIns(int max) =>
        List(
            $"SELECT at, what, user, seat, address, by, detail FROM sign_ins ORDER BY id DESC LIMIT {max}",
            r => new SignInRow(
                At(r.Long(0)),
                r.Text(1),
                Known(r.Text(2)),
                Known(r.Text(3)),
                Known(r.Text(4)),
                Known(r.Text(5)),
                Known(r.Text(6))
            )
        );

    private List<T> List<T>(string sql, Func<Statement, T> row)
    {
        using var statement = db.Once(sql);
        var rows = new List<T>();
        while (statement.Step())
            rows.Add(row(statement));
        return rows;
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string? Known(string text) => text.Length == 0 ? null : text;

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Hash HashOf(byte[] bytes) =>
        bytes.Length == Hash.Length ? new Hash(bytes) : throw new FormatException("a stored hash is not 32 bytes");
}
