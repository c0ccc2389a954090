-- Attachments were known by their commitment alone. Now each belongs to the feed whose entry announces it, so that two announcers of one
-- commitment cannot disturb each other. What no entry announces was left behind by an upload that never became an entry; it goes.
CREATE TEMP TABLE announced AS
SELECT DISTINCT l.line || '/' || f.party AS feed, json_extract(CAST(e.header AS TEXT), '$.body') AS body
FROM entries e JOIN feeds f ON f.id = e.feed JOIN lines l ON l.id = f.line
WHERE e.body IS NULL AND EXISTS (SELECT 1 FROM attachments) AND json_valid(CAST(e.header AS TEXT));

CREATE TABLE attachments_2 (
  id         INTEGER PRIMARY KEY,
  feed       TEXT NOT NULL,                -- <line>/<party>; a name, because an own attachment may come before its feed's first entry
  commitment BLOB NOT NULL,
  length     INTEGER NOT NULL,
  held       INTEGER NOT NULL,
  complete   INTEGER NOT NULL,
  UNIQUE (feed, commitment)
) STRICT;

CREATE TABLE attachment_chunks_2 (
  id         INTEGER PRIMARY KEY,
  attachment INTEGER NOT NULL REFERENCES attachments_2 (id) ON DELETE CASCADE,
  offset     INTEGER NOT NULL,
  bytes      BLOB NOT NULL,
  UNIQUE (attachment, offset)
) STRICT;

INSERT INTO attachments_2 (feed, commitment, length, held, complete)
SELECT n.feed, a.commitment, a.length, a.held, a.complete
FROM attachments a JOIN announced n ON n.body = 'sha256:' || lower(hex(a.commitment)) ORDER BY a.id, n.feed;

INSERT INTO attachment_chunks_2 (attachment, offset, bytes)
SELECT b.id, c.offset, c.bytes
FROM attachments_2 b JOIN attachments a ON a.commitment = b.commitment JOIN attachment_chunks c ON c.attachment = a.id ORDER BY b.id, c.offset;

DROP TABLE announced;
DROP TABLE attachment_chunks;
DROP TABLE attachments;
ALTER TABLE attachments_2 RENAME TO attachments;
ALTER TABLE attachment_chunks_2 RENAME TO attachment_chunks;
