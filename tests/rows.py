"""rows - what fetch owes to any bytes that call themselves CSV.

	rows.py bad FILE...     each line and file, and a list of our own, as rows among good ones
	rows.py random SEED N   N files of random bytes, and N that Python's csv wrote
	rows.py blocks          files whose rows straddle the blocks they are read in
"""
import base64, csv, io, json, random, re, subprocess, sys, tempfile

MAP = {"fields": {"deal_id": {"from": "a"}, "outcome": {"from": "b"}}, "separator": ","}
OURS = [b'x,"open,1', b'"', b'""', b'"""', b'x"y,2,3', b'"x"y,2,3', b'x,y"', b'1,2', b'1,2,3,4', b',,,,', b'\xff,2,3', b'1,\xc3,3',
    b'\xed\xa0\x80,2,3', b'\xc0\x80,2,3', b'1,\x00,3', b'"a\x00b",2,3', b'x,"two\nlines,3', b'"a\nb","c"d,3', b'a\rb', b'1,"' + b'x' * 70000 + b'",3',
    b'1,' + b'y' * 70000 + b',3', b'z' * 1100000, b'1,"' + (b'q' * 4000 + b'\n') * 300 + b'",3', b'1,2,' + b'w' * 1048572, b'"\n"\n"', b'\xef\xbb\xbf', b'"a\n,b']


def fetch(data, pace=None):
    """The records, the rejects, what was written as it was; after the checks that hold for all input."""
    command = ["fetch", "csv", "-", "--map", box + "/map", "--rejects", box + "/rejects", "--max-rejects", "100%", "--summary", box + "/sum"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=open(box + "/out", "wb"), stderr=subprocess.DEVNULL)
    at = 0
    while at < len(data):
        size = pace() if pace else len(data)
        child.stdin.write(data[at:at + size])
        child.stdin.flush()
        at += size
    child.stdin.close()
    assert child.wait() == 0, (child.returncode, data[:200])
    raw = open(box + "/out", "rb").read(), open(box + "/rejects", "rb").read()
    deals, rejects = ([json.loads(line) for line in text.decode().split("\n")[:-1]] for text in raw)
    told = json.load(open(box + "/sum"))
    assert told["in"] == told["out"] + told["rejected"] and told["out"] == len(deals) and told["rejected"] == len(rejects), told
    places = [(row["offset"], row["line"]) for row in deals + rejects]
    assert len(set(places)) == len(places)
    lines, at = 1, 0
    for offset, line in sorted(places):
        lines += len(re.findall(rb"\r\n|\r|\n", data[at:offset]))
        at = offset
        assert lines == line and data[offset - 1:offset] in (b"\n", b"\r"), (line, offset)
    for reject in rejects:
        kept = bytes_of(reject)
        end = reject["offset"] + len(kept)
        assert data[reject["offset"]:end] == kept
        assert reject.get("cut") or data[end:end + 1] in (b"\n", b"\r", b"")
    return deals, rejects, raw


def bytes_of(reject):
    return reject["text"].encode() if "text" in reject else base64.b64decode(reject["base64"])


def good(ids):
    return b"".join(b"%s,won,7\n" % name.encode() for name in ids)


def among_good(row, last=False):
    """A row first, between and last: the good ones come through, and what is not a deal is kept, bit for bit."""
    header = b"a,b,c\n"
    files = [header + good("G") + row + b"\n" + good("H")]
    if last:
        files += [header + row + b"\n" + good("GH"), header + good("GH") + row + b"\n", header + good("GH") + row]
    for data in files:
        deals, rejects, _ = fetch(data)
        ids = [deal.get("deal_id") for deal in deals]
        assert ids.count("G") == 1 and ids.count("H") == 1, (row[:200], ids)
        kept = b"".join(map(bytes_of, rejects))
        if len(deals) == 2 and not any(reject.get("cut") for reject in rejects):
            assert kept.replace(b"\n", b"").replace(b"\r", b"") == row.replace(b"\n", b"").replace(b"\r", b""), row[:200]


