-- What a person made. No reset, repair or sign-out deletes from here.

CREATE TABLE drafts (
    id              TEXT    NOT NULL PRIMARY KEY,
    project         TEXT    NOT NULL,
    council         TEXT    NOT NULL,
    council_name    TEXT    NOT NULL,
    council_name_cy TEXT    NOT NULL,
    base_version    INTEGER NOT NULL,            -- 0: a new project
    base            TEXT    NOT NULL,            -- the record that it changes, so that merging needs no network
    form            TEXT    NOT NULL,            -- the text being written
    state           TEXT    NOT NULL CHECK (state IN ('draft', 'queued', 'needs_attention', 'received', 'in_review',
                                                      'published', 'declined', 'withdrawn')),
    attention       TEXT,                        -- why it needs attention
    saved_at        INTEGER NOT NULL,            -- ms since 1970
    sent_at         INTEGER                      -- ms since 1970, when it was queued last
) STRICT;

-- One that is being written or sent for each project; what was sent stays as a memory.
CREATE UNIQUE INDEX one_open_draft ON drafts (project) WHERE state IN ('draft', 'queued', 'needs_attention');

-- Only what waits is here. That it is being sent is known in memory alone: after a crash it simply waits.
CREATE TABLE outbox (
    submission TEXT    NOT NULL PRIMARY KEY,     -- UUIDv7, the idempotency key: sorts in the order of queueing
    draft      TEXT    NOT NULL UNIQUE REFERENCES drafts (id),
    body       TEXT    NOT NULL,                 -- the submission as it will be sent, byte for byte
    tries      INTEGER NOT NULL DEFAULT 0,       -- counted before each sending
    queued_at  INTEGER NOT NULL
) STRICT;

-- What the registry said where a draft clashed with somebody else's change.
CREATE TABLE conflicts (
    draft   TEXT    NOT NULL PRIMARY KEY REFERENCES drafts (id),
    version INTEGER NOT NULL,
    theirs  TEXT    NOT NULL,
    met_at  INTEGER NOT NULL
) STRICT;
