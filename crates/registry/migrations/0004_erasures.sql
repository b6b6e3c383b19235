-- Who asked to be erased, so that a backup from before that can be put right. `names` are the SHA-256 of names by which
-- they were known, as a JSON list.
CREATE TABLE erasures (
    person TEXT NOT NULL PRIMARY KEY,
    names TEXT NOT NULL,
    at BIGINT NOT NULL
);
