-- Projects that a reading from zero no longer found, until those whose keeper this person is are drafts.
CREATE TABLE left_behind (
    project TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    body    TEXT    NOT NULL
) STRICT;
