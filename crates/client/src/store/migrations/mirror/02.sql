-- In a reading from zero: the registry's last change when it began.
ALTER TABLE reading ADD COLUMN began INTEGER;
