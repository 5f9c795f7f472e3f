-- SHA-256 over all that is kept of a run that has ended, but for its texts, which have their own. Null in runs that
-- are still streaming, and in those that were kept before there were seals.
ALTER TABLE runs ADD COLUMN seal TEXT;
