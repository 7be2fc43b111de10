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

# judge SUITE KEYWORD...: runs the groups of the suite's files twice: as a field in UTF-8, and in a
# whole record with escapes. Prints a line for each disagreement, each group that could not be
# loaded, and one in the end that counts.
judge() {
	python3 - "$@" <<-'END'
	import json, pathlib, subprocess, sys

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
	                    print("%s: %s: %s" % (name, group["description"], got.split(": ")[-1]))
	                continue
	            groups, tests = groups + 1, tests + len(wants)
	            for test, want, is_ in zip(group["tests"], wants, got):
	                if want != is_:
	                    print("%s: %s: %s: %s, not %s" % (name, group["description"], test["description"], is_, want))
	print(groups, tests)
	END
}

@test "every keyword claimed is judged as the JSON Schema test suite judges it" {
	suite=$(outside suites/json-schema-2020-12)
	mapfile -t keywords < <(claimed | grep -v -e '^format$' -e '^\$' -e '^x-' -e '^title$' -e '^description$' -e '^examples$')
	((${#keywords[@]} == 17))
	run judge "$suite" "${keywords[@]}" boolean_schema optional/format/date optional/format/date-time
	expect 0 "additionalProperties"
}
