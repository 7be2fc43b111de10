-- The store in SQLite, version 1 (PRAGMA user_version, set by the program with these tables).
--
-- `doc` is the record as it was put, byte for byte; the columns beside it are computed from it
-- for whoever asks in SQL.  Days are YYYY-MM-DD; instants are RFC 3339 in UTC, to the second;
-- a segment is its canonical text, '' the whole company.  `seen` is when we learned of a row.

CREATE TABLE deals (
	deal_id TEXT NOT NULL PRIMARY KEY,
	created_date AS (json_extract(doc, '$.created_date')),
	closed_date AS (json_extract(doc, '$.closed_date')),
	outcome AS (json_extract(doc, '$.outcome')),
	amount AS (json_extract(doc, '$.amount')),
	currency AS (json_extract(doc, '$.currency')),
	stage AS (json_extract(doc, '$.stage')),
	sales_rep_id AS (json_extract(doc, '$.sales_rep_id')),
	account_id AS (json_extract(doc, '$.account_id')),
	industry AS (json_extract(doc, '$.industry')),
	region AS (json_extract(doc, '$.region')),
	product_type AS (json_extract(doc, '$.product_type')),
	lead_source AS (json_extract(doc, '$.lead_source')),
	sales_cycle_days AS (json_extract(doc, '$.sales_cycle_days')),
	expected_close_date AS (json_extract(doc, '$.expected_close_date')),
	recorded_at AS (json_extract(doc, '$.recorded_at')),
	modified_at AS (json_extract(doc, '$.modified_at')),
	lost_reason AS (json_extract(doc, '$.lost_reason')),
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
) WITHOUT ROWID;

-- What a deal was, from `seen` until `until`; the versions before the one in deals.
CREATE TABLE deal_history (
	n INTEGER PRIMARY KEY,
	deal_id TEXT NOT NULL REFERENCES deals,
	closed_date AS (json_extract(doc, '$.closed_date')),
	seen TEXT NOT NULL,
	until TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX deal_history_deal ON deal_history (deal_id, seen);

-- One row a field that changed; `at` is the time in the CRM, where the deal tells it.
CREATE TABLE deal_changes (
	n INTEGER PRIMARY KEY,
	deal_id TEXT NOT NULL REFERENCES deals,
	field TEXT NOT NULL,
	old AS (json_extract(doc, '$.old')),
	new AS (json_extract(doc, '$.new')),
	at AS (json_extract(doc, '$.at')),
	seen TEXT NOT NULL,
	run TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX deal_changes_deal ON deal_changes (deal_id, field, seen);

CREATE TABLE daily_metrics (
	clock TEXT NOT NULL, -- closed, recorded or created: the date by which deals are counted
	bucket TEXT NOT NULL, -- day, week or month; date is its first day
	date TEXT NOT NULL,
	segment TEXT NOT NULL,
	win_rate AS (json_extract(doc, '$.win_rate')),
	deal_count AS (json_extract(doc, '$.deal_count')),
	avg_cycle AS (json_extract(doc, '$.avg_cycle')),
	won AS (json_extract(doc, '$.won')),
	lost AS (json_extract(doc, '$.lost')),
	open AS (json_extract(doc, '$.open')),
	amount AS (json_extract(doc, '$.amount')),
	won_amount AS (json_extract(doc, '$.won_amount')),
	lost_amount AS (json_extract(doc, '$.lost_amount')),
	open_amount AS (json_extract(doc, '$.open_amount')),
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (clock, bucket, date, segment)
) WITHOUT ROWID;

-- An alert as it stands: its version of the latest date.  sent_at is when it last went out.
CREATE TABLE alerts (
	alert_id TEXT NOT NULL PRIMARY KEY,
	date AS (json_extract(doc, '$.date')),
	opened AS (json_extract(doc, '$.opened')),
	type AS (json_extract(doc, '$.type')),
	severity AS (json_extract(doc, '$.severity')),
	priority AS (json_extract(doc, '$.priority')),
	segment TEXT NOT NULL,
	title AS (json_extract(doc, '$.title')),
	message AS (json_extract(doc, '$.message')),
	suppressed AS (json_extract(doc, '$.suppressed')),
	sent_at TEXT,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
);

-- The versions of an alert that are not the one in alerts.
CREATE TABLE alert_history (
	n INTEGER PRIMARY KEY,
	alert_id TEXT NOT NULL REFERENCES alerts,
	date AS (json_extract(doc, '$.date')),
	seen TEXT NOT NULL,
	until TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX alert_history_alert ON alert_history (alert_id, date);

-- The outbox.  doc is frozen; status, attempts, next_at and sent_at tell what became of it.
CREATE TABLE deliveries (
	delivery_id TEXT NOT NULL PRIMARY KEY,
	receiver AS (json_extract(doc, '$.receiver')),
	channel AS (json_extract(doc, '$.channel')),
	"to" AS (json_extract(doc, '$.to')),
	priority AS (json_extract(doc, '$.priority')),
	form AS (json_extract(doc, '$.form')),
	due AS (json_extract(doc, '$.due')),
	subject AS (json_extract(doc, '$.subject')),
	status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'dead')),
	attempts INTEGER NOT NULL DEFAULT 0,
	next_at TEXT NOT NULL,
	sent_at TEXT,
	seen TEXT NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX deliveries_queue ON deliveries (next_at) WHERE status = 'queued';

CREATE TABLE receipts (
	delivery_id TEXT NOT NULL REFERENCES deliveries,
	attempt INTEGER NOT NULL,
	at AS (json_extract(doc, '$.at')),
	result AS (json_extract(doc, '$.result')),
	reason AS (json_extract(doc, '$.reason')),
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (delivery_id, attempt)
) WITHOUT ROWID;

CREATE TABLE runs (
	pipeline TEXT NOT NULL,
	period TEXT NOT NULL,
	started AS (json_extract(doc, '$.started')),
	ended AS (json_extract(doc, '$.ended')),
	seconds AS (json_extract(doc, '$.seconds')),
	budget_seconds AS (json_extract(doc, '$.budget_seconds')),
	owner AS (json_extract(doc, '$.owner')),
	status AS (json_extract(doc, '$.status')),
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (pipeline, period)
) WITHOUT ROWID;

CREATE TABLE faults (
	stage TEXT NOT NULL,
	since TEXT NOT NULL,
	pipeline AS (json_extract(doc, '$.pipeline')),
	reason AS (json_extract(doc, '$.reason')),
	seen TEXT NOT NULL,
	doc TEXT NOT NULL,
	PRIMARY KEY (stage, since)
) WITHOUT ROWID;

-- The runs whose stage was applied, and how many records that changed.
CREATE TABLE commits (
	run TEXT NOT NULL PRIMARY KEY,
	at TEXT NOT NULL,
	changes INTEGER NOT NULL
);

-- The sources of deals that were loaded before.
CREATE TABLE sources (
	source TEXT NOT NULL PRIMARY KEY,
	loaded TEXT NOT NULL
);
