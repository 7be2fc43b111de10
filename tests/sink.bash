# sink - a web server of tests/sink.py for a suite: $sink is its folder, $url its address.

# sink_start FOLDER [CERTIFICATE KEY]: to be ended by sink_stop FOLDER.
sink_start() {
	mkdir -p "$1"
	rm -f "$1/port" "$1/requests" "$1/script"
	python3 "$BATS_TEST_DIRNAME/sink.py" "$@" > /dev/null 2>&1 3>&- &
	echo $! > "$1/pid"
	for _ in {1..100}; do [[ -e $1/port ]] && return; sleep 0.05; done
	return 1
}

sink_stop() { kill -CONT "$(cat "$1/pid")" && kill "$(cat "$1/pid")"; }

# sink_fresh FOLDER: nothing asked, nothing scripted.
sink_fresh() {
	sink=$1 url=http://127.0.0.1:$(cat "$1/port")
	rm -f "$sink/requests" "$sink/script"
}

# script LINE...: how the next requests are answered.
script() { printf '%s\n' "$@" > "$sink/script"; }

requests() { [[ ! -e $sink/requests ]] || jq -c "$@" "$sink/requests"; }
