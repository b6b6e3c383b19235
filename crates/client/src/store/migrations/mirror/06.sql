-- The words that the design has now, in the place of those from before.
ALTER TABLE left_behind RENAME TO lost_access;
-- A project's owner, too. Within a text the quotes would be escaped, so that only a field's name is met.
UPDATE projects SET body = replace(body, '"keeper":', '"owner":') WHERE body LIKE '%"keeper":%';
UPDATE lost_access SET body = replace(body, '"keeper":', '"owner":') WHERE body LIKE '%"keeper":%';
UPDATE set_aside SET body = replace(body, '"keeper":', '"owner":') WHERE body LIKE '%"keeper":%';
