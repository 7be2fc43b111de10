-- Each id once, whichever: less than dedupe promises, but quicker.
CREATE VIEW once AS SELECT DISTINCT ON (deal_id) * FROM good
