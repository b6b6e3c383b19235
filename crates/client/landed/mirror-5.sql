-- mirror.db as the app of version 5 of its schema left it. See README.md.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE reading (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    epoch      TEXT    NOT NULL DEFAULT '',      -- empty: nothing was read yet
    access     INTEGER NOT NULL DEFAULT 0,
    seq        INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 1,
    sweeping   INTEGER NOT NULL DEFAULT 0 CHECK (sweeping IN (0, 1)), -- read from zero, then drop older generations
    digest     INTEGER NOT NULL DEFAULT 0,       -- of every row below; a u64 in an i64
    read       INTEGER NOT NULL DEFAULT 0,       -- records read since the last time that all had been read
    updated_at INTEGER                           -- ms since 1970, when this last agreed with the registry
, began INTEGER) STRICT;
CREATE TABLE councils (
    id         TEXT    NOT NULL PRIMARY KEY,     -- the council's code
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    nation     TEXT    NOT NULL,
    region     TEXT    NOT NULL
) STRICT;
CREATE TABLE services (
    id         TEXT    NOT NULL PRIMARY KEY,     -- the LGSL id
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    name       TEXT    NOT NULL
) STRICT;
CREATE TABLE projects (
    number        INTEGER PRIMARY KEY,           -- the row of `search`
    id            TEXT    NOT NULL UNIQUE,
    version       INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    body          TEXT    NOT NULL,
    council       TEXT    NOT NULL,
    phase         TEXT    NOT NULL,
    collaboration TEXT    NOT NULL,
    needs         INTEGER NOT NULL,
    services      TEXT    NOT NULL,              -- JSON array of LGSL ids
    tags          TEXT    NOT NULL,              -- JSON array
    created_at    INTEGER NOT NULL,              -- ms since 1970
    confirmed_at  INTEGER NOT NULL               -- ms since 1970; 0: never
) STRICT;
CREATE INDEX projects_of_council ON projects (council);
CREATE TABLE updates (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    project    TEXT    NOT NULL
) STRICT;
CREATE INDEX updates_of_project ON updates (project);
CREATE TABLE set_aside (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE VIRTUAL TABLE search USING fts5 (
    title, summary, needs, problem, tags, council, services,
    tokenize = 'porter unicode61 remove_diacritics 2', prefix = '1 2 3'
);
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
CREATE TABLE left_behind (
    project TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    body    TEXT    NOT NULL
) STRICT;
INSERT INTO reading (one, epoch, access, seq, generation, sweeping, digest, read, updated_at, began) VALUES (1, 'k3x', 4, 41, 2, 0, -1534572215450475361, 11, 1795453200000, 29);
INSERT INTO councils (id, version, seq, generation, body, name, nation, region) VALUES ('BCH', 2, 31, 2, '{"code":"BCH","gss_code":"E06000901","name":"Barchester City Council","name_cy":"Cyngor Dinas Barchester","other_names":["Barchester"],"council_type":"Unitary authority","nation":"england","region":"South West","lat":51.07,"long":-1.79,"started":"1974-04-01","ended":null,"successors":[],"offers":[{"skill":"user research","what":"a day a month","until":"2027-03-31"}],"population":84000}', 'Barchester City Council', 'england', 'South West');
INSERT INTO councils (id, version, seq, generation, body, name, nation, region) VALUES ('OLD', 3, 32, 2, '{"code":"OLD","name":"Borsetshire County Council","nation":"wales","region":"Wales","ended":"2023-03-31","successors":[{"council":"BCH","from":"2023-04-01","area":"The east"}]}', 'Borsetshire County Council', 'wales', 'Wales');
INSERT INTO services (id, version, seq, generation, body, name) VALUES ('524', 1, 33, 2, '{"id":524,"name":"Missed bin collection"}', 'Missed bin collection');
INSERT INTO services (id, version, seq, generation, body, name) VALUES ('1113', 1, 34, 2, '{"id":1113,"name":"Bulky waste collection","group":"Waste"}', 'Bulky waste collection');
INSERT INTO projects (number, id, version, seq, generation, body, council, phase, collaboration, needs, services, tags, created_at, confirmed_at) VALUES (1, '01900000-0000-7000-8000-000000050004', 4, 35, 2, '{"council":"BCH","title":"Missed bins","summary":"Residents tell us about a missed bin on any device, and see when it is collected.","why":"A third of the calls on a Monday are about bins.","problem":"People ring because the form asks for an account.\n\n- 4,100 calls a year\n- “No reply” is what they say most","needs":[{"id":"01900000-0000-7000-8000-000000030001","as_a":"resident","i_need":"report a missed bin without an account","so_that":"it is collected this week","evidence":"12 interviews, call logs of 2025"},{"id":"01900000-0000-7000-8000-000000030002","as_a":"driver of a round","i_need":"know which bins were not out","so_that":"I don''t go back for nothing","evidence":""}],"services":[524,1113],"phase":"alpha","phase_dates":{"discovery":{"started":"2026-01-05","ended":"2026-03-27"},"alpha":{"started":"2026-04-13","ended":null}},"learned":"An address is enough to find the round.","approach":"buy","product":"BinTime","supplier":"Casterbridge Software Ltd","contract_ends":"2029-03-31","collaboration":"looking_for_partners","wanted":[{"kind":"research","what":"five interviews in a rural district","by":"2026-09-01"},{"kind":"code","what":"somebody who knows the in-cab API","by":null}],"budget_band":"from50k_to250k","contact":{"mailbox":"digital@barchester.example","name":"Septimus Harding"},"keeper":"01900000-0000-7000-8000-000000010001","lang":"en","links":[{"id":"01900000-0000-7000-8000-000000040001","kind":"repository","url":"https://code.barchester.example/bins","label":"The code"},{"id":"01900000-0000-7000-8000-000000040002","kind":"research","url":"https://barchester.example/bins/research","label":""}],"tags":["bins","waste and recycling"],"licence":"MIT","reuse":"Take the form; the round finder needs an address gazetteer.","visibility":"public","confirmed_at":"2026-11-03T08:00:00Z","created_at":"2026-05-04T09:30:00Z","changed_at":"2026-11-02T16:45:12.5Z","unclaimed":false,"sponsor":"Directorate of Place"}', 'BCH', 'alpha', 'looking_for_partners', 2, '[524,1113]', '["bins","waste and recycling"]', 1777887000000, 1793692800000);
INSERT INTO projects (number, id, version, seq, generation, body, council, phase, collaboration, needs, services, tags, created_at, confirmed_at) VALUES (2, '01900000-0000-7000-8000-00000005001e', 1, 36, 2, '{"council":"WLM","title":"Moved away"}', 'WLM', 'idea', 'not_now', 0, '[]', '[]', 0, 0);
INSERT INTO updates (id, version, seq, generation, body, project) VALUES ('01900000-0000-7000-8000-0000000a0001', 1, 38, 2, '{"project":"01900000-0000-7000-8000-000000050004","at":"2026-11-10T12:00:00Z","text":"Show and tell on **Friday**.","happens_at":"2026-11-27T14:00:00Z","place":"The library","open_to":"anyone who works for a council","sign_up":"https://barchester.example/sign-up"}', '01900000-0000-7000-8000-000000050004');
INSERT INTO set_aside (kind, id, version, seq, generation, body) VALUES ('project', '01900000-0000-7000-8000-00000005001f', 1, 37, 2, '{"council":"BCH","title":"A phase from next year","summary":"Residents tell us about a missed bin on any device, and see when it is collected.","why":"A third of the calls on a Monday are about bins.","problem":"People ring because the form asks for an account.\n\n- 4,100 calls a year\n- “No reply” is what they say most","needs":[{"id":"01900000-0000-7000-8000-000000030001","as_a":"resident","i_need":"report a missed bin without an account","so_that":"it is collected this week","evidence":"12 interviews, call logs of 2025"},{"id":"01900000-0000-7000-8000-000000030002","as_a":"driver of a round","i_need":"know which bins were not out","so_that":"I don''t go back for nothing","evidence":""}],"services":[524,1113],"phase":"pilot","phase_dates":{"discovery":{"started":"2026-01-05","ended":"2026-03-27"},"alpha":{"started":"2026-04-13","ended":null}},"learned":"An address is enough to find the round.","approach":"buy","product":"BinTime","supplier":"Casterbridge Software Ltd","contract_ends":"2029-03-31","collaboration":"looking_for_partners","wanted":[{"kind":"research","what":"five interviews in a rural district","by":"2026-09-01"},{"kind":"code","what":"somebody who knows the in-cab API","by":null}],"budget_band":"from50k_to250k","contact":{"mailbox":"digital@barchester.example","name":"Septimus Harding"},"keeper":"01900000-0000-7000-8000-000000010001","lang":"en","links":[{"id":"01900000-0000-7000-8000-000000040001","kind":"repository","url":"https://code.barchester.example/bins","label":"The code"},{"id":"01900000-0000-7000-8000-000000040002","kind":"research","url":"https://barchester.example/bins/research","label":""}],"tags":["bins","waste and recycling"],"licence":"MIT","reuse":"Take the form; the round finder needs an address gazetteer.","visibility":"public","confirmed_at":"2026-11-03T08:00:00Z","created_at":"2026-05-04T09:30:00Z","changed_at":"2026-11-02T16:45:12.5Z","unclaimed":false,"sponsor":"Directorate of Place"}');
INSERT INTO set_aside (kind, id, version, seq, generation, body) VALUES ('poll', 'p1', 1, 39, 2, '{"question":"Bins?"}');
INSERT INTO search (rowid, title, summary, needs, problem, tags, council, services) VALUES (1, 'Missed bins', 'Residents tell us about a missed bin on any device, and see when it is collected.', 'resident report a missed bin without an account it is collected this week 12 interviews, call logs of 2025 driver of a round know which bins were not out I don''t go back for nothing ', 'People ring because the form asks for an account. 4,100 calls a year “No reply” is what they say most', 'bins waste and recycling', 'Barchester City Council Cyngor Dinas Barchester', 'Missed bin collection Bulky waste collection ');
INSERT INTO search (rowid, title, summary, needs, problem, tags, council, services) VALUES (2, 'Moved away', '', '', '', '', 'WLM ', '');
INSERT INTO reviews (id, version, seq, generation, body) VALUES ('01900000-0000-7000-8000-000000080001', 1, 40, 2, '{"author":"01900000-0000-7000-8000-000000010002","email":"mary.thorne@barchester.example","council":"BCH","project":"01900000-0000-7000-8000-000000050015","base_version":4,"patch":{"set":{"title":"Missed bins everywhere"},"add":{},"remove":{}},"sent_at":"2026-11-18T15:00:00Z"}');
INSERT INTO submissions (id, version, seq, generation, body) VALUES ('01900000-0000-7000-8000-00000006000d', 2, 41, 2, '{"state":"changes_requested","reason":"Somebody was faster.","by":"eleanor.bold@barchester.example","at":"2026-11-22T10:00:00Z","project":"01900000-0000-7000-8000-000000050004","conflict":{"version":6,"seq":40,"fields":["summary"],"by":"robin@walmington.example","record":{"council":"BCH","title":"Missed bins","summary":"Residents tell us about a missed bin on any device, and see when it is collected.","why":"A third of the calls on a Monday are about bins.","problem":"People ring because the form asks for an account.\n\n- 4,100 calls a year\n- “No reply” is what they say most","needs":[{"id":"01900000-0000-7000-8000-000000030001","as_a":"resident","i_need":"report a missed bin without an account","so_that":"it is collected this week","evidence":"12 interviews, call logs of 2025"},{"id":"01900000-0000-7000-8000-000000030002","as_a":"driver of a round","i_need":"know which bins were not out","so_that":"I don''t go back for nothing","evidence":""}],"services":[524,1113],"phase":"alpha","phase_dates":{"discovery":{"started":"2026-01-05","ended":"2026-03-27"},"alpha":{"started":"2026-04-13","ended":null}},"learned":"An address is enough to find the round.","approach":"buy","product":"BinTime","supplier":"Casterbridge Software Ltd","contract_ends":"2029-03-31","collaboration":"looking_for_partners","wanted":[{"kind":"research","what":"five interviews in a rural district","by":"2026-09-01"},{"kind":"code","what":"somebody who knows the in-cab API","by":null}],"budget_band":"from50k_to250k","contact":{"mailbox":"digital@barchester.example","name":"Septimus Harding"},"keeper":"01900000-0000-7000-8000-000000010001","lang":"en","links":[{"id":"01900000-0000-7000-8000-000000040001","kind":"repository","url":"https://code.barchester.example/bins","label":"The code"},{"id":"01900000-0000-7000-8000-000000040002","kind":"research","url":"https://barchester.example/bins/research","label":""}],"tags":["bins","waste and recycling"],"licence":"MIT","reuse":"Take the form; the round finder needs an address gazetteer.","visibility":"public","confirmed_at":"2026-11-03T08:00:00Z","created_at":"2026-05-04T09:30:00Z","changed_at":"2026-11-02T16:45:12.5Z","unclaimed":false,"sponsor":"Directorate of Place"}}}');
INSERT INTO left_behind (project, version, body) VALUES ('01900000-0000-7000-8000-00000005001e', 1, '{"council":"WLM","title":"Moved away"}');
COMMIT;
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
PRAGMA user_version = 5;
