-- Version 4 of the store in SQLite: who was erased.

-- Persons who were erased, by the names that stand in their place, and when last.
CREATE TABLE erased (
	name TEXT NOT NULL PRIMARY KEY,
	at TEXT NOT NULL
) WITHOUT ROWID;
