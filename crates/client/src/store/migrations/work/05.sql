-- The words that the design has now, in the place of those from before: unused texts, and a project's owner. Within a
-- text the quotes would be escaped, so that only a field's name is met.
ALTER TABLE kept RENAME TO unused_texts;
UPDATE drafts SET base = replace(base, '"keeper":', '"owner":') WHERE base LIKE '%"keeper":%';
UPDATE conflicts SET theirs = replace(theirs, '"keeper":', '"owner":') WHERE theirs LIKE '%"keeper":%';
