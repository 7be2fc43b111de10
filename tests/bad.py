"""bad - what is bad never stops what is good (R6): each bad input of the suites first, between two
good ones, and last, with a newline and without.

	bad.py lines SUITES    as lines of records, for validate
	bad.py stream SUITES   all of them as one stream, each between good ones
	bad.py rows SUITES     as rows of CSV files, for the pipe from fetch to quality
	bad.py fatal SUITES    the lines again, for a filter that does not refuse: each ends it
"""
import base64, concurrent.futures, glob, json, os, re, subprocess, sys, tempfile

GOOD = [b'{"deal_id":"G","outcome":"open"}', b'{"deal_id":"H","outcome":"open","x":"\xc3\xa9"}']


def utf8(path):
    """The cases of utf8tests, as bytes, and whether each is UTF-8."""
    for number, kind, text in re.findall(r"(?m)^([0-9.]+):([^:]*):([^:\n]*)", open(path).read()):
        case = bytes.fromhex(text.replace(" ", "")) if "hex" in kind else text.encode()
        yield case, "invalid" not in kind and b"\0" not in case


def naughty(suites):
    return [text.encode(errors="surrogatepass") for text in json.load(open(suites + "/naughty-strings/blns.json"))]


def bad_lines(suites):
    """Bytes that are no good deal, whatever they are, and whether they are no record at all."""
    for path in sorted(glob.glob(suites + "/JSONTestSuite/test_parsing/*.json")):
        whole = open(path, "rb").read().rstrip(b"\n")
        name = os.path.basename(path)
        if b"\n" not in whole:
            yield whole, name[0] == "n" or not whole.lstrip().startswith(b"{")
            yield b'{"deal_id":"B","outcome":"?","v":' + whole + b"}", name[0] == "n"
        else:
            for line in whole.split(b"\n"):
                yield line, True
    for case, fine in utf8(suites + "/utf8tests/utf8tests.txt"):
        if not fine and b"\n" not in case:
            yield b'{"deal_id":"' + case + b'","outcome":"open"}', True
    for line in open(suites + "/utf8tests/utf8tests.bin", "rb").read().split(b"\n"):
        yield line, True
    for text in naughty(suites):
        yield text.replace(b"\n", b" "), True
        yield b'{"deal_id":"B","outcome":' + json.dumps(text.decode()).encode() + b"}", False
    for path in sorted(glob.glob(suites + "/csv-spectrum/csvs/*.csv")):
        for line in open(path, "rb").read().split(b"\n"):
            yield line, True


def bytes_of(reject):
    return reject["text"].encode() if "text" in reject else base64.b64decode(reject["base64"])


def is_kept(line, reject):
    kept = bytes_of(reject)
    return kept == line or reject.get("cut") and len(kept) >= 1 << 16 and line.startswith(kept)


def refused(data, box):
    """The lines that pass and the rejects, after what holds for all input."""
    done = subprocess.run(["validate", "deal", "--rejects", box + "/rejects", "--max-rejects", "100%", "--summary", box + "/sum"],
        input=data, capture_output=True)
    assert done.returncode == 0, (done.returncode, done.stderr, data[:300])
    rejects = [json.loads(line) for line in open(box + "/rejects", "rb").read().decode().split("\n")[:-1]]
    told, passed = json.load(open(box + "/sum")), done.stdout.split(b"\n")[:-1]
    assert told["in"] == told["out"] + told["rejected"] + told["dropped"], told
    assert (told["out"], told["rejected"]) == (len(passed), len(rejects)), told
    return passed, rejects


def stands(line, box):
    first, last = GOOD
    lines, at = [line, first, line, last, line], [1, 3, 5]
    if not line:
        at.pop()  # nothing after the last newline is no line
    passed, rejects = refused(b"\n".join(lines), box)
    assert passed == GOOD, (line[:300], passed)
    assert [(reject["source"], reject["line"]) for reject in rejects] == [("stdin", n) for n in at], (line[:300], rejects)
    for reject in rejects:
        assert reject["code"] and reject["reason"] and is_kept(line, reject), (line[:300], reject)


def together(cases, box):
    """All of them as one stream, each between good ones, the last with its newline."""
    lines = [line for line, _ in cases]
    passed, rejects = refused(b"".join(GOOD[0] + b"\n" + line + b"\n" for line in lines), box)
    assert passed == GOOD[:1] * len(lines)
    assert all(map(is_kept, lines, rejects)) and len(lines) == len(rejects)
    assert [reject["line"] for reject in rejects] == list(range(2, 2 * len(lines) + 2, 2))


