# notify - what is due is sent, and what became of it is known, whatever breaks.
load helpers
load queue

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	mkdir "$BATS_FILE_TMPDIR/server"
	python3 "$BATS_TEST_DIRNAME/smtp.py" "$BATS_FILE_TMPDIR/server" 3>&- &
	echo $! > "$BATS_FILE_TMPDIR/pid"
	for _ in {1..100}; do [[ -e $BATS_FILE_TMPDIR/server/port ]] && return; sleep 0.1; done
	return 1
}

teardown_file() { kill "$(cat "$BATS_FILE_TMPDIR/pid")"; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	server=$BATS_FILE_TMPDIR/server
	rm -f "$server/mail"
	cat > msmtprc <<-END
	account default
	host 127.0.0.1
	port $(cat "$server/port")
	from saleswatch@example.com
	END
	jq -n --arg rc "$PWD/msmtprc" '{msmtp: {file: $rc, seconds: 2}}' > company.json
}

# fake LINES...: an msmtp that does so; its message is on stdin, its arguments are there.
fake() {
	{ echo '#!/bin/bash'; printf '%s\n' "$@"; } > fake-msmtp
	chmod +x fake-msmtp
	echo '{"msmtp": {"command": "./fake-msmtp", "seconds": 2}}' > company.json
}

copies() { cat "$server/mail" mails 2> /dev/null | grep -c '^Message-ID: '; }
at() { SALESWATCH_NOW=$1 notify --db db --conf company.json "${@:2}"; }

@test "the terminal's text goes to stderr, and its receipt to stdout" {
	delivery 1 terminal tty | queue
	run --separate-stderr notify --db db
	expect 0 '{"kind":"receipt","v":1,"delivery_id":"0000000000000001","receiver":"r","channel":"terminal","to":"tty","at":"2024-04-01T04:00:00Z","attempt":1,"result":"sent","key":"0000000000000001"}' 'ALERT: ü'
	[[ $(state) == 'sent 1 '* ]]
}

@test "or to the end of the file that is named" {
	{ delivery 1 terminal tty; delivery 2 terminal tty; } | queue
	run --separate-stderr notify --db db --terminal screen
	expect 0 - ""
	run cat screen
	expect 0 $'ALERT: ü\n\nALERT: ü'
}

@test "what was sent is not sent again" {
	delivery 1 terminal tty | queue
	notify --db db --terminal screen
	delivery 1 terminal tty | queue
	run --separate-stderr notify --db db --terminal screen
	expect 0 "" ""
	[[ $(grep -c ALERT screen) == 1 ]]
}

