# schema: what it says it knows of JSON Schema 2020-12, it knows as the official test suite does;
# what it does not know, it refuses to load.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# The keywords that the manual claims are the ones that are tested.
claimed() {
	sed -n '/^\.Ss Keywords/,/^\.Ss/s/^\.It Li //p' "$root/src/validate/validate.1" | tr -d ',' | tr ' ' '\n'
}

# Those that it says are not known.
unclaimed() {
	sed -n '/^Every other keyword/,/^\.Ss/s/^\.Li //p' "$root/src/validate/validate.1" | tr -d ',.' | tr ' ' '\n' | grep .
}

# What the vocabularies of 2020-12 have.
vocabulary='$anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary additionalProperties allOf anyOf const
	contains contentEncoding contentMediaType contentSchema default dependentRequired dependentSchemas deprecated description else
	enum examples exclusiveMaximum exclusiveMinimum format if items maxContains maxItems maxLength maxProperties maximum minContains
	minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems properties propertyNames
	readOnly required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly'

# judge SUITE KEYWORD...: runs the groups of the suite's files twice: as a field in UTF-8, and in a
# whole record with escapes. Prints a line for each disagreement, each group that could not be
# loaded, and one in the end that counts.
judge() {
	python3 - "$@" <<-'END'
	import json, pathlib, re, subprocess, sys

	suite, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
	groups = tests = 0

	def verdicts(schema, lines):
	    pathlib.Path("schema.json").write_text(json.dumps(schema))
	    done = subprocess.run(["validate", "./schema.json", "--max-rejects", "100%", "--rejects", "refused"],
	        input="".join(lines).encode(), capture_output=True)
	    if done.returncode == 78:
	        return done.stderr.decode().strip()
	    assert done.returncode == 0, done.stderr
	    assert len(lines) == len(done.stdout.splitlines()) + len(open("refused", "rb").readlines())
	    return [line.encode() in done.stdout for line in lines]

	for name in names:
	    for group in json.load(open(suite / (name + ".json"))):
	        field = {"properties": {"v": group["schema"]}}
	        wants = [test["valid"] for test in group["tests"]]
	        for schema, ascii in (field, False), ({"anyOf": [field]}, True):
	            # "n" tells lines apart that hold the same value.
	            lines = [json.dumps({"n": n, "v": test["data"]}, ensure_ascii=ascii) + "\n"
	                for n, test in enumerate(group["tests"])]
	            got = verdicts(schema, lines)
	            if isinstance(got, str):
	                if not ascii:
	                    print("%s: %s: %s" % (name, group["description"], re.search("schema.json:[0-9]+: (.*)", got)[1]))
	                continue
	            groups, tests = groups + 1, tests + len(wants)
	            for test, want, is_ in zip(group["tests"], wants, got):
	                if want != is_:
	                    print("%s: %s: %s: %s, not %s" % (name, group["description"], test["description"], is_, want))
	print(groups, tests)
	END
}

