-- Attachments were known by their commitment alone. Now each belongs to the feed whose entry announces it, so that two announcers of one
-- commitment cannot disturb each other. What no entry announces was left behind by an upload that never became an entry; it goes.
CREATE TEMP TABLE announced ON COMMIT DROP AS
SELECT DISTINCT l.line || '/' || f.party AS feed, convert_from(e.header, 'UTF8')::json ->> 'body' AS body
FROM parley.entries e JOIN parley.feeds f ON f.id = e.feed JOIN parley.lines l ON l.id = f.line
WHERE e.body IS NULL AND EXISTS (SELECT 1 FROM parley.attachments);

ALTER TABLE parley.attachments RENAME TO attachments_1;
ALTER TABLE parley.attachment_chunks RENAME TO attachment_chunks_1;

CREATE TABLE parley.attachments (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed       text NOT NULL,                  -- <line>/<party>; a name, because an own attachment may come before its feed's first entry
  commitment bytea NOT NULL,
  length     bigint NOT NULL,
  held       bigint NOT NULL,
  complete   boolean NOT NULL,
  UNIQUE (feed, commitment)
);

CREATE TABLE parley.attachment_chunks (
  attachment bigint NOT NULL REFERENCES parley.attachments (id) ON DELETE CASCADE,
  start      bigint NOT NULL,
  bytes      bytea NOT NULL,
  PRIMARY KEY (attachment, start)
);
ALTER TABLE parley.attachment_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

INSERT INTO parley.attachments (feed, commitment, length, held, complete)
SELECT n.feed, a.commitment, a.length, a.held, a.complete
FROM parley.attachments_1 a JOIN announced n ON n.body = 'sha256:' || encode(a.commitment, 'hex') ORDER BY a.id, n.feed;

INSERT INTO parley.attachment_chunks (attachment, start, bytes)
SELECT b.id, c.start, c.bytes
FROM parley.attachments b JOIN parley.attachments_1 a ON a.commitment = b.commitment JOIN parley.attachment_chunks_1 c ON c.attachment = a.id;

DROP TABLE parley.attachment_chunks_1;
DROP TABLE parley.attachments_1;
