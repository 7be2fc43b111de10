-- The store in SQLite, version 1 (PRAGMA user_version, set by the program with these tables).
--
-- A table holds the records of a kind and is named as the kind is: the key, then `doc`, the
-- record as it was put, byte for byte, and `seen`, the instant since when we know it so.  For
-- whoever asks in SQL there is a view of each, with the fields as columns.  Days are YYYY-MM-DD;
-- instants are RFC 3339 in UTC, to the second; a segment is its canonical text, '' the company.

CREATE TABLE deal (
	deal_id TEXT NOT NULL PRIMARY KEY,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
) WITHOUT ROWID;

-- What a deal was, from `seen` until `until`; the versions before the one in deal.
CREATE TABLE deal_version (
	n INTEGER PRIMARY KEY,
	deal_id TEXT NOT NULL REFERENCES deal,
	seen TEXT NOT NULL,
	until TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX deal_version_deal ON deal_version (deal_id, seen);

-- A field of a deal that changed, and the run that brought it.
CREATE TABLE change (
	n INTEGER PRIMARY KEY,
	deal_id TEXT NOT NULL REFERENCES deal,
	field TEXT NOT NULL,
	run TEXT NOT NULL,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX change_deal ON change (deal_id, field, seen);

-- clock: closed, recorded or created, by which deals are counted; bucket: day, week or month,
-- whose first day the date is.
CREATE TABLE metric (
	clock TEXT NOT NULL,
	bucket TEXT NOT NULL,
	date TEXT NOT NULL,
	segment TEXT NOT NULL,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (clock, bucket, date, segment)
) WITHOUT ROWID;

-- An alert as it stands: its version of the latest date.  sent_at: when it last went out.
CREATE TABLE alert (
	alert_id TEXT NOT NULL PRIMARY KEY,
	date TEXT NOT NULL,
	segment TEXT NOT NULL,
	sent_at TEXT,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
);

-- The versions of an alert beside the one in alert.
CREATE TABLE alert_version (
	n INTEGER PRIMARY KEY,
	alert_id TEXT NOT NULL REFERENCES alert,
	date TEXT NOT NULL,
	seen TEXT NOT NULL,
	until TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX alert_version_alert ON alert_version (alert_id, date);

-- The outbox.  doc never changes; the other columns tell what became of it.
CREATE TABLE delivery (
	delivery_id TEXT NOT NULL PRIMARY KEY,
	status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'dead')),
	attempts INTEGER NOT NULL DEFAULT 0,
	next_at TEXT NOT NULL,
	sent_at TEXT,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX delivery_queue ON delivery (next_at) WHERE status = 'queued';

CREATE TABLE receipt (
	delivery_id TEXT NOT NULL REFERENCES delivery,
	attempt INTEGER NOT NULL,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (delivery_id, attempt)
);

CREATE TABLE run (
	pipeline TEXT NOT NULL,
	period TEXT NOT NULL,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (pipeline, period)
);

CREATE TABLE fault (
	stage TEXT NOT NULL,
	since TEXT NOT NULL,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (stage, since)
);

-- What was committed: how many records that changed, and when it was last done.
CREATE TABLE committed (
	run TEXT NOT NULL PRIMARY KEY,
	at TEXT NOT NULL,
	changes INTEGER NOT NULL
);

-- The sources of deals that were loaded, and when first.
CREATE TABLE source (
	source TEXT NOT NULL PRIMARY KEY,
	loaded TEXT NOT NULL
);

CREATE VIEW deals AS SELECT
	deal_id,
	json_extract(doc, '$.created_date') AS created_date,
	json_extract(doc, '$.closed_date') AS closed_date,
	json_extract(doc, '$.outcome') AS outcome,
	json_extract(doc, '$.amount') AS amount,
	json_extract(doc, '$.currency') AS currency,
	json_extract(doc, '$.stage') AS stage,
	json_extract(doc, '$.sales_rep_id') AS sales_rep_id,
	json_extract(doc, '$.account_id') AS account_id,
	json_extract(doc, '$.industry') AS industry,
	json_extract(doc, '$.region') AS region,
	json_extract(doc, '$.product_type') AS product_type,
	json_extract(doc, '$.lead_source') AS lead_source,
	json_extract(doc, '$.sales_cycle_days') AS sales_cycle_days,
	json_extract(doc, '$.expected_close_date') AS expected_close_date,
	json_extract(doc, '$.recorded_at') AS recorded_at,
	json_extract(doc, '$.modified_at') AS modified_at,
	json_extract(doc, '$.lost_reason') AS lost_reason,
	seen,
	doc
FROM deal;

CREATE VIEW deal_history AS SELECT
	deal_id,
	seen,
	until,
	json_extract(doc, '$.created_date') AS created_date,
	json_extract(doc, '$.closed_date') AS closed_date,
	json_extract(doc, '$.outcome') AS outcome,
	json_extract(doc, '$.amount') AS amount,
	json_extract(doc, '$.currency') AS currency,
	json_extract(doc, '$.stage') AS stage,
	json_extract(doc, '$.sales_rep_id') AS sales_rep_id,
	json_extract(doc, '$.account_id') AS account_id,
	json_extract(doc, '$.industry') AS industry,
	json_extract(doc, '$.region') AS region,
	json_extract(doc, '$.product_type') AS product_type,
	json_extract(doc, '$.lead_source') AS lead_source,
	json_extract(doc, '$.sales_cycle_days') AS sales_cycle_days,
	json_extract(doc, '$.expected_close_date') AS expected_close_date,
	json_extract(doc, '$.recorded_at') AS recorded_at,
	json_extract(doc, '$.modified_at') AS modified_at,
	json_extract(doc, '$.lost_reason') AS lost_reason,
	doc,
	n
FROM deal_version;

CREATE VIEW deal_changes AS SELECT
	deal_id,
	field,
	json_extract(doc, '$.old') AS old,
	json_extract(doc, '$.new') AS new,
	json_extract(doc, '$.at') AS at,
	seen,
	run,
	doc,
	n
FROM change;

CREATE VIEW daily_metrics AS SELECT
	date,
	segment,
	json_extract(doc, '$.win_rate') AS win_rate,
	json_extract(doc, '$.deal_count') AS deal_count,
	json_extract(doc, '$.avg_cycle') AS avg_cycle,
	json_extract(doc, '$.won') AS won,
	json_extract(doc, '$.lost') AS lost,
	json_extract(doc, '$.open') AS open,
	json_extract(doc, '$.amount') AS amount,
	json_extract(doc, '$.won_amount') AS won_amount,
	json_extract(doc, '$.lost_amount') AS lost_amount,
	json_extract(doc, '$.open_amount') AS open_amount,
	json_extract(doc, '$.cycle_days') AS cycle_days,
	json_extract(doc, '$.cycle_count') AS cycle_count,
	clock,
	bucket,
	seen,
	doc
FROM metric;

CREATE VIEW alerts AS SELECT
	alert_id,
	date,
	json_extract(doc, '$.type') AS type,
	json_extract(doc, '$.severity') AS severity,
	json_extract(doc, '$.priority') AS priority,
	segment,
	json_extract(doc, '$.title') AS title,
	json_extract(doc, '$.message') AS message,
	json_extract(doc, '$.opened') AS opened,
	json_extract(doc, '$.suppressed') AS suppressed,
	sent_at,
	seen,
	doc
FROM alert;

CREATE VIEW alert_history AS SELECT
	alert_id,
	date,
	seen,
	until,
	json_extract(doc, '$.type') AS type,
	json_extract(doc, '$.severity') AS severity,
	json_extract(doc, '$.priority') AS priority,
	json_extract(doc, '$.title') AS title,
	json_extract(doc, '$.message') AS message,
	doc,
	n
FROM alert_version;

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
	json_extract(doc, '$.due') AS due,
	json_extract(doc, '$.subject') AS subject,
	seen,
	doc
FROM delivery;

CREATE VIEW receipts AS SELECT
	delivery_id,
	attempt,
	json_extract(doc, '$.at') AS at,
	json_extract(doc, '$.result') AS result,
	json_extract(doc, '$.reason') AS reason,
	json_extract(doc, '$.receiver') AS receiver,
	json_extract(doc, '$.channel') AS channel,
	json_extract(doc, '$.to') AS "to",
	json_extract(doc, '$.key') AS key,
	seen,
	doc
FROM receipt;

CREATE VIEW runs AS SELECT
	pipeline,
	period,
	json_extract(doc, '$.started') AS started,
	json_extract(doc, '$.ended') AS ended,
	json_extract(doc, '$.seconds') AS seconds,
	json_extract(doc, '$.budget_seconds') AS budget_seconds,
	json_extract(doc, '$.owner') AS owner,
	json_extract(doc, '$.status') AS status,
	seen,
	doc
FROM run;

CREATE VIEW faults AS SELECT
	stage,
	since,
	json_extract(doc, '$.pipeline') AS pipeline,
	json_extract(doc, '$.reason') AS reason,
	seen,
	doc
FROM fault;
