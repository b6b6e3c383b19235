-- Who wrote a version: a person's id, '' where it came in by the machine's own commands. Told to those who may change
-- the record, when their change meets it.
ALTER TABLE records ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN author TEXT NOT NULL DEFAULT '';

-- What a submission was merged with, as JSON; '' where nobody had changed the record since its base.
ALTER TABLE submissions ADD COLUMN merged_with TEXT NOT NULL DEFAULT '';

-- Departures are kept for a time. Who has read no further than `departures_from` may have missed one: they read from
-- zero.
ALTER TABLE departures ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE counter ADD COLUMN departures_from BIGINT NOT NULL DEFAULT 0;
