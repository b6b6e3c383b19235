-- What is being typed in a box that is no draft, until it is sent: a remark on a review, a report, a reason.
CREATE TABLE unfinished (
    box      TEXT    NOT NULL CHECK (box IN ('review', 'report', 'read_with_reason', 'purge', 'ask_for_council')),
    about    TEXT    NOT NULL,           -- the submission or the project; empty where there is only one such box
    choice   TEXT    NOT NULL,           -- what was chosen beside it; empty: nothing yet
    text     TEXT    NOT NULL,
    saved_at INTEGER NOT NULL,           -- ms since 1970
    PRIMARY KEY (box, about)
) STRICT;
