-- When a party had cosigned how much of a feed, with the proof of it: of each second of cosignature time the largest size. Cosignatures themselves are
-- pruned; this is not, so that "delivered by then" can be proven years later.
CREATE TABLE parley.deliveries (
  feed       integer NOT NULL REFERENCES parley.feeds (id),
  cosigner   text COLLATE "C" NOT NULL,
  at         bigint NOT NULL,
  size       bigint NOT NULL,
  note_line  text NOT NULL,
  checkpoint bytea NOT NULL,
  PRIMARY KEY (feed, cosigner, at)
);
CREATE INDEX deliveries_by_size ON parley.deliveries (feed, cosigner, size);
