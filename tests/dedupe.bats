# dedupe - one record of each key.
load helpers

@test "passes each id once, in order of arrival" {
	run --separate-stderr dedupe <<-'END'
	{"deal_id":"a","amount":1}
	{"deal_id":"b","amount":2}
	{"deal_id":"a","amount":3}
	END
	expect 0 '{"deal_id":"a","amount":1}
{"deal_id":"b","amount":2}'
}
