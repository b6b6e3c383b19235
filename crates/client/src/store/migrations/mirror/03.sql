-- What others sent and this person may answer; and what became of what they sent themselves.
CREATE TABLE reviews (
    id         TEXT    NOT NULL PRIMARY KEY,     -- the submission
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

CREATE TABLE submissions (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;
