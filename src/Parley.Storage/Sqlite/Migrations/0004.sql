-- Officers who sign in at this station. No foreign keys and no rule but the primary keys: who breaks one would take down with him the
-- entries that share his transaction. The station's own book of officers keeps the rules.
CREATE TABLE users (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  seats        TEXT NOT NULL,              -- separated by spaces, the usual one first
  created      INTEGER NOT NULL,
  failures     INTEGER NOT NULL,           -- since the last sign-in that worked
  locked_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
  credential   BLOB PRIMARY KEY,
  user         TEXT NOT NULL,
  label        TEXT NOT NULL,
  public_key   BLOB NOT NULL,              -- COSE_Key
  created      INTEGER NOT NULL,
  sign_count   INTEGER NOT NULL,
  transports   TEXT NOT NULL,              -- separated by spaces
  verified     INTEGER NOT NULL,
  may_back_up  INTEGER NOT NULL,
  backed_up    INTEGER NOT NULL,
  attestation  BLOB NOT NULL,
  client_data  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  secret BLOB PRIMARY KEY,                 -- SHA-256 of what the browser holds
  user   TEXT NOT NULL,
  seat   TEXT NOT NULL,                    -- '' where none is chosen yet
  began  INTEGER NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
  secret BLOB PRIMARY KEY,                 -- SHA-256 of what stands in the link
  name   TEXT NOT NULL,
  seats  TEXT NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_ins (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  what    TEXT NOT NULL,
  user    TEXT NOT NULL,                   -- a name; '' where not known, as for the following
  seat    TEXT NOT NULL,
  address TEXT NOT NULL,
  by      TEXT NOT NULL,
  detail  TEXT NOT NULL
) STRICT;
