namespace Parley.Station.Api;

/// <summary>
/// Every code that a refusal of the API can carry (member <c>code</c> of the problem details, RFC 9457), with the HTTP
/// statuses it comes with and what it
/// means. A code keeps its meaning for good: programs tell refusals apart by it, and never by the reason's words.
/// docs/operations/api.md shows this list.
/// </summary>
internal static class ReasonCodes
{
    /// <param name="Statuses">HTTP statuses.</param>
    internal sealed record ReasonCode(string Code, IReadOnlyList<int> Statuses, string Meaning);

    internal static IReadOnlyList<ReasonCode> All { get; } =
    [
        // The request itself.
        new("invalid", [400], "The request cannot be read, or a member has a value that it cannot have."),
        new("bad-draft", [400], "The entry breaks a limit of its format."),
        new("key-reused", [422], "The Idempotency-Key was given to another request."),
        new(
            "other-run",
            [409],
            "The station was started anew since the request was sent first, and does not know whether it was done."
        ),
        new("empty", [400], "There is nothing to record."),
        new("media-type", [415], "The request body is of another media type than this endpoint takes."),
        new("too-large", [413], "More was sent than the named limit."),
        new("wrong-method", [405], "The path knows no such method."),
        new("unknown-path", [404], "There is nothing at this path."),
        new(
            "refused",
            [401, 403, 406, 408, 421, 426, 429, 431],
            "The request was refused before it reached an endpoint."
        ),
        new("internal", [500, 503], "The station failed; its log says why."),
        // Who asks.
        new("sign-in-wanted", [401], "A session or the bearer token is required."),
        new("sign-in-failed", [401], "The sign-in was not accepted."),
        new("sign-in-spent", [401], "The sign-in link was used, or is too old."),
        new("no-session", [409], "This is for a browser in which an officer is signed in."),
        new("no-stream", [409], "No page of the session follows the events by that name."),
        new("locked-out", [429], "Too many tries; wait."),
        new("page-older", [403], "The console's page is of an older station: it is to be loaded anew."),
        new("foreign-origin", [403], "A page of another origin asked."),
        new("wrong-host", [421], "The station was asked for under a name that is not its own."),
        new("local-only", [403], "This is for the station's own socket, or for a session."),
        new("seat-wanted", [403], "The session has chosen no seat yet."),
        new("seat", [403], "That seat may not do this, or there is no such seat."),
        new("not-yours", [403], "It belongs to another officer."),
        new("passkey-refused", [400], "The passkey was not registered: its answer does not hold, or came too late."),
        new("passkey-wanted", [403], "Passkeys change only after one of them was shown again, or a new link was used."),
        new("passkey-known", [409], "This passkey is registered already."),
        new("passkeys-elsewhere", [409], "Passkeys belong to another address of this console."),
        new("unknown-passkey", [404], "The officer has no such passkey."),
        new("last-passkey", [409], "It is the officer's only passkey."),
        new("has-passkey", [409], "The officer has a passkey and needs no link."),
        // Lines and parties.
        new("unknown-line", [404], "No such line is on this station."),
        new("unknown-party", [400, 404], "That party is not on the line."),
        new("fingerprints-wanted", [409], "Not every party's fingerprint has been compared."),
        new("fingerprint-mismatch", [409], "A fingerprint is not that of the card; nothing was accepted."),
        new("already-there", [409], "It is there already."),
        new("line-not-open", [409], "The line takes no entries now."),
        new("line-stopped", [409], "A fork was found: the line is stopped, and the evidence is kept."),
        new(
            "suspended",
            [409],
            "A party suspended the line; it takes FLASH, acknowledgements, tests and the watch's handover."
        ),
        // Entries.
        new("unknown-entry", [404], "No such entry is in the record."),
        new("body-not-here", [404], "The body is withheld, erased, or on its way."),
        new(
            "not-yet",
            [409],
            "What was asked for does not exist yet: an entry is not sealed, or the record is still being read."
        ),
        new("no-item", [404], "The entry belongs to nothing that is open or was settled lately."),
        new(
            "illegal-step",
            [409],
            "The state machine does not take this step now; the reason says why (docs/protocol/traffic.md)."
        ),
        new("two-officers", [403, 409], "The act takes a second officer: propose it."),
        new("busy", [429], "The store, or a peer for whom messages off the record wait, cannot keep up; try again."),
        new("stopping", [503], "The station is stopping."),
        new(
            "catching-up",
            [503],
            "Our own feed is on its way back after a restore; nothing is signed until it is whole."
        ),
        new(
            "own-feed-foreign",
            [503],
            "Entries were signed with our key and not written here; nothing is signed on the line until two officers decide."
        ),
        new("nothing-to-decide", [409], "Nothing keeps this station from signing on the line, or no first word waits."),
        new(
            "sign-on-refused",
            [409],
            "What two officers decided cannot be done yet; the reason says what comes first."
        ),
        new(
            "in-doubt",
            [503],
            "The store failed while this was being recorded, and it may be: look at the record before it is sent again."
        ),
        new("store-fault", [503], "The store failed; nothing was recorded."),
        new("station-faulted", [503], "The station signs nothing until what the reason names is mended."),
        new("read-only", [503], "No station runs here: its record can be read."),
        new("no-room", [507], "The disk is down to its reserve; entries still pass, attachments do not."),
        // What waits at this station.
        new("unknown-proposal", [404], "No such proposal waits."),
        new("proposal-refused", [409], "An officer refused the proposal; the reason names who and why."),
        new("unknown-draft", [404], "There is no such draft."),
        new("draft-changed", [412], "The draft was changed since the state that If-Match names; nothing was kept."),
        new("unknown-template", [404], "The station keeps no such template."),
        new("unknown-alarm", [404], "No such alarm stands."),
        new("too-many", [409], "The station keeps no more of these: finish or delete one first."),
        // Ceasefires.
        new("no-log", [422], "The file is no observers' log: it is empty, or its header lacks a column."),
        new("no-rule", [422], "The rule that was given makes no sense."),
        new("unknown-rule", [404], "No agreement on the line has a rule of that name, and none is known by it."),
        // Plans and blind checks.
        new("volumes", [422], "The volumes cannot be read, or are too many."),
        new(
            "conflicts",
            [409],
            "The plan conflicts with others that the request did not name; the member conflicts lists them."
        ),
        new("no-base-map", [404], "The operator gave this station no map of their own, or its file is gone."),
        new("cursor-on-target-off", [403], "The station's settings give no Cursor-on-Target events."),
        new("no-check", [404], "No blind check with that id is open or has ended recently."),
        new("blind-unfit", [409, 422], "The blind check cannot be run as asked."),
        new("blind-busy", [409], "Another blind check is under way on this line."),
        new("no-result", [404], "There is no agreed result at this station."),
        // Calls.
        new("no-calls", [409], "The station has no port for calls."),
        new("peer-cannot-call", [409], "No other station on the line holds calls."),
        new("no-call", [404], "The entry is no call that is open or has ended lately."),
        new("no-seat", [409], "This console is not in the call, or another one has taken its seat."),
        new("no-member", [409], "Nobody has joined the call by that entry."),
        new("call-key", [409], "The console would speak by another key than its joining names, or may only listen."),
        // Sealed files and relays.
        new("no-secret", [409], "The line has no secret yet."),
        new(
            Refusal.NotForUs,
            [409],
            "The file opens for none of our lines; with a secret that is still to come it may."
        ),
    ];
}