@test "a file is written whole under the state folder, for its owner's eyes" {
	{ delivery 1 file a@example.com; delivery 2 file a@example.com '.dir = "one/two"'; delivery 3 file a '.dir = "'"$PWD"'/abs"'; } | queue
	run --separate-stderr notify --db db --state var
	expect 0 - ""
	run find var abs -type f -printf '%m %p\n'
	[[ $(sort <<< "$output") == '600 abs/0000000000000003.eml
600 var/mail/0000000000000001.eml
600 var/one/two/0000000000000002.eml' ]]
	run diff <(delivery 1 file a@example.com | jq -j .content.body) var/mail/0000000000000001.eml
	expect 0 ""
}

@test "a folder that cannot be made keeps the delivery, and a person must look" {
	touch var
	delivery 1 file a@example.com | queue
	run --separate-stderr notify --db db --state var
	expect 74 - 'notify: 0000000000000001 to r: later: var/mail/0000000000000001.eml: Not a directory'
	[[ $(state) == 'queued 1 2024-04-01T04:0'* ]]
	rm var
	run --separate-stderr at 2024-04-01T04:02:00Z --state var
	expect 0 - ""
	[[ -e var/mail/0000000000000001.eml ]]
}

@test "a full disk keeps it too" {
	delivery 1 terminal tty | queue
	run --separate-stderr notify --db db --terminal /dev/full
	expect 74 - 'notify: 0000000000000001 to r: later: /dev/full: No space left on device'
	[[ $(jq -r .result <<< "$output") == later ]]
}

@test "mail goes out by msmtp as the bytes it was frozen as, its Message-ID being the key" {
	delivery 1 mail 250@example.com | queue
	run --separate-stderr at 2024-04-01T04:00:00Z
	expect 0 - ""
	[[ $(jq -r '.result, .key' <<< "$output") == $'sent\n<0000000000000001@example.com>' ]]
	run diff <(delivery 1 mail 250@example.com | jq -j .content.body; echo =====) "$server/mail"
	expect 0 ""
}

@test "451 is later, 550 never; neither keeps others waiting, and each recipient is his own" {
	{ delivery 1 mail 451@example.com; delivery 2 mail 550@example.com; delivery 3 mail 250@example.com; } | queue
	run --separate-stderr at 2024-04-01T04:00:00Z
	expect 69 - 'notify: 0000000000000001 to r: later: 451 4.7.1 come back later
notify: 0000000000000002 to r: refused: 550 5.1.1 nobody here'
	[[ $(jq -r .result <<< "$output" | paste -sd' ') == 'later refused sent' ]]
	[[ $(state | cut -d' ' -f1,2 | paste -sd,) == 'queued 1,dead 1,sent 1' ]]
	[[ $(copies) == 1 ]]
}

@test "when all that is wrong will mend by itself, it is 75" {
	{ delivery 1 mail 451@example.com; delivery 2 mail 250@example.com; } | queue
	run at 2024-04-01T04:00:00Z
	expect 75
}

@test "it waits 1, 5, 15, 60 minutes, then 4 hours, each a fifth more or less, the same whenever asked" {
	delivery 1 mail 451@example.com | queue
	cp db before
	now=2024-04-01T04:00:00Z
	for minutes in 1 5 15 60 240 240; do
		run at "$now"
		expect 75
		next=$(state | cut -d' ' -f3)
		waited=$(($(date -ud "$next" +%s) - $(date -ud "$now" +%s)))
		(( waited >= minutes * 48 && waited <= minutes * 72 )) || { echo "$minutes min: $waited s"; return 1; }
		run at "$(date -ud "$next - 1 second" +%Y-%m-%dT%H:%M:%SZ)"
		expect 0 ""
		waits+=" $waited" now=$next
	done
	cp before db && rm -f db-wal db-shm
	run at 2024-04-01T04:00:00Z
	[[ $(($(date -ud "$(state | cut -d' ' -f3)" +%s) - $(date -ud 2024-04-01T04:00:00Z +%s))) == "${waits:1:2}" ]]
}

@test "a silent server is given up after the time it may take" {
	delivery 1 mail silent@example.com | queue
	SECONDS=0
	run --separate-stderr at 2024-04-01T04:00:00Z
	expect 75 - 'notify: 0000000000000001 to r: later: no answer in 2 s'
	(( SECONDS <= 4 ))
	[[ $(state) == queued* ]]
}

@test "a server that is not there is later" {
	sed -i 's/^port.*/port 1/' msmtprc
	delivery 1 mail 250@example.com | queue
	run --separate-stderr at 2024-04-01T04:00:00Z
	expect 75 - 'notify: 0000000000000001 to r: later: msmtp ended with *'
}

@test "what is wrong on our side keeps the mail and calls a person" {
	delivery 1 mail 250@example.com | queue
	fake 'echo "... smtpstatus=535 smtpmsg='"'535 5.7.8 wrong'"' exitcode=EX_NOPERM"; exit 77'
	run --separate-stderr at 2024-04-01T04:00:00Z
	expect 77 - '*: later: 535 5.7.8 wrong'
	echo '{"msmtp": {"command": "./no-such-msmtp"}}' > company.json
	run --separate-stderr at 2024-04-01T05:00:00Z
	expect 78 - '*: later: ./no-such-msmtp: No such file or directory'
	[[ $(state) == 'queued 2 '* ]]
}

@test "msmtp gets one recipient, after --, and no shell reads it" {
	fake 'printf "<%s>" "$@" > arguments'
	delivery 1 mail '-oX $(touch hurt);`touch hurt`@example.com' | queue
	jq '.msmtp.account = "work" | .msmtp.from = "me@example.com"' company.json > c && mv c company.json
	run --separate-stderr at 2024-04-01T04:00:00Z
	expect 0 - ""
	run cat arguments
	expect 0 '<--logfile=-><--account=work><--from=me@example.com><--><-oX $(touch hurt);`touch hurt`@example.com>'
	[[ ! -e hurt ]]
}

@test "what msmtp says in no known encoding is written down all the same" {
	fake 'printf "smtpstatus=550 smtpmsg='"'550 caf\\\\xe9\\\\033[2J'"'\n"; exit 65'
	delivery 1 mail a@example.com | queue
	run --separate-stderr at 2024-04-01T04:00:00Z
	expect 69 - 'notify: 0000000000000001 to r: refused: 550 caf??[2J'
}

@test "killed after the mail went out and before it was marked: one more copy, the same Message-ID" {
	fake 'cat >> mails' 'test -e fired || { touch fired; kill -9 $PPID; }'
	delivery 1 mail a@example.com | queue
	run at 2024-04-01T04:00:00Z
	expect 137
	[[ -e fired && $(copies) == 1 && $(state) == 'queued 1 '* ]]
	run at 2024-04-01T04:00:59Z
	expect 0 ""
	run at 2024-04-01T04:03:00Z
	expect 0
	[[ $(copies) == 2 && $(grep Message-ID mails | sort -u | wc -l) == 1 && $(state) == 'sent 2 '* ]]
	run at 2024-04-02T04:03:00Z
	expect 0 ""
	[[ $(copies) == 2 ]]
}

@test "killed after the attempt was counted and before the mail went out: none is lost, none comes twice" {
	fake 'test -e fired || { touch fired; kill -9 $PPID; exit 75; }' 'cat >> mails'
	delivery 1 mail a@example.com | queue
	run at 2024-04-01T04:00:00Z
	expect 137
	[[ -e fired && $(state) == 'queued 1 '* ]]
	run at 2024-04-01T04:03:00Z
	expect 0
	[[ $(copies) == 1 && $(state) == 'sent 2 '* ]]
}

@test "(the control: were it marked before it is sent, the same kill would lose it)" {
	fake 'sqlite3 db "UPDATE delivery SET status = '"'sent'"'"; touch fired; kill -9 $PPID'
	delivery 1 mail a@example.com | queue
	run at 2024-04-01T04:00:00Z
	expect 137
	run at 2024-04-01T04:03:00Z
	[[ -e fired && $(copies) == 0 ]]
}

@test "killed at any write, sync or rename: the file is there once, whole, and marked" {
	delivery 1 file a@example.com | queue
	cp db before
	delivery 1 file a@example.com | jq -j .content.body > wanted
	for call in openat write pwrite64 fsync fdatasync rename mkdir; do
		for n in {1..40}; do
			rm -rf var db db-wal db-shm && cp before db
			run strace -f -qq -o log -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" \
				"$(command -v notify)" --db db --state var
			(( status == 137 )) || break
			[[ ! -e var/mail/0000000000000001.eml ]] || cmp var/mail/0000000000000001.eml wanted
			fired=$((${fired:-0} + 1))
			run at 2024-04-01T04:10:00Z --state var
			expect 0
			cmp var/mail/0000000000000001.eml wanted
			[[ $(find var -name '*.eml' | wc -l) == 1 && $(state) == sent* ]] || { echo "$call $n"; return 1; }
		done
	done
	(( fired > 20 ))
}

@test "two rounds at once send one copy" {
	fake 'sleep 0.7' 'cat >> mails'
	jq '.msmtp.seconds = 30' company.json > patient.json && mv patient.json company.json
	delivery 1 mail a@example.com | queue
	at 2024-04-01T04:00:00Z > one &
	at 2024-04-01T04:00:00Z > two
	wait
	at 2024-04-01T04:00:00Z > three
	[[ $(copies) == 1 && $(cat one two three | wc -l) == 1 ]]
}

@test "what is not due yet waits" {
	delivery 1 terminal tty '.due = "2024-04-01T07:30:00Z"' | queue
	run --separate-stderr notify --db db
	expect 0 "" ""
	SALESWATCH_NOW=2024-04-01T07:30:00Z run --separate-stderr notify --db db
	expect 0 - 'ALERT: ü'
}

@test "with a limit the most urgent go first" {
	{ delivery 1 terminal tty '.priority = "P2"'; delivery 2 terminal tty; delivery 3 terminal tty '.priority = "P3"'; } | queue
	run bash -c 'notify --db db --limit 2 2> /dev/null | jq -r .delivery_id'
	expect 0 '0000000000000002
0000000000000001'
}

@test "a dry run says what is due and touches nothing" {
	delivery 1 mail 250@example.com | queue
	run --separate-stderr at 2024-04-01T04:00:00Z --dry-run
	expect 0 - ""
	[[ $(jq -r '.result, .attempt' <<< "$output") == $'dry-run\n1' ]]
	[[ $(state) == 'queued 0 2024-04-01T04:00:00Z' && ! -e $server/mail ]]
}

@test "while it is paused nothing is sent, and it says why" {
	delivery 1 terminal tty | queue
	echo 'ann: the numbers are wrong' > paused
	run --separate-stderr notify --db db --paused paused
	expect 0 "" 'notify: paused: nothing is sent while paused is there: ann: the numbers are wrong'
	[[ $(state) == 'queued 0 '* ]]
	rm paused
	run --separate-stderr notify --db db --paused paused
	expect 0 - 'ALERT: ü'
}

@test "what was never rendered, or leads out of its folder, is refused" {
	{ delivery 1 terminal tty 'del(.content)'; delivery 2 file a '.delivery_id = "../../../../etc/x"'; } | queue
	run --separate-stderr notify --db db
	expect 69 - '*refused: *no content*'
	[[ $(state | cut -d' ' -f1 | sort -u) == dead ]]
}

@test "an unknown channel waits for somebody to put it right" {
	delivery 1 pigeon tty | queue
	run --separate-stderr notify --db db
	expect 78 - '*: later: no such channel'
}

@test "its configuration is checked, its store must be there" {
	printf '{\n"msmtp": {"comand": "x"}}\n' > company.json
	run --separate-stderr notify --db db --conf company.json
	expect 78 "" 'notify: company.json:2: /msmtp: unknown key "comand"'
	run --separate-stderr notify --db no.db
	expect 66 "" 'notify: *no.db*'
	run --separate-stderr notify
	expect 64 "" 'usage: notify --db URL *'
	run --separate-stderr notify --db db --limit many
	expect 64 "" 'notify: --limit: many: no number'
}
