# queue - deliveries for the outbox of a suite, in the store `db` of its folder.

# delivery ID CHANNEL TO [JQ]: one that is due at four, with a mail, a text or JSON as its bytes.
delivery() {
	jq -nc --arg id "$(printf '%016x' "$1")" --arg channel "$2" --arg to "$3" '{kind:"delivery",v:1,delivery_id:$id,
		receiver:"r",channel:$channel,to:$to,priority:"P1",form:"alert",due:"2024-04-01T04:00:00Z",created:"2024-04-01T04:00:00Z",
		alerts:[{kind:"alert",v:1,alert_id:"a",date:"2024-03-31"}],subject:"T",content:(
		if $channel == "terminal" then {type:"text/plain",body:"ALERT: ü\n"}
		elif $channel | IN("mail", "file") then {type:"message/rfc822",body:"From: <saleswatch@example.com>\nTo: <\($to)>\nSubject: T\nDate: Mon, 01 Apr 2024 04:00:00 +0000\nMessage-ID: <\($id)@example.com>\n\nbody\n"}
		else {type:"application/json",body:({text:"ALERT: ü",n:$id} | tojson)} end)}'"${4:+ | $4}"
}

# queue [RUN]: puts the deliveries on stdin into the outbox.
queue() { store put delivery --stage "${1:-r}" --db db && store commit "${1:-r}" --db db; }

state() { sqlite3 -separator ' ' db 'SELECT status, attempts, next_at FROM deliveries ORDER BY delivery_id'; }

faults() { store get fault --db db | jq -c "${1:-.}"; }

# receiver JQ: makes routes.json with the one receiver "r", of that channel and more.
receiver() { jq -n '{receivers: [{name: "r", private: true} + '"$1"'], route: {receiver: "r"}}' > routes.json; }

# later MINUTES: the instant so long after four.
later() { date -ud "2024-04-01T04:00:00Z + $1 minutes" +%Y-%m-%dT%H:%M:%SZ; }
