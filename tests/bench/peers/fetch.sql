-- CSV to JSON.
COPY (SELECT * FROM read_csv('$input', header = true)) TO '$output' (FORMAT json)
