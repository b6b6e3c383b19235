-- For how long there was no contact with the registry, as far as this laptop can tell, and what that means for what is
-- not open to everyone.
CREATE TABLE contact (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    looked_at INTEGER,                           -- ms since 1970, as the clock said when it was last looked at
    passed    INTEGER NOT NULL DEFAULT 0,        -- ms since the last contact; a clock that goes back takes nothing away
    ran       INTEGER NOT NULL DEFAULT 0,        -- ms of these that the app was running
    private   TEXT    NOT NULL DEFAULT 'shown' CHECK (private IN ('shown', 'hidden', 'removed')),
    hidden_at INTEGER NOT NULL DEFAULT 0         -- what `ran` was when it was hidden
) STRICT;
-- When all was read last is the last contact that is known of.
INSERT INTO contact (one, looked_at) SELECT 1, updated_at FROM reading;

-- What is hidden is here as well, where nothing that shows something looks.
ALTER TABLE set_aside ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
