# http - a request to somebody else's server is taken, or it is known who must act; whatever that
# server does, it ends.
load helpers
load sink

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	load helpers
	load sink
	sink_start "$BATS_FILE_TMPDIR/sink"
	cd "$BATS_FILE_TMPDIR" || return
	certificates 2> /dev/null
	sink_start "$BATS_FILE_TMPDIR/tls" good.pem good.key
	sink_start "$BATS_FILE_TMPDIR/strange" other.pem other.key
	sink_start "$BATS_FILE_TMPDIR/stopped"
	kill -STOP "$(cat stopped/pid)"
}

teardown_file() {
	load sink
	for folder in sink tls strange stopped; do sink_stop "$BATS_FILE_TMPDIR/$folder"; done
}

# A root, a certificate of it for localhost, and one for another name.
certificates() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 2 -subj /CN=root
	local name host
	for name in good:localhost other:elsewhere.example; do
		host=${name#*:} name=${name%:*}
		openssl req -newkey rsa:2048 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$host"
		openssl x509 -req -in "$name.csr" -CA root.pem -CAkey root.key -CAcreateserial -days 2 \
			-out "$name.pem" -extfile <(echo "subjectAltName=DNS:$host")
	done
}

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
	cd "$BATS_TEST_TMPDIR" || return
	sink_fresh "$BATS_FILE_TMPDIR/sink"
}

# OUTCOME STATUS CODE WAIT LENGTH REASON
get() { http --private "$@"; }
post() { http --private --post '{"a":1}' "$@"; }

@test "2xx is done, with or without a body" {
	run --separate-stderr post "$url/200" "$url/202" "$url/204"
	expect 0 'done 0 200 0 9 
done 0 202 0 9 
done 0 204 0 0 ' ""
	[[ $(requests -r '[.method, .body, .headers["content-type"]] | join(" ")' | sort -u) == 'POST {"a":1} application/json' ]]
}

@test "what is wrong with the message or the key is refused, and its words are told" {
	run --separate-stderr post "$url/400" "$url/401" "$url/403" "$url/404" "$url/410"
	expect 0 'refused 69 400 0 9 HTTP 400: said 400
refused 77 401 0 9 HTTP 401: said 401
refused 77 403 0 9 HTTP 403: said 403
refused 69 404 0 9 HTTP 404: said 404
refused 69 410 0 9 HTTP 410: said 410' ""
}

@test "what is wrong with the server is later, and a POST that it got is not sent again" {
	run --separate-stderr post "$url/500" "$url/502" "$url/429" "$url/reset"
	expect 0 'later 75 500 0 9 HTTP 500: said 500
later 75 502 0 9 HTTP 502: said 502
later 75 429 0 9 HTTP 429: slow down
later 75 0 0 0 the connection ended without an answer' ""
	[[ $(requests . | wc -l) == 4 ]]
}