@test "every keyword claimed is judged as the JSON Schema test suite judges it" {
	outside suites/json-schema-2020-12
	suite=$testdata/suites/json-schema-2020-12
	mapfile -t keywords < <(claimed | grep -vE '^(format|title|description|examples|[$x].*)$')
	((${#keywords[@]} == 17))
	run judge "$suite" "${keywords[@]}" boolean_schema optional/format/date optional/format/date-time
	# Groups that speak of keywords nobody claims, or of a NUL, are refused as a whole.
	expect 0 "enum: nul characters in strings: \u0000 is not allowed without JSON_ALLOW_NUL near '\"hello\u0000there\"'
const: nul characters in strings: \u0000 is not allowed without JSON_ALLOW_NUL near '\"hello\u0000there\"'
items: items and subitems: /properties/v/\$defs: unknown keyword
items: prefixItems with no additional items allowed: /properties/v/prefixItems: unknown keyword
items: items does not look in applicators, valid case: /properties/v/allOf: unknown keyword
items: prefixItems validation adjusts the starting index for items: /properties/v/prefixItems: unknown keyword
items: items with heterogeneous array: /properties/v/prefixItems: unknown keyword
properties: properties, patternProperties, additionalProperties interaction: /properties/v/patternProperties: unknown keyword
additionalProperties: additionalProperties being false does not allow other properties: /properties/v/patternProperties: unknown keyword
additionalProperties: non-ASCII pattern with additionalProperties: /properties/v/patternProperties: unknown keyword
additionalProperties: additionalProperties does not look in applicators: /properties/v/allOf: unknown keyword
additionalProperties: additionalProperties with propertyNames: /properties/v/propertyNames: unknown keyword
additionalProperties: dependentSchemas with additionalProperties: /properties/v/dependentSchemas: unknown keyword
178 896"
	# A suite that says otherwise is not agreed with.
	mkdir flipped
	jq '.[0].tests[0].valid |= not' "$suite/maximum.json" > flipped/maximum.json
	run judge flipped maximum
	[[ $output == "maximum: maximum validation: below the maximum is valid: True, not False"$'\n'*$'\n4 16' ]]
}

@test "the manual claims the keywords that the code knows, and names every other one of 2020-12" {
	outside suites/json-schema-2020-12
	# Whatever might be one: each word that the code or a schema of the suite has.
	{
		grep -oh '"[$A-Za-z-]*"' "$root"/src/lib/schema_*.c | tr -d '"' | grep .
		jq -r '.. | .schema? | .. | objects | keys[]' "$testdata"/suites/json-schema-2020-12/*.json
		tr -s ' \n\t' '\n' <<< "$vocabulary"
	} | sort -u > words
	while read -r word; do
		jq -nc --arg word "$word" '{properties: {a: {($word): {}}}}' > schema.json
		[[ $(validate ./schema.json < /dev/null 2>&1) == *": unknown keyword" ]] || echo "$word"
	done < words > known
	diff known <(claimed | sort)
	(( $(wc -l < words) > 100 ))
	diff <({ claimed | grep -v '^x-'; unclaimed; } | sort) <(tr -s ' \n\t' '\n' <<< "$vocabulary" | sort)
}

@test "of the whole suite nothing is left out in silence: judged right, or refused for what nobody claims" {
	outside suites/json-schema-2020-12
	run python3 - "$testdata/suites/json-schema-2020-12" "$(claimed)" <<-'END'
	import collections, json, pathlib, re, subprocess, sys

	suite, claimed = pathlib.Path(sys.argv[1]), sys.argv[2].split()
	ran, refused, tests = collections.Counter(), collections.Counter(), 0

	for path in sorted(suite.rglob("*.json")):
	    name = str(path.relative_to(suite))[:-5]
	    for group in json.load(open(path)):
	        pathlib.Path("schema.json").write_text(json.dumps({"properties": {"v": group["schema"]}}))
	        lines = [json.dumps({"n": n, "v": test["data"]}) for n, test in enumerate(group["tests"])]
	        done = subprocess.run(["validate", "./schema.json", "--max-rejects", "100%", "--rejects", "refused"],
	            input="\n".join(lines), capture_output=True, text=True)
	        if done.returncode == 78:
	            why = re.search(r"schema.json:[0-9]+: (?:/\S*?([^/ ]+): )?(.*)", done.stderr)
	            assert why[2] != "unknown keyword" or why[1] not in claimed, (name, why[0])
	            refused["unknown keyword" if why[2] == "unknown keyword" else why[2]] += 1
	            continue
	        assert done.returncode == 0 and len(lines) == done.stdout.count("\n") + open("refused").read().count("\n"), done.stderr
	        ran[name] += 1
	        passed = done.stdout.splitlines()
	        for test, line in zip(group["tests"], lines):
	            tests += 1
	            if test["valid"] != (line in passed):
	                print("%s: %s: %s" % (name, group["description"], test["description"]))
	print("no group of", *[k for k in claimed if (suite / (k + ".json")).exists() and not ran[k]])
	print(sum(ran.values()), "groups judged,", tests, "tests")
	for why, count in sorted(refused.items()):
	    print(count, why)
	END
	expect 0 "format: date format: invalid date string is only an annotation by default
format: date-time format: invalid date-time string is only an annotation by default
optional/bignum: integer: a bignum is an integer
optional/bignum: integer: a negative bignum is an integer
optional/bignum: number: a bignum is a number
optional/bignum: number: a negative bignum is a number
no group of
98 groups judged, 474 tests
2 \\u0000 is not allowed without JSON_ALLOW_NUL near '\"hello\\u0000there\"'
43 must be date, date-time or x-decimal
4 must be https://json-schema.org/draft/2020-12/schema
1 too big integer near '18446744073709551615'
1 too big negative integer
312 unknown keyword"
}

# wrong SCHEMA PLACE: it is not loaded, and the message says where and why.
wrong() {
	echo "$1" > schema.json
	run --separate-stderr validate ./schema.json < /dev/null
	expect 78 "" "validate: ./schema.json:$2"
}

@test "a keyword nobody claims is not loaded" {
	outside suites/json-schema-2020-12
	suite=$testdata/suites/json-schema-2020-12
	for keyword in allOf oneOf not if-then-else pattern patternProperties propertyNames prefixItems contains \
		uniqueItems multipleOf minProperties maxProperties dependentRequired dependentSchemas ref defs \
		anchor dynamicRef unevaluatedItems unevaluatedProperties minContains content; do
		jq '[.[].schema | objects | select(keys - ["$schema", "type", "properties", "items", "additionalProperties"] | length > 0)][0] | del(."$schema")' \
			"$suite/$keyword.json" > schema.json
		run --separate-stderr validate ./schema.json < /dev/null
		expect 78 "" "validate: ./schema.json:*: unknown keyword"
	done
}

@test "a schema that is wrong is told by its line" {
	wrong $'{\n\t"type": "object",\n\t"propertys": {}\n}' '3: /propertys: unknown keyword'
	wrong $'{\n"properties": {\n"a/b": { "minlength": 1 } } }' '3: /properties/a~1b/minlength: unknown keyword'
	wrong '{ "properties": { "a": { "type": "text" } } }' '1: /properties/a/type: must be string, number, *'
	wrong '{ "properties": { "a": { "type": ["string", 1] } } }' '1: /properties/a/type: must be *'
	wrong '{ "properties": { "a": { "minLength": -1 } } }' '1: /properties/a/minLength: must be a whole number, 0 or more'
	wrong '{ "properties": { "a": { "maxItems": 1.5 } } }' '1: /properties/a/maxItems: must be a whole number, 0 or more'
	wrong '{ "properties": { "a": { "minimum": "1" } } }' '1: /properties/a/minimum: must be a number'
	wrong '{ "properties": { "a": { "enum": "x" } } }' '1: /properties/a/enum: must be a list of values'
	wrong '{ "properties": { "a": { "format": "email" } } }' '1: /properties/a/format: must be date, date-time or x-decimal'
	wrong '{ "properties": { "a": { "anyOf": [] } } }' '1: /properties/a/anyOf: must be a list of schemas'
	wrong '{ "properties": { "a": { "items": [] } } }' '1: /properties/a/items: must be an object, true or false'
	wrong '{ "properties": [] }' '1: /properties: must be an object'
	wrong '{ "required": "a" }' '1: /required: must be a list of names'
	wrong '{ "$schema": "http://json-schema.org/draft-07/schema#" }' '1: /$schema: must be https://json-schema.org/draft/2020-12/schema'
	wrong '[]' '1: /: must be an object, true or false'
	wrong '{ "type": "object", }' '1: *'
}

@test "a rule that is wrong is told too" {
	rule() { wrong '{ "properties": { "a": {}, "b": {} }, "x-rules": '"$1"' }' "1: $2"; }
	rule '{}' '/x-rules: must be a list, at the top of the schema of a stream'
	rule '[{ "code": "c", "reason": "r" }]' '/x-rules/0: a rule needs code, reason and a form'
	rule '[{ "code": "c", "present": "a" }]' '/x-rules/0: a rule needs code, reason and a form'
	rule '[{ "code": 1 }]' '/x-rules/0/code: must be text'
	rule '[{ "code": "c", "reason": "r", "present": "x" }]' '/x-rules/0/present: no such property: x'
	rule '[{ "code": "c", "reason": "r", "notBefore": ["a"] }]' '/x-rules/0/notBefore: 1 fields, not 2'
	rule '[{ "code": "c", "reason": "r", "present": "a", "absent": "b" }]' '/x-rules/0/absent: a rule has one form'
	rule '[{ "code": "c", "reason": "r", "notAfter": ["a", "b"] }]' '/x-rules/0/notAfter: unknown keyword'
	rule '[{ "code": "c", "reason": "r", "present": "a", "when": { "b": { "enums": [1] } } }]' '/x-rules/0/when/b/enums: unknown keyword'
	wrong '{ "properties": { "a": { "x-rules": [] } } }' '1: /properties/a/x-rules: must be a list, at the top of the schema of a stream'
}

@test "every schema that comes with us is loaded, and every kind is built in" {
	for schema in "$root"/schemas/*.json; do
		run --separate-stderr validate "$schema" < /dev/null
		expect 0 "" ""
		[[ $(jq -r .title "$schema") == "$(basename "$schema" .json)"?(.json) ]]
	done
	for kind in deal change bookmark version metric measure finding alert delivery receipt reject risk run fault incident ledger summary score placebo drivers quality; do
		validate "$kind" < /dev/null
	done
}

@test "the configuration that comes with us is as its schemas say" {
	for file in saleswatch rules routes annotations checks; do
		[[ -e $root/pipelines/conf/$file.json ]] || continue
		run --separate-stderr conf_judge "$root/pipelines/conf/$file.json" "$root/schemas/$file.json"
		expect 0 "" ""
	done
}

conf_judge() {
	"${SALESWATCH_PROBES:-$root/.build/tests}/schema" "$@"
}

@test "a configuration that is not as its schema says is told by its own line" {
	cat > schema.json <<-'END'
	{
		"properties": {
			"zone": { "type": "string" },
			"receivers": { "type": "array", "items": { "type": "object", "required": ["to"], "additionalProperties": false,
				"properties": { "to": { "type": "string", "minLength": 3 }, "hours": { "maximum": 24 } } } }
		}
	}
	END
	bad() {
		echo "$1" > conf.json
		run --separate-stderr conf_judge conf.json schema.json
		expect 78 "" "schema: conf.json:$2"
	}
	bad '{ "zone": 1 }' '1: /zone: must be text'
	bad $'{ "receivers": [\n{ "to": "ann" },\n{ "too": "bob" } ] }' '3: /receivers/1/to: is missing'
	bad $'{ "receivers": [\n{ "to": "ann", "a/b": 1 } ] }' '2: /receivers/0/a~1b: must not be there'
	bad $'{ "receivers": [\n{ "to": "ann",\n"hours": 25 } ] }' '3: /receivers/0/hours: must be at most 24'
	echo '{ "zone": "UTC", "receivers": [{ "to": "ann", "hours": 24 }] }' > conf.json
	run --separate-stderr conf_judge conf.json schema.json
	expect 0 "" ""
}

@test "a rule is asked only of records that fit its conditions, all of them" {
	cat > schema.json <<-'END'
	{
		"properties": { "a": { "type": "integer" }, "b": {}, "c": {} },
		"x-rules": [
			{ "code": "no_c", "reason": "is missing", "present": "c",
				"when": { "a": { "anyOf": [{ "minimum": 10 }, { "const": 1 }] }, "b": { "required": ["x"] } } }
		]
	}
	END
	good='{"a":1}
{"a":1,"b":{}}
{"a":5,"b":{"x":1}}
{"a":1.0,"b":{"x":1},"c":0}
{"b":{"x":1}}'
	bad='{"a":1,"b":{"x":1}}
{"b":{"x":1,"y":{}},"a":11}
{"a":10,"b":7}'
	run --separate-stderr validate ./schema.json --rejects rejects --max-rejects 100% <<< "$good"$'\n'"$bad"
	expect 0 "$good" ""
	[[ $(jq -r .code rejects | sort -u) == no_c && $(jq -r .text rejects) == "$bad" ]]
}

@test "a text is one of its choices whole, not by its length and a few bytes" {
	echo '{ "properties": { "a": { "enum": ["", "x", "won", "lost", "Enterprise", "é", 7] } } }' > schema.json
	good='{"a":""}
{"a":"x"}
{"a":"won"}
{"a":"lost"}
{"a":"Enterprise"}
{"a":"\u0045nterprise"}
{"a":"é"}
{"a":7.0}'
	bad='{"a":"y"}
{"a":"wan"}
{"a":"lust"}
{"a":"EnterpriSe"}
{"a":"EXXXXXXXse"}
{"a":"7"}
{"a":null}'
	run --separate-stderr validate ./schema.json --rejects rejects --max-rejects 100% <<< "$good"$'\n'"$bad"
	expect 0 "$good" ""
	[[ $(jq -r .text rejects) == "$bad" ]]
}
