-- The words that the design has now, in the place of those from before.

ALTER TABLE departures RENAME TO tombstones;
DROP INDEX departures_in_order;
CREATE INDEX tombstones_in_order ON tombstones (seq);
ALTER TABLE counter RENAME COLUMN departures_from TO tombstones_from;

-- 'council_user' is 'contributor'. A check can't be changed in a table that is there.
CREATE TABLE new_memberships (
    council TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('contributor', 'editor', 'lead')),
    domain TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'lapsed', 'removed')),
    verified_at BIGINT NOT NULL,
    confirmed_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (council, person)
);
INSERT INTO new_memberships (council, person, role, domain, state, verified_at, confirmed_by)
SELECT council, person, CASE role WHEN 'council_user' THEN 'contributor' ELSE role END, domain, state, verified_at,
    confirmed_by
FROM memberships;
DROP TABLE memberships;
ALTER TABLE new_memberships RENAME TO memberships;
CREATE INDEX memberships_of_a_person ON memberships (person);

-- A project's 'keeper' is its 'owner'. Within a text the quotes would be escaped: only a field's name is met.
UPDATE records SET body = REPLACE(body, '"keeper":', '"owner":') WHERE body LIKE '%"keeper":%';
UPDATE history SET body = REPLACE(body, '"keeper":', '"owner":') WHERE body LIKE '%"keeper":%';
UPDATE submissions SET problem = REPLACE(problem, '"keeper":', '"owner":') WHERE problem LIKE '%"keeper":%';
UPDATE submissions SET body = REPLACE(body, '"keeper":', '"owner":') WHERE body LIKE '%"keeper":%';
UPDATE audit SET detail = 'contributor' WHERE detail = 'council_user';
