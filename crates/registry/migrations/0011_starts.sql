-- Sign-ins that were started by email, each with a code of its own, and so the mails that were sent lately. `known` is 1
-- where someone had signed in with the address before; `tries_without_start_left` is for apps that don't name the start.
CREATE TABLE sign_in_starts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    domain TEXT NOT NULL,
    known BIGINT NOT NULL CHECK (known IN (0, 1)),
    hash TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries_left BIGINT NOT NULL CHECK (tries_left >= 0),
    tries_without_start_left BIGINT NOT NULL CHECK (tries_without_start_left >= 0)
);
CREATE INDEX sign_in_starts_in_order ON sign_in_starts (started_at);
CREATE INDEX sign_in_starts_of_a_mailbox ON sign_in_starts (mailbox, started_at);
CREATE INDEX sign_in_starts_of_an_address ON sign_in_starts (email);

-- When its council was written to about a report; 0 while it waits to be told of together with others.
ALTER TABLE reports ADD COLUMN mailed_at BIGINT NOT NULL DEFAULT 0;
UPDATE reports SET mailed_at = at;