@test "nor on a connection that was used before, where libcurl would send it again by itself" {
	run --separate-stderr post "$url/200" "$url/reset" "$url/200"
	expect 0 'done 0 200 0 9 
later 75 0 0 0 the connection ended without an answer
done 0 200 0 9 ' ""
	[[ $(requests '[.path, .connection]' | jq -sc 'map(.[0]), (.[0][1] == .[1][1])') == '["/200","/reset","/200"]
true' ]]
}

@test "a GET is tried again for a few seconds" {
	script 500 reset 503 200
	run --separate-stderr get "$url/x"
	[[ $output == 'done 0 200 0 9 ' && $(requests . | wc -l) == 4 ]] || { echo "$output"; return 1; }
	sink_fresh "$sink"
	script 500 500 500 500 200
	run --separate-stderr get "$url/x"
	expect 0 'later 75 500 0 9 HTTP 500: said 500' ""
}

@test "a POST is tried again while nobody is there to get it" {
	SECONDS=0
	run --separate-stderr post http://127.0.0.1:1/
	(( SECONDS >= 1 ))
	expect 0 "later 75 0 0 0 Couldn't connect to server" ""
}

@test "Retry-After is handed back, of seconds and of a date" {
	run --separate-stderr post "$url/429%20120" "$url/429%20Mon,%2001%20Apr%202024%2004:10:00%20GMT" \
		"$url/429%20-5" "$url/429%20soon" "$url/429%2099999999999999999999"
	expect 0 'later 75 429 120 9 HTTP 429: slow down
later 75 429 600 9 HTTP 429: slow down
later 75 429 0 9 HTTP 429: slow down
later 75 429 0 9 HTTP 429: slow down
later 75 429 14400 9 HTTP 429: slow down' ""
}

@test "connections are kept and used again" {
	post "$url/200" "$url/400" "$url/500" "$url/200"
	[[ $(requests .connection | sort -u | wc -l) == 1 ]]
}

@test "a redirect is followed within the same origin, a POST only by 307 and 308" {
	run --separate-stderr post "$url/near"
	expect 0 'done 0 200 0 9 ' ""
	[[ $(requests -r '[.method, .path, .body] | join(" ")') == 'POST /near {"a":1}
POST /200 {"a":1}' ]]
	run --separate-stderr post "$url/found" "$url/away" "$url/back"
	expect 0 'refused 69 302 0 0 HTTP 302: it sends us on to somewhere else
refused 69 307 0 0 HTTP 307: it sends us on to somewhere else
refused 69 307 0 0 HTTP 307: it sends us on to somewhere else' ""
	run --separate-stderr get "$url/found" "$url/away"
	expect 0 'done 0 200 0 9 
refused 69 307 0 0 HTTP 307: it sends us on to somewhere else' ""
	[[ -z $(requests 'select(.headers.host | startswith("localhost"))') ]]
}

@test "an endless answer, or endless headers, are cut: a POST was taken, a GET is refused" {
	run --separate-stderr post --most 1000 "$url/endless" "$url/headers"
	expect 0 'done 0 200 0 1000 
done 0 200 0 0 ' ""
	run --separate-stderr get --most 1000 "$url/endless"
	expect 0 'refused 69 200 0 1000 its answer is longer than 1000 bytes' ""
	[[ $(requests . | wc -l) == 3 ]]
}

@test "every call ends with its seconds: silent, stopped, and one byte a second" {
	stopped=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/stopped/port")
	SECONDS=0 n=0
	for place in "$url/silent" "$url/drip" "$stopped/200"; do
		for method in get post; do
			((++n))
			"$method" --seconds 2 "$place" > "said.$n" &
		done
	done
	wait
	(( SECONDS <= 3 ))
	[[ $(sort -u said.*) == 'later 75 0 0 0 no answer in 2 s' && $n == 6 ]] || { cat said.*; return 1; }
}

@test "(control: with seconds enough the slow one is done)" {
	run --separate-stderr post --seconds 60 "$url/drip"
	[[ $output == 'done 0 204 0 0 ' ]] || { echo "$output"; return 1; }
}

@test "certificates are checked: whose root is unknown, and whose name is another's, gets nothing" {
	local tls strange
	tls=https://localhost:$(cat "$BATS_FILE_TMPDIR/tls/port") strange=https://localhost:$(cat "$BATS_FILE_TMPDIR/strange/port")
	run --separate-stderr post "$tls/200"
	expect 0 'later 69 0 0 0 its certificate is not good' ""
	export SSL_CERT_FILE=$BATS_FILE_TMPDIR/root.pem
	run --separate-stderr post "$strange/200" "$tls/200"
	expect 0 'later 69 0 0 0 its certificate is not good
done 0 200 0 9 ' ""
	[[ ! -e $BATS_FILE_TMPDIR/strange/requests && $(wc -l < "$BATS_FILE_TMPDIR/tls/requests") == 1 ]]
}

@test "http, and addresses that only we reach, are refused unless private, however they are written" {
	local port
	port=$(cat "$BATS_FILE_TMPDIR/tls/port")
	rm -f "$BATS_FILE_TMPDIR/tls/requests"
	export SSL_CERT_FILE=$BATS_FILE_TMPDIR/root.pem
	for place in "$url/200" file:///etc/passwd ftp://localhost/ nonsense; do
		run --separate-stderr http --seconds 2 --post x "$place"
		expect 0 'refused 78 0 0 0 no https address' ""
	done
	for host in localhost 127.0.0.1 127.1 2130706433 0x7f000001 '[::1]' '[::ffff:127.0.0.1]' 0.0.0.0 10.0.0.1 169.254.169.254; do
		run --separate-stderr http --seconds 2 --post x "https://$host:$port/200"
		expect 0 'refused 78 0 0 0 its address is none of the open internet, and it is not private' ""
	done
	[[ ! -e $BATS_FILE_TMPDIR/tls/requests ]]
	run http --private --seconds 2 --post x "https://localhost:$port/200"
	[[ $output == 'done 0 200 '* ]]
}

@test "an address is open only where the internet is, in IPv6 too and inside it" {
	run --separate-stderr http address 1.1.1.1 9.255.255.255 11.0.0.0 100.63.0.1 172.32.0.1 192.169.0.1 223.255.255.255 \
		::ffff:8.8.8.8 2606:4700::1111 64:ff9b::808:808 2002:808:808::1
	[[ $(cut -d' ' -f2 <<< "$output" | sort -u) == open ]]
	run --separate-stderr http address 0.0.0.0 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 169.254.169.254 172.16.0.1 \
		172.31.255.255 192.0.0.8 192.0.2.1 192.168.255.255 198.18.0.1 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 \
		:: ::1 ::8.8.8.8 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::a00:1 64:ff9b:1::808:808 fe80::1 fc00::1 fdff::1 ff02::1 \
		2001::1 2001:db8::1 2002:a00:1::1 2002:7f00:1::1 3fff::1
	[[ $(cut -d' ' -f2 <<< "$output" | sort -u) == closed ]] || { grep open <<< "$output"; return 1; }
}

@test "no proxy of the environment gets between" {
	https_proxy=$url http_proxy=$url ALL_PROXY=$url run --separate-stderr http --seconds 2 --post x https://127.0.0.1:1/
	expect 0 'refused 78 0 0 0 its address is none of the open internet, and it is not private' ""
	[[ -z $(requests .) ]]
}

@test "a line break in a header or an address sends nothing" {
	run --separate-stderr post --token $'a\r\nX-Evil: 1' "$url/200"
	expect 0 'refused 78 0 0 0 a header has a control character in it' ""
	run --separate-stderr post --header $'X: a\nY: b' "$url/200"
	expect 0 'refused 78 0 0 0 a header has a control character in it' ""
	run --separate-stderr post "$url/200"$'\r\nX: y'
	expect 0 'refused 78 0 0 0 its address has a control character in it' ""
	[[ -z $(requests .) ]]
}

@test "a server that gives our secrets back is not quoted" {
	run --separate-stderr post --token tok-canary-4711 "$url/T0/canary-path/echo"
	expect 0 - ""
	[[ $output == 'refused 69 404 0 '*' HTTP 404' && $(requests -r .headers.authorization) == 'Bearer tok-canary-4711' ]] || { echo "$output"; return 1; }
	run --separate-stderr post "$url/echo"	# (control: without a secret in it, it is)
	[[ $output == *'HTTP 404: no such thing: /echo ' ]] || { echo "$output"; return 1; }
}

@test "headers are handed back; a POST that only reads is tried again as a GET is, and must come whole" {
	script 500 503 502 200
	run --separate-stderr post --read --show content-length "$url/x"
	expect 0 'done 0 200 0 9 
content-length: 9'
	[[ $(requests . | wc -l) == 4 ]]
	run --separate-stderr post --read --seconds 2 "$url/halfway"
	[[ $output == 'later 75 0 '* ]] || { echo "$output"; return 1; }
	run --separate-stderr post --show x-none --type application/x-www-form-urlencoded "$url/200"
	expect 0 'done 0 200 0 9 
x-none: -'
	[[ $(requests -r '.headers["content-type"]' | tail -n 1) == application/x-www-form-urlencoded ]]
}
