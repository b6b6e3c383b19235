-- What the registry said last of a draft that was answered: the submission, and in which history of the mirror that
-- was ('EPOCH.GENERATION'). In another one it is asked after again: the registry may have been put back to an earlier
-- state.
ALTER TABLE drafts ADD COLUMN submission  TEXT;
ALTER TABLE drafts ADD COLUMN history     TEXT;
ALTER TABLE drafts ADD COLUMN merged_with TEXT;    -- JSON: what others had changed meanwhile
-- One that was sent and taken off the list is kept for as long as it may have to be sent again.
ALTER TABLE drafts ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));

ALTER TABLE conflicts ADD COLUMN by_whom TEXT NOT NULL DEFAULT '';
ALTER TABLE conflicts ADD COLUMN steps   TEXT NOT NULL DEFAULT '[]';   -- JSON: what was chosen, a list for each step

-- What was not taken, for 90 days.
CREATE TABLE kept (
    id      TEXT    NOT NULL PRIMARY KEY,
    project TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    field   TEXT    NOT NULL,
    value   TEXT    NOT NULL,            -- JSON
    whose   TEXT    NOT NULL CHECK (whose IN ('mine', 'theirs')),
    kept_at INTEGER NOT NULL             -- ms since 1970
) STRICT;
