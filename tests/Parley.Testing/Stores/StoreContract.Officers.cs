using Parley.Crypto;
using Parley.Storage;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Testing.Stores;

public abstract partial class StoreContract
{
    private static readonly UserRow Ada = new("u-1", "Ada Kovács", ["watch", "principal"], At, 3, At.AddMinutes(10));
    private static readonly UserRow Bela = new("u-2", "Béla", [], At.AddSeconds(1));
    private static readonly PasskeyRow Key = new(
        [1, 2, 3],
        "u-1",
        "Key on the desk",
        [4],
        At,
        uint.MaxValue,
        ["internal", "usb"],
        true,
        true,
        false,
        [5, 6],
        [7]
    );
    private static readonly SessionRow Desk = new(Digest("desk"), "u-1", "watch", At, At.AddHours(12));
    private static readonly SessionRow Phone = new(Digest("phone"), "u-1", null, At.AddSeconds(1), At.AddHours(12));
    private static readonly InvitationRow Link = new(Digest("link"), "Cili", ["planner"], At.AddHours(1));

    private static string Told(UserRow u) =>
        $"{u.Id} {u.Name} {string.Join(',', u.Seats)} {u.Created:O} {u.Failures} {u.LockedUntil:O}";

    private static string Told(PasskeyRow p) =>
        $"{Convert.ToHexString(p.Credential)} {p.User} {p.Label} {Convert.ToHexString(p.PublicKey)} {p.Created:O} {p.SignCount} {string.Join(',', p.Transports)} {p.Verified} {p.MayBackUp} {p.BackedUp} "
        + $"{Convert.ToHexString(p.Attestation)} {Convert.ToHexString(p.ClientData)}";

    [Fact]
    public async Task A_new_store_knows_no_officer()
    {
        var store = await OpenAsync(await CreateAsync());
        var officers = store.ReadOfficers();
        Assert.Empty(officers.Users);
        Assert.Empty(officers.Passkeys);
        Assert.Empty(officers.Sessions);
        Assert.Empty(officers.Invitations);
        Assert.Empty(store.ReadSignIns(10));
    }

    [Fact]
    public async Task Who_may_come_in_is_there_after_a_process_that_dies_without_a_farewell()
    {
        var location = await CreateAsync();
        var store = await OpenAsync(location);
        await store.CommitAsync(
            [
                new PutUser(Ada),
                new PutUser(Bela),
                new PutPasskey(Key),
                new PutSession(Desk),
                new PutSession(Phone),
                new PutInvitation(Link),
            ],
            Ct
        );
        store = await OpenAsync(await AbandonAsync(store, location));
        var officers = store.ReadOfficers();
        Assert.Equal([Told(Ada), Told(Bela)], officers.Users.Select(Told));
        Assert.Equal(Told(Key), Told(Assert.Single(officers.Passkeys)));
        Assert.Equal([Desk, Phone], officers.Sessions);
        var link = Assert.Single(officers.Invitations);
        Assert.Equal(
            (Link.Secret, Link.Name, "planner", Link.Until),
            (link.Secret, link.Name, Assert.Single(link.Seats), link.Until)
        );
    }

    [Fact]
    public async Task Who_may_come_in_changes_and_goes()
    {
        var store = await OpenAsync(await CreateAsync());
        await store.CommitAsync(
            [
                new PutUser(Ada),
                new PutPasskey(Key),
                new PutSession(Desk),
                new PutSession(Phone),
                new PutInvitation(Link),
            ],
            Ct
        );
        var free = Ada with { Seats = ["auditor"], Failures = 0, LockedUntil = null };
        await store.CommitAsync(
            [
                new PutUser(free),
                new PutPasskey(Key with { SignCount = 7, BackedUp = true }),
                new PutSession(Desk with { Seat = "principal" }),
                new DropSession(Phone.Secret),
                new DropInvitation(Link.Secret),
            ],
            Ct
        );
        var officers = store.ReadOfficers();
        Assert.Equal(Told(free), Told(Assert.Single(officers.Users)));
        Assert.Equal(Told(Key with { SignCount = 7, BackedUp = true }), Told(Assert.Single(officers.Passkeys)));
        Assert.Equal("principal", Assert.Single(officers.Sessions).Seat);
        Assert.Empty(officers.Invitations);
        await store.CommitAsync(
            [
                new DropPasskey(Key.Credential),
                new DropPasskey([9]),
                new DropSession(Phone.Secret),
                new DropInvitation(Link.Secret),
            ],
            Ct
        ); // what is gone is gone
        Assert.Empty(store.ReadOfficers().Passkeys);
    }

    [Fact]
    public async Task What_happened_at_the_door_is_told_latest_first_and_as_far_back_as_is_asked()
    {
        var store = await OpenAsync(await CreateAsync());
        SignInRow[] rows =
        [
            new(At, "invited", "Ada", By: "station", Detail: "watch"),
            new(At, "failed", Address: "::1", Detail: "no\0such"),
            new(At.AddSeconds(1), "signed-in", "Ada", "watch", "127.0.0.1"),
        ];
        await store.CommitAsync([.. rows.Select(r => new NoteSignIn(r))], Ct);
        Assert.Equal([rows[2], rows[1] with { Detail = "no\ufffdsuch" }, rows[0]], store.ReadSignIns(10));
        Assert.Equal(rows[2], Assert.Single(store.ReadSignIns(1)));
    }

    [Fact]
    public async Task The_book_of_the_door_does_not_grow_without_end()
    {
        const int pages = 5,
            more = 5;
        var store = await OpenAsync(await CreateAsync());
        for (var page = 0; page < pages; page++)
            await store.CommitAsync(
                [
                    .. Enumerable
                        .Range(0, StoreLimits.MaxSignInRows / pages)
                        .Select(i => new NoteSignIn(new SignInRow(At.AddSeconds(i), "failed"))),
                ],
                Ct
            );
        await store.CommitAsync(
            [.. Enumerable.Range(0, more).Select(i => new NoteSignIn(new SignInRow(At.AddDays(i), "signed-in")))],
            Ct
        );
        var rows = store.ReadSignIns(int.MaxValue);
        Assert.Equal(StoreLimits.MaxSignInRows, rows.Count);
        Assert.Equal(more, rows.Count(r => r.What == "signed-in"));
    }

    [Fact]
    public async Task Nothing_of_it_is_kept_when_what_it_comes_with_is_not()
    {
        var (store, _) = await WithLineAsync();
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync(
                [new PutUser(Ada), Append(Feed(), 5, 1), new NoteSignIn(new SignInRow(At, "invited"))],
                Ct
            )
        );
        Assert.Empty(store.ReadOfficers().Users);
        Assert.Empty(store.ReadSignIns(1));
    }
}
