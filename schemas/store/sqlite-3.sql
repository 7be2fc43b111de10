-- Version 3 of the store in SQLite: what people answer, what is silenced, and the threads that
-- the messages about one alert are in.

-- Somebody's answer to an alert: useful, not_relevant, on_it.
CREATE TABLE feedback (
	alert_id TEXT NOT NULL,
	person TEXT NOT NULL,
	at TEXT NOT NULL,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (alert_id, person, at)
) WITHOUT ROWID;

-- Alerts that nobody is told of for a while, by whose wish and why.
CREATE TABLE silence (
	silence_id TEXT NOT NULL PRIMARY KEY,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
) WITHOUT ROWID;

-- The messages that one reader got about one alert: the newest is found for each that follows.
CREATE INDEX delivery_thread ON delivery (json_extract(doc, '$.thread'))
	WHERE json_extract(doc, '$.thread') IS NOT NULL;

CREATE VIEW feedbacks AS SELECT
	alert_id,
	person,
	at,
	json_extract(doc, '$.answer') AS answer,
	json_extract(doc, '$.note') AS note,
	seen,
	doc
FROM feedback;

CREATE VIEW silences AS SELECT
	silence_id,
	json_extract(doc, '$.matchers') AS matchers,
	json_extract(doc, '$.by') AS "by",
	json_extract(doc, '$.why') AS why,
	json_extract(doc, '$.from') AS "from",
	json_extract(doc, '$.until') AS until,
	seen,
	doc
FROM silence;

DROP VIEW deliveries;
CREATE VIEW deliveries AS SELECT
	delivery_id,
	status,
	attempts,
	next_at,
	sent_at,
	json_extract(doc, '$.receiver') AS receiver,
	json_extract(doc, '$.channel') AS channel,
	json_extract(doc, '$.to') AS "to",
	json_extract(doc, '$.priority') AS priority,
	json_extract(doc, '$.form') AS form,
	json_extract(doc, '$.state') AS state,
	json_extract(doc, '$.thread') AS thread,
	json_extract(doc, '$.due') AS due,
	json_extract(doc, '$.subject') AS subject,
	seen,
	doc
FROM delivery;

DROP VIEW faults;
CREATE VIEW faults AS SELECT
	stage,
	since,
	json_extract(doc, '$.until') AS until,
	json_extract(doc, '$.pipeline') AS pipeline,
	json_extract(doc, '$.reason') AS reason,
	json_extract(doc, '$.owner') AS owner,
	seen,
	doc
FROM fault;