def each(suites, ask):
    """Asks of each line once; a worker has a folder of its own."""
    cases = sorted(set(bad_lines(suites)))

    def some(part):
        with tempfile.TemporaryDirectory() as box:
            for line, fatal in cases[part::4]:
                # A byte order mark before the first record is dropped, so these are other lines.
                if not line.startswith(b"\xef\xbb\xbf"):
                    ask(line, fatal, box)
                    yield line

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return sum(pool.map(lambda part: sum(1 for _ in some(part)), range(4)))


def fatal(line, no_record, box):
    if no_record:
        done = subprocess.run(["dedupe"], input=b"\n".join([GOOD[0], line, GOOD[1]]) + b"\n", capture_output=True)
        assert done.returncode == 65 and b"dedupe: stdin:2: " in done.stderr, (line[:300], done)


def bad_rows(suites):
    for path in sorted(glob.glob(suites + "/JSONTestSuite/test_parsing/*.json")):
        yield open(path, "rb").read()
    for case, _ in utf8(suites + "/utf8tests/utf8tests.txt"):
        yield b"B," + case + b",7"
        yield case
    yield from open(suites + "/utf8tests/utf8tests.bin", "rb").read().split(b"\n")
    for text in naughty(suites):
        yield text
        yield b'B,"' + text.replace(b'"', b'""') + b'",7'
    for path in sorted(glob.glob(suites + "/csv-spectrum/csvs/*.csv")):
        yield open(path, "rb").read()


def piped(paths):
    """What is kept of all these files, after the pipe that keeps deals: {file: ids}, and the rejects."""
    json.dump({"fields": {"deal_id": {"from": "a"}, "outcome": {"from": "b", "values": {"won": "open"}}}, "separator": ","}, open("map", "w"))
    script = """set -o pipefail
	fetch csv "$@" --map map --rejects unread --max-rejects 100% --summary fetched |
		validate deal --upstream fetched --rejects refused --max-rejects 100% --summary validated |
		dedupe --key deal_id --key source --dropped dropped --summary unique |
		quality --checks checks --out told --fetched fetched --rejects unread --rejects refused --dropped unique --summary passed > kept"""
    subprocess.run(["bash", "-c", script, "pipe", *paths], check=True)
    counts = [json.load(open(name)) for name in ("fetched", "validated", "unique", "passed")]
    for count in counts:
        assert count["in"] == count["out"] + count["rejected"] + count["dropped"], count
    for one, next in zip(counts, counts[1:]):
        assert one["out"] == next["in"], (one, next)
    read = lambda name: [json.loads(line) for line in open(name, "rb").read().decode().split("\n")[:-1]]
    kept, lost = read("kept"), read("unread") + read("refused")
    assert counts[0]["in"] == len(kept) + len(lost) + len(read("dropped"))
    return kept, lost


def rows(suites):
    json.dump({"rules": {"rejects": {"warn": 0.02}, "duplicates": {"warn": 0.02}}}, open("checks", "w"))
    files, cases = {}, sorted(set(bad_rows(suites)))
    for n, row in enumerate(cases):
        # An open quote swallows what follows up to the next one, so it is refused by itself again.
        for where, data in enumerate((row + b"\nG,won,1\nH,won,2\n", b"G,won,1\n" + row + b"\nH,won,2\n", b"G,won,1\nH,won,2\n" + row + b"\n",
                b"G,won,1\nH,won,2\n" + row)):
            files["f%d.%d" % (n, where)] = b"a,b,c\n" + data
    for name, data in files.items():
        open(name, "wb").write(data)
    kept, lost = piped(list(files))
    ids = {}
    for deal in kept:
        ids.setdefault(deal["source"], []).append(deal["deal_id"])
    for name, data in files.items():
        assert ids[name].count("G") == 1 and ids[name].count("H") == 1, (name, data, ids[name])
    for reject in lost:
        data = files[reject["source"]]
        assert reject["code"] and reject["line"] > 1, reject
        if reject["stage"] == "fetch":
            bytes = bytes_of(reject)
            assert data[reject["offset"]:reject["offset"] + len(bytes)] == bytes, reject
        else:
            record = json.loads(reject["text"])
            assert (record["source"], record["line"], record["offset"]) == (reject["source"], reject["line"], reject["offset"])
            assert data[reject["offset"] - 1:reject["offset"]] in (b"\n", b"\r"), reject
    print(len(cases), "rows in", len(files), "files,", len(lost) > 4000)


mode, suites = sys.argv[1:]
if mode == "stream":
    with tempfile.TemporaryDirectory() as box:
        together(sorted(set(bad_lines(suites))), box)
elif mode == "lines":
    print(each(suites, lambda line, fatal, box: stands(line, box)), "lines, each refused alone")
elif mode == "fatal":
    print(each(suites, fatal), "lines, each that is no record ends what does not refuse")
else:
    rows(suites)
