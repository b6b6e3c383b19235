-- Who confirmed a lead: 'operator', 'coordinator', 'lead' (another of the same council) or 'vouched'; '' for a lead whom
-- nobody has confirmed, and for everyone who is none. Who confirmed those from before is not known.
ALTER TABLE memberships ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
UPDATE memberships SET confirmed_by = 'lead' WHERE role = 'lead' AND interim = 0;

-- The councils that have or had a lead. `confirmed` is 1 where one of them was confirmed: nobody leads such a council by
-- signing in.
CREATE TABLE led_councils (
    council TEXT NOT NULL PRIMARY KEY,
    confirmed BIGINT NOT NULL
);
INSERT INTO led_councils (council, confirmed)
SELECT council, MAX(CASE WHEN interim = 0 THEN 1 ELSE 0 END) FROM memberships WHERE role = 'lead' GROUP BY council;
ALTER TABLE memberships DROP COLUMN interim;

-- A seat is a person's place in a project's team, for one council: it counts while they are active there.
ALTER TABLE teams RENAME TO seats;
ALTER TABLE seats ADD COLUMN council TEXT NOT NULL DEFAULT '';
UPDATE seats SET council = COALESCE(
    (SELECT records.council FROM records WHERE records.kind = 'project' AND records.id = seats.project), '');
DELETE FROM seats WHERE EXISTS (
    SELECT 1 FROM memberships
    WHERE memberships.person = seats.person AND memberships.council = seats.council AND memberships.state = 'removed');
CREATE INDEX seats_of_a_person ON seats (person);

-- `below` is 1 where a domain counts for all that end with it, too, at a dot. Those from before always did.
ALTER TABLE domains ADD COLUMN below BIGINT NOT NULL DEFAULT 0;
UPDATE domains SET below = 1;

-- Someone's wish to act for a council, with why their address is the council's. Each person has their own.
CREATE TABLE council_requests (
    council TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    evidence TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (council, person)
);
INSERT INTO council_requests (council, person, evidence, asked_at)
SELECT council, added_by, evidence, added_at FROM domains
WHERE status = 'asked' AND added_by IN (SELECT id FROM people);
DELETE FROM domains WHERE status = 'asked';
ALTER TABLE domains DROP COLUMN status;

-- A lead of another council vouches for an unconfirmed lead. Who objects ends it: `objected_by` is a person's id.
CREATE TABLE vouches (
    council TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    voucher TEXT NOT NULL REFERENCES people (id),
    for_council TEXT NOT NULL,
    vouched_at BIGINT NOT NULL,
    PRIMARY KEY (council, person, voucher)
);
CREATE TABLE objections (
    council TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    objected_by TEXT NOT NULL,
    objected_at BIGINT NOT NULL,
    PRIMARY KEY (council, person)
);

-- An id belongs to whoever sent the first submission with it.
CREATE INDEX submissions_of_an_id ON submissions (id);
