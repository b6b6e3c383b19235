-- Whose a project is, so that a council's leads find those of its teams; '' for other kinds of record.
ALTER TABLE records ADD COLUMN council TEXT NOT NULL DEFAULT '';
UPDATE records SET council = COALESCE(
    (SELECT MIN(councils.id) FROM records AS councils
     WHERE councils.kind = 'council' AND records.body LIKE '%"council":"' || councils.id || '"%'), '')
WHERE kind = 'project';
CREATE INDEX records_of_a_council ON records (council, cell);

-- `coordinator` is 1 for the pooled administration, else 0.
ALTER TABLE people ADD COLUMN coordinator BIGINT NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN verified_at BIGINT NOT NULL DEFAULT 0;
UPDATE people SET verified_at = created_at;

-- A domain counts while it is 'active'; 'asked' waits for an answer. `evidence` is why it is the council's, and `added_by`
-- a person's id or 'operator'.
ALTER TABLE domains ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
ALTER TABLE domains ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
ALTER TABLE domains ADD COLUMN added_by TEXT NOT NULL DEFAULT 'operator';
ALTER TABLE domains ADD COLUMN added_at BIGINT NOT NULL DEFAULT 0;

-- How a council wants to be looked after; one without a row has the defaults.
CREATE TABLE council_settings (
    council TEXT NOT NULL PRIMARY KEY,
    review TEXT NOT NULL CHECK (review IN ('none', 'first', 'all')),
    editors_decide BIGINT NOT NULL,
    delegated BIGINT NOT NULL
);

-- Who may act for a council. `domain` is the one by which they are verified, '' for those who were invited. `interim` is 1
-- for a lead who was simply the first.
CREATE TABLE memberships (
    council TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('council_user', 'editor', 'lead')),
    interim BIGINT NOT NULL,
    domain TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'lapsed', 'removed')),
    verified_at BIGINT NOT NULL,
    PRIMARY KEY (council, person)
);
CREATE INDEX memberships_of_a_person ON memberships (person);

-- Who could act for a council until now still can; the first of them leads it.
INSERT INTO memberships (council, person, role, interim, domain, state, verified_at)
SELECT domains.council, people.id, 'editor', 0, domains.domain, 'active', people.created_at
FROM people JOIN domains ON people.email LIKE '%@' || domains.domain;
UPDATE memberships SET role = 'lead', interim = 1
WHERE person = (SELECT MIN(first.person) FROM memberships AS first WHERE first.council = memberships.council);

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    council TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('editor', 'lead')),
    invited_by TEXT NOT NULL,
    invited_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn'))
);
CREATE INDEX invitations_of_an_address ON invitations (email);

-- A session is a laptop's. `ended_by` says why it ended: 'sign_out', 'reuse', 'elsewhere'; '' while it goes on.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';

-- Submissions may wait for a review. `body` is what was sent, '' where it is not needed any more; `answer` is what the
-- reviewer said, as JSON.
CREATE TABLE reviewed_submissions (
    person TEXT NOT NULL REFERENCES people (id),
    id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('published', 'refused', 'withdrawn', 'in_review', 'changes_requested', 'declined')),
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    version BIGINT NOT NULL,
    problem TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    merged_with TEXT NOT NULL,
    council TEXT NOT NULL,
    body TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (person, id)
);
INSERT INTO reviewed_submissions (person, id, body_hash, state, kind, record, version, problem, created_at, merged_with,
    council, body, answer)
SELECT person, id, body_hash, state, kind, record, version, problem, created_at, merged_with,
    COALESCE((SELECT records.council FROM records
              WHERE records.kind = submissions.kind AND records.id = submissions.record), ''), '', ''
FROM submissions;
DROP TABLE submissions;
ALTER TABLE reviewed_submissions RENAME TO submissions;

-- On which laptop, which fields, why, and in which request: '' where there was none.
ALTER TABLE audit ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN request TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN council TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_of_a_council ON audit (council, at);
CREATE INDEX audit_of_a_subject ON audit (subject);
