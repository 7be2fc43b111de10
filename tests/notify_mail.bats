# notify_mail - mail by msmtp to a server written by others: npm's smtp-server, with STARTTLS and a
# password, as SendGrid's relay wants them.
# bats file_tags=whole
load helpers
load queue

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	export SMTP_SERVER=$BATS_TEST_DIRNAME/../.build/judges/smtp/node_modules/smtp-server
	[[ -e $SMTP_SERVER && -n $(command -v node) ]] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost 2> /dev/null
	echo 'canary-password-6' > password
	chmod 600 password
	node "$BATS_TEST_DIRNAME/smtp_judge.js" "$PWD" certificate key canary-password-6 > /dev/null 2>&1 3>&- &
	echo $! > pid
	for _ in {1..100}; do [[ -e port ]] && return; sleep 0.1; done
	return 1
}

teardown_file() { [[ ! -e $BATS_FILE_TMPDIR/pid ]] || kill "$(cat "$BATS_FILE_TMPDIR/pid")"; }

setup() {
	[[ -e $SMTP_SERVER && -n $(command -v node) ]] || skip "no smtp-server of npm; make judges installs it"
	cd "$BATS_TEST_TMPDIR" || return
	server=$BATS_FILE_TMPDIR
	rm -f "$server/mail"
	cat > msmtprc <<-END
	account default
	host localhost
	port $(cat "$server/port")
	auth on
	tls on
	tls_starttls on
	tls_trust_file $server/certificate
	user apikey
	passwordeval "cat $server/password"
	from alerts@example.com
	END
	chmod 600 msmtprc
	jq -n --arg rc "$PWD/msmtprc" '{msmtp: {file: $rc, seconds: 2}}' > company.json
}

at() { SALESWATCH_NOW=$(later "$1") notify --db db --conf company.json "${@:2}"; }

@test "goes out encrypted and with its password, one message a recipient, in the bytes that were frozen" {
	{ delivery 1 mail ann@example.com; delivery 2 mail bob@example.com; } | queue
	run --separate-stderr at 0
	expect 0 - ""
	[[ $(jq -c '[.user, .secure, .from, .to]' "$server/mail") == '["apikey",true,"alerts@example.com",["ann@example.com"]]
["apikey",true,"alerts@example.com",["bob@example.com"]]' ]]
	[[ $(jq -sj '.[0].message' "$server/mail" | tr -d '\r') == "$(delivery 1 mail ann@example.com | jq -r .content.body)" ]]
}

@test "451 is later, 550 and 552 never, and neither keeps the others waiting" {
	for i in 1:451 2:550 3:552 4:ann 5:flaky; do delivery "${i%:*}" mail "${i#*:}@example.com"; done | queue
	run --separate-stderr at 0
	expect 69 - 'notify: 0000000000000001 to r: later: 451 4.7.1 come back later
notify: 0000000000000002 to r: refused: 550 5.1.1 nobody here
notify: 0000000000000003 to r: refused: 552 5.3.4 too big
notify: 0000000000000005 to r: later: 451 4.7.1 come back later'
	[[ $(jq -r .result <<< "$output" | paste -sd' ') == 'later refused refused sent later' ]]
	run --separate-stderr at 2
	[[ $(jq -r '[.to, .result] | join(" ")' <<< "$output") == $'451@example.com later\nflaky@example.com sent' ]]
}

@test "a server that is too slow is given up in time, and later" {
	delivery 1 mail slow@example.com | queue
	SECONDS=0
	run --separate-stderr at 0
	expect 75 - 'notify: 0000000000000001 to r: later: no answer in 2 s'
	(( SECONDS <= 3 ))
	jq '.msmtp.seconds = 20' company.json > c && mv c company.json	# (control: with time enough it is sent)
	run --separate-stderr at 3
	expect 0 - ""
}

@test "a server that is silent from the first, or stopped, is given up in time, and no other mail waits for it" {
	kill -STOP "$(cat "$server/pid")"
	{ delivery 1 mail ann@example.com; delivery 2 mail bob@example.com; } | queue
	SECONDS=0
	run --separate-stderr at 0
	kill -CONT "$(cat "$server/pid")"
	expect 75 - 'notify: 0000000000000001 to r: later: no answer in 2 s'
	(( SECONDS <= 3 ))
	[[ $(state | cut -d' ' -f1,2 | paste -sd,) == 'queued 1,queued 0' ]]
	run --separate-stderr at 2
	[[ $(jq -r .result <<< "$output") == $'sent\nsent' ]]
}

@test "a wrong password keeps the mail and calls a person; put right, it goes out" {
	sed -i 's/cat .*password/echo wrong/' msmtprc
	delivery 1 mail ann@example.com | queue
	run --separate-stderr at 0
	expect 77 - 'notify: 0000000000000001 to r: later: 535 5.7.8 wrong password'
	sed -i "s#echo wrong#cat $server/password#" msmtprc
	run --separate-stderr at 2
	expect 0 - ""
}

@test "a certificate that nobody vouches for keeps the mail" {
	sed -i '/tls_trust_file/s/ .*/ \/etc\/ssl\/certs\/ca-certificates.crt/' msmtprc
	delivery 1 mail ann@example.com | queue
	run --separate-stderr at 0
	[[ $status == 75 && $stderr == *'later: msmtp ended with '*certificate* && ! -e $server/mail ]] || { echo "$status $stderr"; return 1; }
}

@test "the password is in nothing that is said, stored, or given as an argument" {
	{ delivery 1 mail slow@example.com; delivery 2 mail ann@example.com; } | queue
	at 0 > said 2>&1 &
	sleep 0.7
	cat /proc/[0-9]*/cmdline > all 2> /dev/null || true
	tr '\0' '\n' < all | grep -v '^canary-password-6$' > lines	# the judge's own
	grep -q msmtp lines
	wait
	run ! grep -a canary-password-6 said lines db
}
