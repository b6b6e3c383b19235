-- What someone said is wrong with a project. `reporter` is a person's id, '' for someone who was not signed in; `closed_at` is
-- 0 until someone has dealt with it.
CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    project TEXT NOT NULL,
    council TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('duplicate', 'problem')),
    text TEXT NOT NULL,
    reporter TEXT NOT NULL,
    at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL
);
CREATE INDEX reports_in_order ON reports (closed_at, at);
CREATE INDEX reports_of_a_project ON reports (project);
