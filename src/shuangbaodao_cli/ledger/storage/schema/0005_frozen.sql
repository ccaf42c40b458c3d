-- What was sent, as it was sent: rows are only added.

-- One report that was sent. `answer` is the whole of it as canonical JSON, `sha256` the hash of that text;
-- `date` is the day on which it was sent. Under which policy follows from the entry.
CREATE TABLE frozen (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  report TEXT NOT NULL,
  title TEXT NOT NULL,
  division TEXT,
  start TEXT NOT NULL CHECK (start GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  until TEXT NOT NULL CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  place INTEGER REFERENCES place (id),
  definitions INTEGER NOT NULL,
  recipient TEXT,
  note TEXT,
  date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  answer TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  entry INTEGER NOT NULL REFERENCES entry (id),
  CHECK (until > start)
) STRICT;
CREATE INDEX frozen_scope ON frozen (report, place, start, until);

-- A row that stood behind its figures, and what it gave to them: an activity, a need that a look-back closed
-- (one resolved), a participation (its person, as counted then, and minutes).
CREATE TABLE frozen_row (
  frozen INTEGER NOT NULL REFERENCES frozen (id),
  record TEXT NOT NULL CHECK (record IN ('activity', 'need', 'participation')),
  record_id INTEGER NOT NULL,
  served INTEGER NOT NULL,
  resolved INTEGER NOT NULL,
  person INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  PRIMARY KEY (frozen, record, record_id)
) STRICT, WITHOUT ROWID;
