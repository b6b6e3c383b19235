-- Councils merge and are split. A domain may be a council's from a moment on (`from_at`) and until one (`until_at`), in
-- milliseconds since 1970, 0 for neither. `came_from` is the council by way of which it has it, '' for its own.
ALTER TABLE domains ADD COLUMN from_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domains ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE domains ADD COLUMN came_from TEXT NOT NULL DEFAULT '';
