-- What came of a project is kept as what came of an activity is; it belongs to one of the two.
CREATE TABLE outcome_of_either (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  activity INTEGER REFERENCES activity (id),
  project INTEGER REFERENCES project (id),
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  unit TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  approx TEXT NOT NULL DEFAULT '',
  extra TEXT,
  entry INTEGER NOT NULL REFERENCES entry (id),
  voided INTEGER REFERENCES entry (id),
  CHECK ((activity IS NULL) <> (project IS NULL))
) STRICT;
INSERT INTO outcome_of_either (id, what, activity, quantity, unit, note, name_key, approx, extra, entry, voided)
SELECT id, what, activity, quantity, unit, note, name_key, approx, extra, entry, voided FROM outcome;
DROP TABLE outcome;
ALTER TABLE outcome_of_either RENAME TO outcome;
CREATE INDEX outcome_activity ON outcome (activity);
CREATE INDEX outcome_project ON outcome (project) WHERE project IS NOT NULL;

-- Under which version of the policy something was put in follows from its entry: the last version made before.
ALTER TABLE order_event DROP COLUMN policy;
ALTER TABLE whistle DROP COLUMN policy;
