-- Version 5 of the store in PostgreSQL: where each version of a deal came from, deals that were deleted,
-- what a CRM tells of its own history, how far each source was read, and how good its data are.

-- A load of deals: the name it was given (else the source), the source as records have it, the run.
-- Deals and their versions say which one they came by, on which line, and at which byte; one that
-- is from before version 5 does not.  No foreign key: a million deals would each ask for it.
CREATE TABLE origin (
	n BIGINT NOT NULL PRIMARY KEY,
	name TEXT COLLATE "C" NOT NULL,
	source TEXT COLLATE "C" NOT NULL,
	run TEXT COLLATE "C" NOT NULL
);

-- deleted: 1, since `seen`; then doc is what it was last, which is also in deal_version.
ALTER TABLE deal ADD COLUMN origin BIGINT;
ALTER TABLE deal ADD COLUMN line BIGINT;
ALTER TABLE deal ADD COLUMN byte BIGINT;
ALTER TABLE deal ADD COLUMN deleted BIGINT;
ALTER TABLE deal_version ADD COLUMN origin BIGINT;
ALTER TABLE deal_version ADD COLUMN line BIGINT;
ALTER TABLE deal_version ADD COLUMN byte BIGINT;

-- told: when it was, if the CRM's own history says so (at), and NULL if we found it by comparison.
-- A change may be of a deal that is not there yet.
DROP VIEW deal_changes;
ALTER TABLE change DROP CONSTRAINT change_deal_id_fkey;
ALTER TABLE change ADD COLUMN told TEXT COLLATE "C";
CREATE UNIQUE INDEX change_told ON change (deal_id, field, told) WHERE told IS NOT NULL;

-- How far a source was read, as its type needs it to go on.  It moves with what it covers alone.
CREATE TABLE bookmark (
	source TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	seen TEXT COLLATE "C" NOT NULL,
	doc TEXT COLLATE "C" NOT NULL
);

-- What a check said of a source, or of a field of it, on a day.
CREATE TABLE quality (
	source TEXT COLLATE "C" NOT NULL,
	rule TEXT COLLATE "C" NOT NULL,
	field TEXT COLLATE "C" NOT NULL,
	date TEXT COLLATE "C" NOT NULL,
	seen TEXT COLLATE "C" NOT NULL,
	doc TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (source, rule, field, date)
);

DROP VIEW deals;
CREATE VIEW deals AS SELECT
	deal_id,
	json_extract(doc, '$.created_date') AS created_date,
	json_extract(doc, '$.closed_date') AS closed_date,
	json_extract(doc, '$.outcome') AS outcome,
	json_number(doc, '$.amount') AS amount,
	json_extract(doc, '$.currency') AS currency,
	json_extract(doc, '$.stage') AS stage,
	json_extract(doc, '$.sales_rep_id') AS sales_rep_id,
	json_extract(doc, '$.account_id') AS account_id,
	json_extract(doc, '$.industry') AS industry,
	json_extract(doc, '$.region') AS region,
	json_extract(doc, '$.product_type') AS product_type,
	json_extract(doc, '$.lead_source') AS lead_source,
	json_number(doc, '$.sales_cycle_days') AS sales_cycle_days,
	json_extract(doc, '$.expected_close_date') AS expected_close_date,
	json_extract(doc, '$.recorded_at') AS recorded_at,
	json_extract(doc, '$.modified_at') AS modified_at,
	json_extract(doc, '$.lost_reason') AS lost_reason,
	seen,
	doc
FROM deal WHERE deleted IS NULL;

CREATE VIEW deal_changes AS SELECT
	deal_id,
	field,
	json_extract(doc, '$.old') AS old,
	json_extract(doc, '$.new') AS new,
	json_extract(doc, '$.at') AS at,
	seen,
	run,
	told,
	doc,
	n
FROM change;

-- Each version of each deal, and where it came from; until is NULL where it stands.
CREATE VIEW deal_origins AS SELECT
	deal_id,
	deal.seen,
	CAST(NULL AS TEXT) COLLATE "C" AS until,
	origin.name AS "from",
	origin.source,
	line,
	byte AS "offset",
	origin.run,
	doc,
	CAST(NULL AS BIGINT) AS n
FROM deal LEFT JOIN origin ON origin.n = deal.origin WHERE deleted IS NULL
UNION ALL SELECT
	deal_id,
	deal_version.seen,
	until,
	origin.name,
	origin.source,
	line,
	byte,
	origin.run,
	doc,
	deal_version.n
FROM deal_version LEFT JOIN origin ON origin.n = deal_version.origin;

CREATE VIEW bookmarks AS SELECT
	source,
	json_extract(doc, '$.at') AS at,
	json_extract(doc, '$.until') AS until,
	seen,
	doc
FROM bookmark;

CREATE VIEW qualities AS SELECT
	source,
	rule,
	field,
	date,
	json_extract(doc, '$.level') AS level,
	json_number(doc, '$.value') AS value,
	json_number(doc, '$.warn') AS warn,
	json_number(doc, '$.error') AS error,
	json_extract(doc, '$.reason') AS reason,
	seen,
	doc
FROM quality;
