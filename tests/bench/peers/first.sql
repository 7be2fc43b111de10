-- Each id once, the first to arrive, as dedupe has it.
CREATE VIEW once AS
	SELECT * FROM (SELECT row_number() OVER () line, * FROM good)
	QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY line) = 1
