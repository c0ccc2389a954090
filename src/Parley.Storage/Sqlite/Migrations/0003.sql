-- When a party had cosigned how much of a feed, with the proof of it: of each second of cosignature time the largest size. Cosignatures themselves are
-- pruned; this is not, so that "delivered by then" can be proven years later.
CREATE TABLE deliveries (
  feed       INTEGER NOT NULL REFERENCES feeds (id),
  cosigner   TEXT NOT NULL,
  at         INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  note_line  TEXT NOT NULL,
  checkpoint BLOB NOT NULL,
  PRIMARY KEY (feed, cosigner, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_size ON deliveries (feed, cosigner, size);
