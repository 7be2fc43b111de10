"""mustache - the rules of the public Mustache language, one case a line, held against template.

	mustache.py PROBE CASES: each case is {"says", "text", "view", "want"}, and may have
	"parts": {NAME: TEXT}.  Rendered as HTML; what differs is printed.
"""
import json, os, subprocess, sys, tempfile


def rendered(probe, case):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**case.get("parts", {}), "top": case["text"]}.items():
            with open(os.path.join(folder, name + ".mustache"), "w", newline="") as file:
                file.write(text)
        done = subprocess.run([probe, "html", "-f", os.path.join(folder, "top.mustache")],
                              input=json.dumps(case["view"]).encode(), capture_output=True)
        return done.stdout.decode() if done.returncode == 0 else f"status {done.returncode}: {done.stderr.decode()}"


wrong = count = 0
for line in open(sys.argv[2], encoding="utf-8"):
    case = json.loads(line)
    got = rendered(sys.argv[1], case)
    count += 1
    if got != case["want"]:
        wrong += 1
        print(f"{case['says']}: {got!r}, not {case['want']!r}")
print(count, "cases")
sys.exit(wrong > 0)
