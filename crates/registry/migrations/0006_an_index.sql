-- Without the cell: while PostgreSQL has no statistics yet, it took the index with it for reading changes, all of it.
DROP INDEX records_of_a_council;
CREATE INDEX records_of_a_council ON records (council);
