-- A second step of signing in (RFC 6238). `secret` and `pending` are encrypted by a key that is outside the database;
-- `secret` is empty until the first code from it was given, `pending` once it was. `last_step` is the time step of the
-- last code that was taken: none up to it is taken again. `wrong` counts the wrong codes since the last right one. 0
-- stands for no time. From `reset_at` on it is as if the row were not there.
CREATE TABLE second_factors (
    person TEXT NOT NULL PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,
    pending TEXT NOT NULL,
    pending_at BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    last_step BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    wait_until BIGINT NOT NULL,
    reset_at BIGINT NOT NULL
);

-- Codes for when the phone is not at hand, each good once. `hash` is a SHA-256.
CREATE TABLE recovery_codes (
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (person, hash)
);

-- From when on a role rests that asks for a second factor, where its person has none. Without a row: at once.
CREATE TABLE second_factor_due (
    person TEXT NOT NULL PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL
);

-- When a second factor was last given in a session, and whether the provider has vouched for it (`provider`) or a code
-- was typed (`code`).
CREATE TABLE session_factors (
    session TEXT NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    given_at BIGINT NOT NULL,
    given_by TEXT NOT NULL
);

-- 1 where the provider says that a second factor was used.
ALTER TABLE openid_sign_ins ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;
