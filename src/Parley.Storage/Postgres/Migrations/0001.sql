CREATE TABLE parley.meta (
  key   text PRIMARY KEY,
  value bytea NOT NULL
);

CREATE TABLE parley.lines (
  id       integer PRIMARY KEY,
  line     text NOT NULL UNIQUE,
  document bytea NOT NULL,
  standing smallint NOT NULL,
  at       bigint NOT NULL                   -- Unix milliseconds, as every time here
);

CREATE TABLE parley.feeds (
  id         integer PRIMARY KEY,
  line       integer NOT NULL REFERENCES parley.lines (id),
  party      text NOT NULL,
  size       bigint NOT NULL,
  root       bytea NOT NULL,
  checkpoint bytea NOT NULL,
  UNIQUE (line, party)
) WITH (fillfactor = 50);                    -- rewritten with every batch: room to do so in place

-- No foreign key to feeds: the writer checks it before it writes, and a check for each row would be paid by every entry.
CREATE TABLE parley.entries (
  arrival   bigint PRIMARY KEY,              -- given by the writer: 1, 2, 3 … without gaps
  seq       bigint NOT NULL,
  stored_at bigint NOT NULL,
  line      integer NOT NULL,
  feed      integer NOT NULL,
  header    bytea NOT NULL,
  salt      bytea,
  body      bytea
);
-- Bodies do not compress when they are sealed, and trying costs more than the space where they are not.
ALTER TABLE parley.entries ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN header SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX entries_by_feed ON parley.entries (feed, seq);
CREATE INDEX entries_by_line ON parley.entries (line, arrival);

CREATE TABLE parley.subtrees (
  feed   integer NOT NULL REFERENCES parley.feeds (id),
  level  smallint NOT NULL,
  number bigint NOT NULL,
  hash   bytea NOT NULL,
  PRIMARY KEY (feed, level, number)
);

CREATE TABLE parley.cosignatures (
  feed       integer NOT NULL REFERENCES parley.feeds (id),
  cosigner   text COLLATE "C" NOT NULL,
  size       bigint NOT NULL,
  note_line  text NOT NULL,
  checkpoint bytea NOT NULL,
  PRIMARY KEY (feed, cosigner, size)
);

CREATE TABLE parley.forks (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line   text NOT NULL,
  feed   text NOT NULL,
  first  bytea NOT NULL,
  second bytea NOT NULL,
  at     bigint NOT NULL
);
-- By digest, because a note may be longer than an index entry.
CREATE UNIQUE INDEX forks_by_pair ON parley.forks (feed, sha256(first), sha256(second));

CREATE TABLE parley.refusals (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line   text NOT NULL,                      -- '' where unknown, as for peer
  peer   text NOT NULL,
  status integer NOT NULL,
  reason text NOT NULL,
  count  bigint NOT NULL,
  first  bigint NOT NULL,
  last   bigint NOT NULL,
  UNIQUE (line, peer, status, reason)
);
CREATE INDEX refusals_by_last ON parley.refusals (last, id);

CREATE TABLE parley.attachments (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  commitment bytea NOT NULL UNIQUE,
  length     bigint NOT NULL,
  held       bigint NOT NULL,
  complete   boolean NOT NULL
);

CREATE TABLE parley.attachment_chunks (
  attachment bigint NOT NULL REFERENCES parley.attachments (id) ON DELETE CASCADE,
  start      bigint NOT NULL,
  bytes      bytea NOT NULL,
  PRIMARY KEY (attachment, start)
);
ALTER TABLE parley.attachment_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE parley.probe (
  id integer PRIMARY KEY CHECK (id = 1),
  at bigint NOT NULL
);
