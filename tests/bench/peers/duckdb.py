"""duckdb.py SQL INPUT OUTPUT: runs a file of SQL in DuckDB on two threads."""
import sys
from pathlib import Path
from string import Template

sys.path.pop(0)  # this folder, where we are the duckdb
import duckdb

sql, source, target = sys.argv[1:]
database = duckdb.connect(config={"threads": 2})
database.execute(Template(Path(sql).read_text()).substitute(input=source, output=target))
