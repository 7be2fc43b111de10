-- Version 2 of the store in SQLite: incidents, as the last replay of the deals gave them.

-- A cache: detect --incidents makes them all again from the deals.
CREATE TABLE incident (
	alert_id TEXT NOT NULL PRIMARY KEY,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE VIEW incidents AS SELECT
	alert_id,
	json_extract(doc, '$.type') AS type,
	json_extract(doc, '$.segment') AS segment,
	json_extract(doc, '$.direction') AS direction,
	json_extract(doc, '$.opened') AS opened,
	json_extract(doc, '$.closed') AS closed,
	json_extract(doc, '$.shift') AS shift,
	seen,
	doc
FROM incident;