def alternating(rows):
    """Rows of one line without a quote, a good one before each: it comes through, and each is a deal or kept, or empty."""
    data = b"a,b,c\n" + b"".join(good(["G%d" % i]) + row + b"\n" for i, row in enumerate(rows))
    deals, rejects, _ = fetch(data)
    deal, reject = ({record["line"]: record for record in records} for records in (deals, rejects))
    for i, row in enumerate(rows):
        line = 2 * i + 3
        assert deal[line - 1]["deal_id"] == "G%d" % i, row[:200]
        assert line in deal or line in reject or row == b"", row[:200]
        assert line not in reject or reject[line].get("cut") or bytes_of(reject[line]) == row, row[:200]


def bad(paths):
    rows = []
    for path in paths:
        whole = open(path, "rb").read()
        rows += json.loads(whole) if path.endswith("blns.json") else [whole] if path.endswith(".json") else whole.split(b"\n")
    rows = [row.encode() if isinstance(row, str) else row for row in rows]
    for row in OURS:
        among_good(row, last=True)
    reaching = re.compile(rb'["\r\n]')  # beyond their line
    for row in filter(reaching.search, rows):
        among_good(row)
    plain = [row for row in rows if not reaching.search(row)]
    for at in range(0, len(plain), 20):
        alternating(plain[at:at + 20])
    print(len(rows) + len(OURS), "rows among good ones")


def any_bytes(dice):
    parts = [b'"', b",", b"\n", b"\r", b"\r\n", b"x", b"y", b"\0", b"\xff", b"\xc3\xa9", b'""', b" ", b"x,y,z\n", b'1,"q",3\n']
    return dice.choice([b"", b"\xef\xbb\xbf"]) + b"a,b,c\n" + b"".join(dice.choices(parts, k=dice.randint(0, 40)))


def some_rows(dice):
    parts = ["x", '"', ",", "\n", "\r\n", "é", " ", "\\", "\t", "ab", "0", "😀"]
    return [["".join(dice.choices(parts, k=dice.randint(0, 6))) for _ in range(3)] for _ in range(dice.randint(1, 6))]


def at_random(seed, count):
    for n in range(int(seed), int(seed) + int(count)):
        dice = random.Random(n)
        data = any_bytes(dice)
        whole = fetch(data)[2]
        if n % 4 == 0:
            assert fetch(data, lambda: 1)[2] == whole, (n, data)
        rows, file = some_rows(dice), io.StringIO()
        writer = csv.writer(file, quoting=dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), lineterminator=dice.choice(["\n", "\r\n"]))
        writer.writerow("abc")
        writer.writerows(rows)
        deals, rejects, _ = fetch(file.getvalue().encode())
        assert not rejects, (n, rows)
        told = [[deal.get(name, "") for name in ("deal_id", "outcome", "c")] for deal in deals]
        assert told == rows, (n, rows, told)
    print("the same at any pace, and as Python wrote it")


def blocks():
    dice = random.Random(7)
    for end in (b"\n", b"\r\n", b"\r"):
        for size in (65536, 262144):
            for shift in range(-3, 4):
                head = b"a,b,c" + end
                row = b'D,won,"' + b"x" * (60000 - 9) + b'"' + end
                data = head + row * (size // len(row)) + b"fill,won,"
                data += b"y" * (size - len(data) + shift) + end + b'E,"lost",\xc3\xa9' + end + b'F,x"y' + end + b"G,won,1"
                whole = fetch(data)
                assert [deal["deal_id"] for deal in whole[0]][-3:] == ["fill", "E", "G"] and len(whole[1]) == 1
                for pace in (lambda: 4096, lambda: dice.choice([1000, 65535, 65536, 65537, 262144])):
                    assert fetch(data, pace)[2] == whole[2], (end, size, shift)
    print("the same in any blocks")


with tempfile.TemporaryDirectory() as box:
    json.dump(MAP, open(box + "/map", "w"))
    {"bad": lambda *paths: bad(paths), "random": at_random, "blocks": blocks}[sys.argv[1]](*sys.argv[2:])
