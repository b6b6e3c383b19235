-- What the registry said. Each table holds one kind of record; `body` is the record as it came, so that fields
-- which this version does not know are kept. `generation` is the reading in which a row was last confirmed.

CREATE TABLE reading (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    epoch      TEXT    NOT NULL DEFAULT '',      -- empty: nothing was read yet
    access     INTEGER NOT NULL DEFAULT 0,
    seq        INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 1,
    sweeping   INTEGER NOT NULL DEFAULT 0 CHECK (sweeping IN (0, 1)), -- read from zero, then drop older generations
    digest     INTEGER NOT NULL DEFAULT 0,       -- of every row below; a u64 in an i64
    read       INTEGER NOT NULL DEFAULT 0,       -- records read since the last time that all had been read
    updated_at INTEGER                           -- ms since 1970, when this last agreed with the registry
) STRICT;
INSERT INTO reading (one) VALUES (1);

CREATE TABLE councils (
    id         TEXT    NOT NULL PRIMARY KEY,     -- the council's code
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    nation     TEXT    NOT NULL,
    region     TEXT    NOT NULL
) STRICT;

CREATE TABLE services (
    id         TEXT    NOT NULL PRIMARY KEY,     -- the LGSL id
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    name       TEXT    NOT NULL
) STRICT;

CREATE TABLE projects (
    number        INTEGER PRIMARY KEY,           -- the row of `search`
    id            TEXT    NOT NULL UNIQUE,
    version       INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    body          TEXT    NOT NULL,
    council       TEXT    NOT NULL,
    phase         TEXT    NOT NULL,
    collaboration TEXT    NOT NULL,
    needs         INTEGER NOT NULL,
    services      TEXT    NOT NULL,              -- JSON array of LGSL ids
    tags          TEXT    NOT NULL,              -- JSON array
    created_at    INTEGER NOT NULL,              -- ms since 1970
    confirmed_at  INTEGER NOT NULL               -- ms since 1970; 0: never
) STRICT;
CREATE INDEX projects_of_council ON projects (council);

CREATE TABLE updates (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    project    TEXT    NOT NULL
) STRICT;
CREATE INDEX updates_of_project ON updates (project);

-- Records that this version can't read. They count in the digest, and are read again after an upgrade.
CREATE TABLE set_aside (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

CREATE VIRTUAL TABLE search USING fts5 (
    title, summary, needs, problem, tags, council, services,
    tokenize = 'porter unicode61 remove_diacritics 2', prefix = '1 2 3'
);
