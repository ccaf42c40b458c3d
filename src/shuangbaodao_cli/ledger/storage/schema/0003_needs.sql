-- From need to look-back: what residents want, who can help, how it is done, what came of it.
-- Every record as in 0001. `order` is a word of SQL and stands in brackets.

-- The last readable number given in a year: 需-2026-0007.
CREATE TABLE numbering (
  record TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (record, year)
) STRICT, WITHOUT ROWID;

-- The office's own rules, each version whole, as TOML; version 0 is the one that is shipped.
CREATE TABLE policy (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES entry (id)
) STRICT;

-- What residents want. `state` and `closed` follow from its order: the day of the look-back that found it solved.
CREATE TABLE need (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  number TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('need', 'wish')),
  place INTEGER REFERENCES place (id),
  category TEXT,
  raised_on TEXT CHECK (raised_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  raised_by TEXT,
  phone TEXT,
  source TEXT,
  urgency TEXT NOT NULL CHECK (urgency IN ('daily', 'major', 'urgent')),
  people INTEGER CHECK (people >= 0),
  owner TEXT,
  state TEXT NOT NULL CHECK (state IN ('raised', 'ticketed', 'planned', 'dispatched', 'claimed', 'finished', 'reviewed', 'reopened', 'returned', 'cancelled')),
  closed TEXT CHECK (closed GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX need_number ON need (number) WHERE voided IS NULL;
CREATE INDEX need_name_key ON need (name_key);
CREATE INDEX need_open ON need (state, category, place) WHERE voided IS NULL AND closed IS NULL;
CREATE INDEX need_raised ON need (raised_on) WHERE voided IS NULL;
CREATE INDEX need_closed ON need (closed, place, category) WHERE voided IS NULL AND closed IS NOT NULL;

-- What units, teams and members can give.
CREATE TABLE resource (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  number TEXT,
  owner_org INTEGER REFERENCES org (id),
  owner_team INTEGER REFERENCES team (id),
  owner_person INTEGER REFERENCES person (id),
  kind TEXT CHECK (kind IN ('talent', 'venue', 'goods', 'funds', 'technology', 'service', 'information')),
  category TEXT,
  place INTEGER REFERENCES place (id),
  quantity INTEGER CHECK (quantity >= 0),
  unit TEXT,
  available TEXT,
  contact TEXT,
  phone TEXT,
  until TEXT CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX resource_number ON resource (number) WHERE voided IS NULL;
CREATE INDEX resource_name_key ON resource (name_key);
CREATE INDEX resource_category ON resource (category) WHERE voided IS NULL;

-- Where needs and resources meet; `wanted` is how many may claim its orders.
CREATE TABLE project (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  number TEXT,
  need INTEGER REFERENCES need (id),
  resource INTEGER REFERENCES resource (id),
  org INTEGER REFERENCES org (id),
  leader TEXT,
  place INTEGER REFERENCES place (id),
  category TEXT,
  since TEXT CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  until TEXT CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  people INTEGER CHECK (people >= 0),
  wanted INTEGER NOT NULL CHECK (wanted >= 0),
  done_on TEXT CHECK (done_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  result TEXT,
  rating TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id),
  CHECK (until >= since)
) STRICT;
CREATE UNIQUE INDEX project_number ON project (number) WHERE voided IS NULL;
CREATE INDEX project_name_key ON project (name_key);

-- Joint meetings; who was to come, what was raised, what was agreed.
CREATE TABLE meeting (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  number TEXT,
  date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  place INTEGER REFERENCES place (id),
  venue TEXT,
  host TEXT,
  recorder TEXT,
  headcount INTEGER CHECK (headcount >= 0),
  content TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX meeting_number ON meeting (number) WHERE voided IS NULL;
CREATE INDEX meeting_name_key ON meeting (name_key);

CREATE TABLE attendance (
  id INTEGER PRIMARY KEY,
  meeting INTEGER NOT NULL REFERENCES meeting (id),
  org INTEGER NOT NULL REFERENCES org (id),
  present INTEGER NOT NULL CHECK (present IN (0, 1)),
  who TEXT,
  reason TEXT,
  note TEXT,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX attendance_meeting ON attendance (meeting);

CREATE TABLE topic (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  meeting INTEGER NOT NULL REFERENCES meeting (id),
  org INTEGER REFERENCES org (id),
  proposer TEXT,
  opinion TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX topic_name_key ON topic (name_key);
CREATE INDEX topic_meeting ON topic (meeting);

CREATE TABLE resolution (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  number TEXT,
  meeting INTEGER NOT NULL REFERENCES meeting (id),
  org INTEGER REFERENCES org (id),
  owner TEXT,
  due TEXT CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  done_on TEXT CHECK (done_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  result TEXT,
  project INTEGER REFERENCES project (id),
  note TEXT,
  name_key TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX resolution_number ON resolution (number) WHERE voided IS NULL;
CREATE INDEX resolution_name_key ON resolution (name_key);
CREATE INDEX resolution_meeting ON resolution (meeting);
CREATE INDEX resolution_due ON resolution (due) WHERE due IS NOT NULL AND done_on IS NULL AND voided IS NULL;

-- How a thing is done. State, holder, due and closed follow from its events and are kept here to be found by;
-- `pending` is the day by which its next step is due.
CREATE TABLE [order] (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  number TEXT,
  need INTEGER REFERENCES need (id),
  project INTEGER REFERENCES project (id),
  resolution INTEGER REFERENCES resolution (id),
  place INTEGER REFERENCES place (id),
  category TEXT,
  urgency TEXT NOT NULL CHECK (urgency IN ('daily', 'major', 'urgent')),
  opened_on TEXT CHECK (opened_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  due TEXT CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  holder_person INTEGER REFERENCES person (id),
  holder_org INTEGER REFERENCES org (id),
  holder_team INTEGER REFERENCES team (id),
  holder_branch INTEGER REFERENCES branch (id),
  state TEXT NOT NULL CHECK (state IN ('raised', 'ticketed', 'planned', 'dispatched', 'claimed', 'finished', 'reviewed', 'reopened', 'returned', 'cancelled')),
  pending TEXT CHECK (pending GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  closed TEXT CHECK (closed GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  name_key TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX order_number ON [order] (number) WHERE voided IS NULL;
CREATE INDEX order_name_key ON [order] (name_key);
-- A need has one order at a time.
CREATE UNIQUE INDEX order_need ON [order] (need) WHERE need IS NOT NULL AND state <> 'cancelled' AND voided IS NULL;
CREATE INDEX order_project ON [order] (project) WHERE project IS NOT NULL;
CREATE INDEX order_resolution ON [order] (resolution) WHERE resolution IS NOT NULL;
-- What is due, what was done where, and what each holder has in hand or has done.
CREATE INDEX order_fit ON [order] (category, place, state) WHERE voided IS NULL;
CREATE INDEX order_pending ON [order] (pending) WHERE pending IS NOT NULL AND voided IS NULL;
CREATE INDEX order_org ON [order] (holder_org, state, category) WHERE holder_org IS NOT NULL AND voided IS NULL;
CREATE INDEX order_team ON [order] (holder_team, state, category) WHERE holder_team IS NOT NULL AND voided IS NULL;
CREATE INDEX order_person ON [order] (holder_person, state, category) WHERE holder_person IS NOT NULL AND voided IS NULL;
CREATE INDEX order_branch ON [order] (holder_branch, state, category) WHERE holder_branch IS NOT NULL AND voided IS NULL;

-- The steps of an order: rows are only added. `policy` is the version of the rules a step was taken under.
CREATE TABLE order_event (
  id INTEGER PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES [order] (id),
  step TEXT NOT NULL CHECK (step IN ('ticketed', 'planned', 'dispatched', 'claimed', 'finished', 'reviewed', 'reopened', 'returned', 'cancelled', 'withdrawn')),
  date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  by_person INTEGER REFERENCES person (id),
  by_org INTEGER REFERENCES org (id),
  by_team INTEGER REFERENCES team (id),
  by_branch INTEGER REFERENCES branch (id),
  whom_person INTEGER REFERENCES person (id),
  whom_org INTEGER REFERENCES org (id),
  whom_team INTEGER REFERENCES team (id),
  whom_branch INTEGER REFERENCES branch (id),
  said TEXT,
  due TEXT CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  satisfaction TEXT CHECK (satisfaction IN ('good', 'fair', 'bad')),
  corrects INTEGER REFERENCES order_event (id),
  note TEXT,
  policy INTEGER NOT NULL DEFAULT 0,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE INDEX order_event_ticket ON order_event (ticket, id);
CREATE INDEX order_event_date ON order_event (date) WHERE voided IS NULL;

-- A department is called. The limits are those of the policy of that moment.
CREATE TABLE whistle (
  id INTEGER PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES [order] (id),
  number TEXT,
  org INTEGER NOT NULL REFERENCES org (id),
  kind TEXT NOT NULL CHECK (kind IN ('advance', 'assault', 'emergency')),
  blown TEXT NOT NULL CHECK (blown GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  sign_due TEXT CHECK (sign_due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  signed TEXT CHECK (signed GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  contact_due TEXT CHECK (contact_due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  contacted TEXT CHECK (contacted GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  appear_due TEXT CHECK (appear_due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  appeared TEXT CHECK (appeared GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  pending TEXT CHECK (pending GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
  note TEXT,
  policy INTEGER NOT NULL DEFAULT 0,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX whistle_number ON whistle (number) WHERE voided IS NULL;
CREATE INDEX whistle_ticket ON whistle (ticket);
CREATE INDEX whistle_pending ON whistle (pending) WHERE pending IS NOT NULL AND voided IS NULL;

-- Who is looked after. Nothing but the number, level and place leaves the ledger without a reason.
CREATE TABLE subject (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL,
  name TEXT NOT NULL,
  gender TEXT CHECK (gender IN ('男', '女')),
  birth_date TEXT,
  kind TEXT,
  level TEXT NOT NULL CHECK (level IN ('high', 'key', 'general')),
  place INTEGER REFERENCES place (id),
  address TEXT,
  phone TEXT,
  health TEXT,
  guardian TEXT,
  guardian_phone TEXT,
  consent INTEGER CHECK (consent IN (0, 1)),
  visitor_org INTEGER REFERENCES org (id),
  visitor_team INTEGER REFERENCES team (id),
  visitor_person INTEGER REFERENCES person (id),
  note TEXT,
  name_key TEXT NOT NULL,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX subject_number ON subject (number) WHERE voided IS NULL;
CREATE INDEX subject_name_key ON subject (name_key);
CREATE INDEX subject_name ON subject (name);

CREATE TABLE visit (
  id INTEGER PRIMARY KEY,
  subject INTEGER NOT NULL REFERENCES subject (id),
  number TEXT,
  date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  visitor_person INTEGER REFERENCES person (id),
  visitor_org INTEGER REFERENCES org (id),
  visitor_team INTEGER REFERENCES team (id),
  kind TEXT NOT NULL CHECK (kind IN ('routine', 'follow_up', 'special', 'phone')),
  health TEXT CHECK (health IN ('good', 'fair', 'bad')),
  mood TEXT CHECK (mood IN ('good', 'fair', 'bad')),
  safety TEXT CHECK (safety IN ('good', 'fair', 'bad')),
  hygiene TEXT CHECK (hygiene IN ('good', 'fair', 'bad')),
  home TEXT CHECK (home IN ('good', 'fair', 'bad')),
  content TEXT,
  found TEXT,
  done TEXT,
  changed INTEGER CHECK (changed IN (0, 1)),
  next TEXT CHECK (next GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX visit_number ON visit (number) WHERE voided IS NULL;
CREATE INDEX visit_subject ON visit (subject, date);

-- Party organisations, each below another; who answers for which grid; what members promised.
CREATE TABLE branch (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  number TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('general', 'branch', 'group', 'household')),
  functional INTEGER CHECK (functional IN (0, 1)),
  parent INTEGER REFERENCES branch (id),
  place INTEGER REFERENCES place (id),
  secretary TEXT,
  phone TEXT,
  members INTEGER CHECK (members >= 0),
  since TEXT CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX branch_number ON branch (number) WHERE voided IS NULL;
CREATE INDEX branch_name_key ON branch (name_key);

CREATE TABLE area (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person (id),
  number TEXT,
  place INTEGER NOT NULL REFERENCES place (id),
  building TEXT,
  households INTEGER CHECK (households >= 0),
  key_households TEXT,
  duties TEXT,
  since TEXT CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  until TEXT CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id),
  CHECK (until >= since)
) STRICT;
CREATE UNIQUE INDEX area_number ON area (number) WHERE voided IS NULL;
CREATE INDEX area_place ON area (place);

CREATE TABLE pledge (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person (id),
  number TEXT,
  promise TEXT NOT NULL,
  post TEXT,
  duties TEXT,
  place INTEGER REFERENCES place (id),
  date TEXT CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  done TEXT,
  note TEXT,
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id)
) STRICT;
CREATE UNIQUE INDEX pledge_number ON pledge (number) WHERE voided IS NULL;

-- What proves a step: the file is kept beside the ledger under its hash.
CREATE TABLE evidence (
  event INTEGER NOT NULL REFERENCES order_event (id),
  sha256 TEXT NOT NULL,
  file TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES entry (id),
  PRIMARY KEY (event, sha256)
) STRICT, WITHOUT ROWID;

-- The need or project that an activity served. What a need's look-back counts, the activity does not.
ALTER TABLE activity ADD COLUMN need INTEGER REFERENCES need (id);
ALTER TABLE activity ADD COLUMN project INTEGER REFERENCES project (id);
CREATE INDEX activity_need ON activity (need) WHERE need IS NOT NULL;
CREATE INDEX activity_project ON activity (project) WHERE project IS NOT NULL;
DROP INDEX activity_totals;
CREATE INDEX activity_totals ON activity (date, served, resolved, need, place, org, team, category, voided)
WHERE voided IS NULL;
