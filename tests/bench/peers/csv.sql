-- The metrics as DuckDB likes to write them, in the order they come.
COPY metrics TO '$output' (FORMAT csv)
