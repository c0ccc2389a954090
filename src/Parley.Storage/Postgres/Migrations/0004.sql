-- Officers who sign in at this station. No foreign keys and no rule but the primary keys: who breaks one would take down with him the
-- entries that share his transaction. The station's own book of officers keeps the rules.
CREATE TABLE parley.users (
  id           text PRIMARY KEY,
  name         text NOT NULL,
  seats        text NOT NULL,                -- separated by spaces, the usual one first
  created      bigint NOT NULL,
  failures     integer NOT NULL,             -- since the last sign-in that worked
  locked_until bigint
);

CREATE TABLE parley.passkeys (
  credential   bytea PRIMARY KEY,
  "user"       text NOT NULL,
  label        text NOT NULL,
  public_key   bytea NOT NULL,               -- COSE_Key
  created      bigint NOT NULL,
  sign_count   bigint NOT NULL,
  transports   text NOT NULL,                -- separated by spaces
  verified     boolean NOT NULL,
  may_back_up  boolean NOT NULL,
  backed_up    boolean NOT NULL,
  attestation  bytea NOT NULL,
  client_data  bytea NOT NULL
);

CREATE TABLE parley.sessions (
  secret bytea PRIMARY KEY,                  -- SHA-256 of what the browser holds
  "user" text NOT NULL,
  seat   text NOT NULL,                      -- '' where none is chosen yet
  began  bigint NOT NULL,
  until  bigint NOT NULL
);

CREATE TABLE parley.invitations (
  secret bytea PRIMARY KEY,                  -- SHA-256 of what stands in the link
  name   text NOT NULL,
  seats  text NOT NULL,
  until  bigint NOT NULL
);

CREATE TABLE parley.sign_ins (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      bigint NOT NULL,
  what    text NOT NULL,
  "user"  text NOT NULL,                     -- a name; '' where not known, as for the following
  seat    text NOT NULL,
  address text NOT NULL,
  by      text NOT NULL,
  detail  text NOT NULL
);
