-- The browser in which a sign-in with a provider was begun: the SHA-256 of a secret that it has in a cookie. Sign-ins from
-- before have none, and belong to no browser: who is on the way begins again.
ALTER TABLE openid_sign_ins ADD COLUMN browser TEXT NOT NULL DEFAULT '';

-- The SHA-256 of an address for which the provider vouches and that its person has said is not the one to use; '' for none.
ALTER TABLE identities ADD COLUMN declined TEXT NOT NULL DEFAULT '';

-- The addresses that people had before the one that they have: what is theirs is found under these as well when they are
-- erased.
CREATE TABLE former_addresses (
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (person, email)
);
