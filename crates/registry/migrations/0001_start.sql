-- Portable SQL: TEXT and BIGINT only, so that one set of migrations and queries runs on SQLite and PostgreSQL.
-- Times are milliseconds since 1970; a hash is the hexadecimal SHA-256 of what must not be stored.

-- The history's name, and the one counter that every accepted change takes its number from.
CREATE TABLE counter (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 0)
);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Every record at its latest state. `project` is the project that it belongs to and moves with, '' for none.
CREATE TABLE records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    seq BIGINT NOT NULL UNIQUE,
    cell TEXT NOT NULL,
    project TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX records_of_a_project ON records (project);

-- What records said before: what a submission's base is merged against.
CREATE TABLE history (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (kind, id, version)
);

-- Who could see a record once and may have to be told that it is gone.
CREATE TABLE departures (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    cell TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (kind, id, cell)
);
CREATE INDEX departures_in_order ON departures (seq);

-- How many records each audience cell has, and their digest: 64 bits, read as a signed number.
CREATE TABLE cells (
    cell TEXT NOT NULL PRIMARY KEY,
    records BIGINT NOT NULL CHECK (records >= 0),
    digest BIGINT NOT NULL
);

-- `access` counts the changes of what a person may see that reading on can't tell them of.
CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    access BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A shared service has one domain and several councils.
CREATE TABLE domains (
    domain TEXT NOT NULL,
    council TEXT NOT NULL,
    PRIMARY KEY (domain, council)
);

CREATE TABLE teams (
    project TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (project, person)
);
CREATE INDEX teams_of_a_person ON teams (person);

-- At most one code an address; `window_from` and `sent` limit how many are sent.
CREATE TABLE sign_in_codes (
    email TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries_left BIGINT NOT NULL CHECK (tries_left >= 0),
    window_from BIGINT NOT NULL,
    sent BIGINT NOT NULL
);

-- A session is a family of token pairs, numbered from 1. `seen_pair` is the newest whose access token was used.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    pair BIGINT NOT NULL,
    previous_pair BIGINT NOT NULL,
    seen_pair BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL
);
CREATE TABLE access_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions (id),
    pair BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_of_a_session ON access_tokens (session);
CREATE TABLE refresh_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions (id),
    pair BIGINT NOT NULL
);

-- What became of each submission. `problem` is what was answered where it was refused, '' where it was published.
CREATE TABLE submissions (
    person TEXT NOT NULL REFERENCES people (id),
    id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('published', 'refused', 'withdrawn')),
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    version BIGINT NOT NULL,
    problem TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person, id)
);

-- Who did what. `actor` is a person's id, or 'operator' for the commands of the machine itself.
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_in_order ON audit (at);
