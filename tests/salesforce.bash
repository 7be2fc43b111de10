# salesforce - an org of tests/salesforce.py for a suite: $org is its folder, $url its address.

# org_start FOLDER [DEALS [PAGE]]: to be ended by org_stop.
org_start() {
	org=$1
	mkdir -p "$org"
	python3 "$BATS_TEST_DIRNAME/salesforce.py" "$@" > /dev/null 2>&1 3>&- &
	echo $! > "$org/pid"
	for _ in {1..200}; do [[ -e $org/port ]] && break; sleep 0.05; done
	url=http://127.0.0.1:$(cat "$org/port")
}

org_stop() { kill "$(cat "$org/pid")"; }

# org_do ACTION/ARGUMENT...: something happens there.
org_do() {
	local action
	for action; do http --private "$url/do/$action" > /dev/null || return; done
}

# script LINE...: what goes wrong next; fired N: so many lines did, and none is left.
script() { rm -f "$org/fired"; printf '%s\n' "$@" > "$org/script"; }
fired() { [[ $(wc -l < "$org/fired") == "$1" && ! -s $org/script ]] || { cat "$org/fired" "$org/script"; return 1; }; }

asked() { jq -r "$@" "$org/requests"; }
