# postgres - a PostgreSQL server of a suite's own: a folder of its own with a socket in it, no port.
#
# setup_file calls postgres_start, teardown_file postgres_stop; postgres_new prints the URL of an
# empty database.  Where PostgreSQL is not installed, postgres_needed skips aloud.

# Debian keeps the programs of the server off the PATH.
postgres_programs() { pg_config --bindir 2> /dev/null || find /usr/lib/postgresql -name initdb -printf '%h\n' 2> /dev/null | sort -V | tail -n 1; }

# The server refuses to be run by root.
postgres_as() {
	if (( $(id -u) == 0 )); then
		setpriv --reuid="$(id -u postgres 2> /dev/null || id -u nobody)" --clear-groups "$@"
	else "$@"; fi
}

postgres_start() {
	local programs
	programs=$(postgres_programs)
	[[ -x $programs/initdb ]] || return 0
	export POSTGRES_AT POSTGRES_PROGRAMS=$programs
	POSTGRES_AT=$(mktemp -d "${POSTGRES_IN:-$([[ -w /dev/shm ]] && echo /dev/shm || echo /tmp)}/saleswatch-postgres.XXXXXX")
	(( $(id -u) != 0 )) || chown "$(id -u postgres 2> /dev/null || id -u nobody)" "$POSTGRES_AT"
	(cd / && postgres_as "$programs/initdb" --no-sync --auth=trust --username=saleswatch --encoding=UTF8 --no-locale \
		--pgdata="$POSTGRES_AT/data" &&
		postgres_up) > "$BATS_FILE_TMPDIR/postgres.log" 2>&1 3>&- || { cat "$BATS_FILE_TMPDIR/postgres.log" >&2; return 1; }
}

postgres_up() {
	(cd / && postgres_as "$POSTGRES_PROGRAMS/pg_ctl" --pgdata="$POSTGRES_AT/data" --log="$POSTGRES_AT/log" --wait --options="-k $POSTGRES_AT \
		-c listen_addresses='' -c shared_buffers=32MB -c max_wal_size=256MB -c max_connections=40 -c fsync=on" start)
}

postgres_down() { (cd / && postgres_as "$POSTGRES_PROGRAMS/pg_ctl" --pgdata="$POSTGRES_AT/data" --mode="${1:-fast}" --wait stop); }

postgres_stop() {
	[[ -n ${POSTGRES_AT-} ]] || return 0
	postgres_down immediate > /dev/null 2>&1 3>&- || true
	rm -rf "$POSTGRES_AT"
}

postgres_needed() { [[ -n ${POSTGRES_AT-} ]] || skip "PostgreSQL is not installed here"; }

postgres_url() { printf 'postgresql://saleswatch@/%s?host=%s\n' "$1" "$POSTGRES_AT"; }

postgres_new() {
	local name=db_$BATS_TEST_NUMBER$RANDOM
	psql -qh "$POSTGRES_AT" -U saleswatch -d postgres -c "CREATE DATABASE $name"
	postgres_url "$name"
}
