CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lines (
  id       INTEGER PRIMARY KEY,
  line     TEXT NOT NULL UNIQUE,
  document BLOB NOT NULL,
  standing INTEGER NOT NULL,
  at       INTEGER NOT NULL                -- Unix milliseconds, as every time here
) STRICT;

CREATE TABLE feeds (
  id         INTEGER PRIMARY KEY,
  line       INTEGER NOT NULL REFERENCES lines (id),
  party      TEXT NOT NULL,
  size       INTEGER NOT NULL,
  root       BLOB NOT NULL,
  checkpoint BLOB NOT NULL,
  UNIQUE (line, party)
) STRICT;

-- The header stands before the body, so that reading headers does not touch a large body's overflow pages.
CREATE TABLE entries (
  arrival   INTEGER PRIMARY KEY,           -- given by the writer: 1, 2, 3 … without gaps
  line      INTEGER NOT NULL,
  feed      INTEGER NOT NULL REFERENCES feeds (id),
  seq       INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  header    BLOB NOT NULL,
  salt      BLOB,
  body      BLOB
) STRICT;
CREATE UNIQUE INDEX entries_by_feed ON entries (feed, seq);
CREATE INDEX entries_by_line ON entries (line, arrival);

CREATE TABLE subtrees (
  feed   INTEGER NOT NULL REFERENCES feeds (id),
  level  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hash   BLOB NOT NULL,
  PRIMARY KEY (feed, level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE cosignatures (
  feed       INTEGER NOT NULL REFERENCES feeds (id),
  cosigner   TEXT NOT NULL,
  size       INTEGER NOT NULL,
  note_line  TEXT NOT NULL,
  checkpoint BLOB NOT NULL,
  PRIMARY KEY (feed, cosigner, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE forks (
  id     INTEGER PRIMARY KEY,
  line   TEXT NOT NULL,
  feed   TEXT NOT NULL,
  first  BLOB NOT NULL,
  second BLOB NOT NULL,
  at     INTEGER NOT NULL,
  UNIQUE (feed, first, second)
) STRICT;

CREATE TABLE refusals (
  id     INTEGER PRIMARY KEY,
  line   TEXT NOT NULL,                    -- '' where unknown, as for peer
  peer   TEXT NOT NULL,
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  count  INTEGER NOT NULL,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  UNIQUE (line, peer, status, reason)
) STRICT;
CREATE INDEX refusals_by_last ON refusals (last);

CREATE TABLE attachments (
  id         INTEGER PRIMARY KEY,
  commitment BLOB NOT NULL UNIQUE,
  length     INTEGER NOT NULL,
  held       INTEGER NOT NULL,
  complete   INTEGER NOT NULL
) STRICT;

CREATE TABLE attachment_chunks (
  id         INTEGER PRIMARY KEY,
  attachment INTEGER NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
  offset     INTEGER NOT NULL,
  bytes      BLOB NOT NULL,
  UNIQUE (attachment, offset)
) STRICT;

CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
