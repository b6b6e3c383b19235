-- Answers to what others sent, until the registry has taken them.
CREATE TABLE answers (
    review     TEXT    NOT NULL PRIMARY KEY,     -- the submission that is answered
    submission TEXT    NOT NULL UNIQUE,          -- UUIDv7, the idempotency key of the answer
    body       TEXT    NOT NULL,                 -- the answer as it will be sent, byte for byte
    row        TEXT    NOT NULL,                 -- JSON: what was answered, as it was shown
    state      TEXT    NOT NULL CHECK (state IN ('published', 'changes_requested', 'declined')),
    reason     TEXT    NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,       -- counted before each sending
    queued_at  INTEGER NOT NULL,
    refused    TEXT                              -- why it came to nothing; NULL while it waits
) STRICT;
