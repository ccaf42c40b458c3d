-- What exists and what was done. Frozen once released; later changes are further files.
--
-- In every record table: `entry` is the command that made the row, `voided` the one that took it
-- out of every total (nothing is deleted), `extra` the columns of its source that we do not know
-- (JSON), `name_key` the name as it is matched. Dates are ISO text, durations whole minutes.

-- One row: whose ledger this is.
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  uuid TEXT NOT NULL,
  office TEXT,
  place INTEGER REFERENCES place (id),
  created TEXT NOT NULL
) STRICT;

-- One command that changed the ledger.
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  operator TEXT NOT NULL,
  command TEXT NOT NULL,
  reason TEXT
) STRICT;

-- One fact of one record that a command changed: what it was, what it became (JSON scalars).
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES entry (id),
  record TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  field TEXT NOT NULL,
  old TEXT,
  new TEXT
) STRICT;
CREATE INDEX change_record ON change (record, record_id);

-- One file that was imported, known again by its hash.
CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES entry (id),
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  asked TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT;
CREATE INDEX batch_sha256 ON batch (sha256);

CREATE TABLE place (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('city', 'district', 'street', 'community', 'village', 'grid', 'building')),
  parent INTEGER REFERENCES place (id),
  code TEXT,
  kind TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX place_name_key ON place (name_key);

-- The tree of places, every place below itself and all above it: what a total of a place sums over.
CREATE TABLE place_tree (
  ancestor INTEGER NOT NULL REFERENCES place (id),
  place INTEGER NOT NULL REFERENCES place (id),
  depth INTEGER NOT NULL CHECK (depth >= 0),
  PRIMARY KEY (ancestor, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_tree_place ON place_tree (place);

CREATE TABLE org (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  uscc TEXT,
  kind TEXT,
  branch TEXT,
  leader TEXT,
  contact TEXT,
  phone TEXT,
  members INTEGER CHECK (members >= 0),
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX org_name_key ON org (name_key);
CREATE UNIQUE INDEX org_uscc ON org (uscc) WHERE uscc IS NOT NULL AND voided IS NULL;

CREATE TABLE pairing (
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL REFERENCES org (id),
  place INTEGER NOT NULL REFERENCES place (id),
  since TEXT CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  until TEXT CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX pairing_org ON pairing (org);

CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  gender TEXT CHECK (gender IN ('男', '女')),
  id_type TEXT,
  id_no TEXT,
  birth_date TEXT,
  phone TEXT,
  org INTEGER REFERENCES org (id),
  branch TEXT,
  position TEXT,
  political TEXT,
  joined_party_on TEXT,
  address TEXT,
  community INTEGER REFERENCES place (id),
  grid TEXT,
  skills TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX person_name_key ON person (name_key);
CREATE UNIQUE INDEX person_id_no ON person (id_no) WHERE id_no IS NOT NULL AND voided IS NULL;

CREATE TABLE checkin (
  id INTEGER PRIMARY KEY,
  who_person INTEGER REFERENCES person (id),
  who_org INTEGER REFERENCES org (id),
  place INTEGER NOT NULL REFERENCES place (id),
  basis TEXT NOT NULL CHECK (basis IN ('unit', 'residence')),
  since TEXT CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  until TEXT CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id),
  CHECK ((who_person IS NULL) <> (who_org IS NULL))
) STRICT;
CREATE INDEX checkin_person ON checkin (who_person) WHERE who_person IS NOT NULL;
CREATE INDEX checkin_org ON checkin (who_org) WHERE who_org IS NOT NULL;

CREATE TABLE team (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  place INTEGER REFERENCES place (id),
  leader TEXT,
  kind TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX team_name_key ON team (name_key);

CREATE TABLE member (
  id INTEGER PRIMARY KEY,
  team INTEGER NOT NULL REFERENCES team (id),
  person INTEGER NOT NULL REFERENCES person (id),
  since TEXT CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  until TEXT CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX member_person ON member (person);

CREATE TABLE activity (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  end_date TEXT CHECK (end_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  place INTEGER REFERENCES place (id),
  org INTEGER REFERENCES org (id),
  team INTEGER REFERENCES team (id),
  leader TEXT,
  category TEXT,
  content TEXT,
  minutes INTEGER CHECK (minutes >= 0),
  headcount INTEGER CHECK (headcount >= 0),
  served INTEGER CHECK (served >= 0),
  resolved INTEGER CHECK (resolved >= 0),
  volunteer INTEGER NOT NULL CHECK (volunteer IN (0, 1)),
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id),
  UNIQUE (id, date),
  CHECK (end_date >= date)
) STRICT;
CREATE INDEX activity_name_key ON activity (name_key);
-- All that a total or a breakdown of a period reads, `voided` too, so that it never touches the
-- wide rows.
CREATE INDEX activity_totals ON activity (date, served, resolved, place, org, team, category, voided)
WHERE voided IS NULL;
CREATE INDEX activity_approximate ON activity (date, place) WHERE voided IS NULL AND approx <> '';

-- `date` is the activity's own, kept by the foreign key: a period's people are one range of an index.
CREATE TABLE participation (
  id INTEGER PRIMARY KEY,
  activity INTEGER NOT NULL,
  person INTEGER NOT NULL REFERENCES person (id),
  minutes INTEGER CHECK (minutes >= 0),
  role TEXT,
  rating TEXT,
  note TEXT,
  date TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id),
  FOREIGN KEY (activity, date) REFERENCES activity (id, date) ON UPDATE CASCADE
) STRICT;
CREATE UNIQUE INDEX participation_once ON participation (activity, person) WHERE voided IS NULL;
CREATE INDEX participation_person ON participation (person);
CREATE INDEX participation_totals ON participation (date, person, minutes, activity, voided)
WHERE voided IS NULL;

CREATE TABLE outcome (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  activity INTEGER NOT NULL REFERENCES activity (id),
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  unit TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX outcome_activity ON outcome (activity);
