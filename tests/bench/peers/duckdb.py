"""duckdb.py INPUT OUTPUT SQL...: runs files of SQL in DuckDB on two threads."""
import sys
from pathlib import Path
from string import Template

sys.path.pop(0)  # this folder, where we are the duckdb
import duckdb

source, target, *statements = sys.argv[1:]
database = duckdb.connect(config={"threads": 2})
for file in statements:
    database.execute(Template(Path(file).read_text()).substitute(input=source, output=target))
