-- Where records came from, what was learnt on the way, and which of them are one.

-- The command that took an import back as a whole.
ALTER TABLE batch ADD COLUMN undone INTEGER REFERENCES entry (id);

-- One row of a sheet of an imported file, and the record that it told of. Kept in the order of the
-- records: what is asked is where a record came from.
CREATE TABLE source (
  record TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch (id),
  sheet TEXT NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (record, record_id, batch, sheet, row)
) STRICT, WITHOUT ROWID;

-- What a heading means on sheets with just these headings, as somebody said with --map.
CREATE TABLE mapping (
  headings TEXT NOT NULL,
  heading TEXT NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES entry (id),
  PRIMARY KEY (headings, heading)
) STRICT, WITHOUT ROWID;

-- A person or organisation that was found to be another one: its own rows stay as they are and
-- count for the other, so that no total moves. `same_as` always leads to one that stays, never on.
ALTER TABLE person ADD COLUMN same_as INTEGER REFERENCES person (id);
ALTER TABLE org ADD COLUMN same_as INTEGER REFERENCES org (id);
CREATE INDEX person_same_as ON person (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX org_same_as ON org (same_as) WHERE same_as IS NOT NULL;
DROP INDEX person_id_no;
CREATE UNIQUE INDEX person_id_no ON person (id_no) WHERE id_no IS NOT NULL AND voided IS NULL AND same_as IS NULL;
DROP INDEX org_uscc;
CREATE UNIQUE INDEX org_uscc ON org (uscc) WHERE uscc IS NOT NULL AND voided IS NULL AND same_as IS NULL;

-- Two records that look alike and are not one, as somebody said.
CREATE TABLE unlike (
  record TEXT NOT NULL,
  one INTEGER NOT NULL,
  other INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES entry (id),
  PRIMARY KEY (record, one, other),
  CHECK (one < other)
) STRICT, WITHOUT ROWID;

-- A duration may be approximate too: 半天.
ALTER TABLE participation ADD COLUMN approx TEXT NOT NULL DEFAULT '';
