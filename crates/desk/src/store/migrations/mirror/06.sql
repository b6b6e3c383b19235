-- When the registry last answered with records, in ms since 1970. A reading that was cut off is contact, too.
ALTER TABLE reading ADD COLUMN contact_at INTEGER;
UPDATE reading SET contact_at = updated_at;
