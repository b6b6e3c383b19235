-- Who is known at an OpenID Connect provider: by its issuer and its name for them (`subject`), never by an address.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_of_a_person ON identities (person);

-- Sign-ins that are on their way through a browser. `state` and `code` are hashes; `challenge` is the app's and
-- `verifier` the registry's own (RFC 7636). `port` is 0 where the code is to be pasted. Until the provider has answered,
-- `code`, `subject` and `email` are empty; `email` stays so where the provider doesn't vouch for one.
CREATE TABLE openid_sign_ins (
    state TEXT NOT NULL PRIMARY KEY,
    challenge TEXT NOT NULL,
    port BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    code TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX openid_sign_ins_of_an_app ON openid_sign_ins (challenge);
