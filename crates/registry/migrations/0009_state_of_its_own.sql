-- What was read out of the audit log until now. From here on the log is only written, shown and handed out.

-- Projects that were removed for good, so that none of them can be sent again.
CREATE TABLE purged_projects (
    project TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
INSERT INTO purged_projects (project, at)
SELECT SUBSTR(subject, 9), MIN(at) FROM audit WHERE action = 'purge' AND subject LIKE 'project/%' GROUP BY subject;

-- Reviews whose leads were reminded of them.
CREATE TABLE reminders (
    review TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
INSERT INTO reminders (review, at)
SELECT subject, MIN(at) FROM audit
WHERE action = 'remind' AND subject IN (SELECT id FROM records WHERE kind = 'review') GROUP BY subject;

-- When which version of a project was published, and for which council: for what coordinators are told of the week.
CREATE TABLE publications (
    project TEXT NOT NULL,
    version BIGINT NOT NULL,
    council TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project, version)
);
CREATE INDEX publications_in_order ON publications (at);
-- The log said 'version 2', and earlier 'version 2 for BCH', when it had no column for the council yet.
INSERT INTO publications (project, version, council, at)
SELECT versions.id, versions.version, COALESCE(NULLIF(MAX(audit.council), ''), MAX(owner.council)), MIN(audit.at)
FROM (SELECT id, version FROM records WHERE kind = 'project'
      UNION SELECT id, version FROM history WHERE kind = 'project') AS versions
JOIN records AS owner ON owner.kind = 'project' AND owner.id = versions.id
JOIN audit ON audit.subject = 'project/' || versions.id AND audit.action = 'publish'
    AND (audit.detail = 'version ' || versions.version OR audit.detail LIKE 'version ' || versions.version || ' for %')
GROUP BY versions.id, versions.version;
