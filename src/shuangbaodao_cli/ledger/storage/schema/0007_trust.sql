-- What makes the ledger provable, and what the people in it agreed to.

-- One link of the chain, made at the end of each command that changed something: `covered` says which rows it
-- is of (JSON: table -> [after this id, up to this id]), `digest` is of those rows, `head` of the head before
-- it, `covered` and `digest`. See ledger/storage/chain.py.
CREATE TABLE link (
  entry INTEGER PRIMARY KEY REFERENCES entry (id),
  covered TEXT NOT NULL,
  digest TEXT NOT NULL CHECK (length(digest) = 64),
  head TEXT NOT NULL CHECK (length(head) = 64)
) STRICT;

-- A row whose person asked to be forgotten: its hash as the chain knows it, since the row itself is gone.
CREATE TABLE forgotten (
  id INTEGER PRIMARY KEY,
  record TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  leaf TEXT NOT NULL CHECK (length(leaf) = 64),
  entry INTEGER NOT NULL REFERENCES entry (id),
  UNIQUE (record, record_id)
) STRICT;

-- That somebody agreed to their data being kept, for what, and until when.
CREATE TABLE consent (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person (id),
  purpose TEXT,
  medium TEXT CHECK (medium IN ('paper', 'online', 'oral')),
  since TEXT NOT NULL CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  until TEXT CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX consent_person ON consent (person);

-- A finding of `sbd check` that somebody looked into and found to be in order, as long as its facts stay.
CREATE TABLE accepted (
  id INTEGER PRIMARY KEY,
  finding TEXT NOT NULL UNIQUE,
  entry INTEGER NOT NULL REFERENCES entry (id)
) STRICT;

-- What proves a step gets a number of its own, so that the chain can cover it like everything else.
CREATE TABLE proven (
  id INTEGER PRIMARY KEY,
  event INTEGER NOT NULL REFERENCES order_event (id),
  sha256 TEXT NOT NULL,
  file TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES entry (id),
  UNIQUE (event, sha256)
) STRICT;
INSERT INTO proven (event, sha256, file, entry) SELECT event, sha256, file, entry FROM evidence ORDER BY entry, event;
DROP TABLE evidence;
ALTER TABLE proven RENAME TO evidence;
