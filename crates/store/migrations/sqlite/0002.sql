-- The customer's last day, `2027-01-29`; empty where there is none. Snapshots have it.
ALTER TABLE cases ADD COLUMN deadline TEXT NOT NULL DEFAULT '';
UPDATE cases SET deadline = COALESCE(
    (SELECT json_extract(body, '$.request.fields.deadline') FROM case_snapshots
     WHERE case_id = cases.id),
    '');
CREATE INDEX cases_by_deadline ON cases (deadline, id);
CREATE INDEX cases_by_title ON cases (title, id);
-- What lists show besides: JSON, of whose meaning the store knows nothing; null where it has to be
-- made anew.
ALTER TABLE cases ADD COLUMN shown TEXT NOT NULL DEFAULT 'null';
