"""naughty - no text changes the structure of what render writes.

	naughty.py TEMPLATES [STRINGS.json]: one alert of each type for every string of an
	injection list (and of the file), the string in every text field; each rendered in
	every format, parsed back, and compared with the same alert saying "x".
"""
import email, email.policy, html.parser, json, os, re, subprocess, sys, tempfile

INJECTIONS = [
    "\r\nBcc: evil@example.com", "x\nSubject: fake", "a\r\n\r\n<script>alert(1)</script>", "\r", "\n.\n", "\n.\r\nMAIL FROM:<a@b>",
    "--=_saleswatch--\r\n", "=?UTF-8?Q?=0D=0ABcc:_evil@example.com?=", "=?UTF-8?B?PGI+?=", "=\n=\n", "From me", ".",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "</td></tr></table><h1>", "<!--", "]]>",
    "&lt;b&gt;", "&#60;b&#62;", "{{title}}", "{{#alerts}}", "{{> card}}", "}}{{{x}}}", "</title></style><script>", "javascript:alert(1)",
    "\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\x08\x08\x08", "\x7f", "\u202eevil\u2066", "\u200f\u061c", "\u2028\u2029\u0085x", "\x0b\x0c",
    "<!channel> <@U1>", "*bold* _it_ `code`", "=cmd|' /C calc'!A0", "@SUM(1)", "%s%s%n", "$(reboot) `reboot`", "'; DROP TABLE deals;--",
    "━" * 40, "ALERT: Fake", "\tx\t", "é" * 500, "x" * 5000, "𝔘𝔫𝔦", "👩‍💻", "\ufeff", "\ufffe", "a" * 399 + "é", " ", "   lead", "trail   ",
]
TYPES = ["win_rate_drop", "win_rate_rise", "rep_shift", "segment_insight", "strange"]
SEVERITIES = {"win_rate_drop": "critical", "rep_shift": "warning", "strange": None}


def alert(kind, s):
    segment = {"sales_rep_id": s} if kind == "rep_shift" else {"region": s, "odd_" + kind: s}
    return {"kind": "alert", "v": 1, "type": kind if kind != "strange" else s, "segment": segment, "opened": s,
            "severity": SEVERITIES.get(kind, "insight") or s, "priority": s, "title": s, "message": s, "actions": [s, s],
            "value": .28, "baseline": .42, "n": 150, "won": 42, "expected": 63.1, "tried": 178, "data_through": s, "days": 14,
            "momentum": .65, "velocity": 1.5, "pipeline": {"amount": 2400000, "deals": 12}, "direction": s,
            "reps": [{"sales_rep_id": s}, {"sales_rep_id": s}], "deals": [s], "alert_id": s, "state": s, "unknown": s}


def delivery(kind, s, channel):
    return {"kind": "delivery", "v": 1, "delivery_id": s, "receiver": s, "channel": channel, "to": "a@example.com",
            "priority": s, "form": "alert", "due": s, "created": s, "alerts": [alert(kind, s)]}


def harmless(s):
    """What DESIGN and template.h say a value becomes."""
    raw = s.encode()
    if len(raw) > 400:
        s = raw[:400].decode(errors="ignore") + "…"
    s = re.sub("[\t-\r\x85\u2028\u2029]", " ", s)
    s = re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", s)
    s = re.sub("[\x00-\x1f]", lambda m: chr(0x2400 + ord(m[0])), s).replace("\x7f", "\u2421")
    return re.sub("[\x80-\x9f]", "\ufffd", s)


class Shape(html.parser.HTMLParser):
    """The tags and attributes of a page, and the texts between them."""
    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)
        self.close()
    def handle_starttag(self, tag, attrs): self.tags.append((tag, tuple(attrs)))
    def handle_endtag(self, tag): self.tags.append("/" + tag)
    def handle_comment(self, data): self.tags.append("comment")
    def handle_data(self, data): self.texts.append(data.strip())


def render(lines, *args, conf=None):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(conf or {}, file)
        file.flush()
        done = subprocess.run(["render", "--templates", sys.argv[1], "--conf", file.name, *args], capture_output=True,
                              input="".join(json.dumps(l, ensure_ascii=False) + "\n" for l in lines).encode())
    assert done.returncode == 0, done.stderr[:300]
    return done.stdout.decode()


def must(same, what, s):
    if not same:
        sys.exit(f"{what}: {s!r}")


def no_controls(text, what, s):
    must(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]", text), what, s)


def mail_shape(body, s):
    must(all(len(line) < 998 for line in body.split("\r\n")) and "\n" not in body.replace("\r\n", ""), "lines of mail", s)
    message = email.message_from_string(body, policy=email.policy.default)
    must(not message.defects, f"mail {message.defects}", s)
    parts = list(message.walk())
    must([p.get_content_type() for p in parts] == ["multipart/alternative", "text/plain", "text/html"], "parts", s)
    return message, parts[1].get_content().replace("\r\n", "\n"), parts[2].get_content()


def check_mail(s, got, plain):
    message, text, page = mail_shape(got["content"]["body"], s)
    other, other_text, other_page = mail_shape(plain["content"]["body"], s)
    must(message.keys() == other.keys(), "headers", s)
    must(message["To"] == "a@example.com", "to", s)
    must(" ".join(message["Subject"].split()).startswith(" ".join(got["subject"].split())[:20]), "subject", s)
    title = harmless(s)
    must(title.strip() in " ".join([got["subject"]]) or len(title) > 50 or "  " in title or title.strip() == "", "subject text", s)
    must(text.count("\n") == other_text.count("\n"), "lines of text", s)
    no_controls(text, "text", s)
    shape, shape2 = Shape(page), Shape(other_page)
    must(shape.tags == shape2.tags, "tags of mail", s)
    must(title.strip() in shape.texts or not title.strip(), "title of mail", s)


def check_deliveries(strings, types):
    for channel in "mail", "terminal":
        lines = [delivery(k, s, channel) for s in ["x", *strings] for k in types]
        made = [json.loads(l) for l in render(lines).split("\n") if l]
        must(len(made) == len(lines), "deliveries", channel)
        for i, got in enumerate(made):
            s, plain = lines[i]["alerts"][0]["title"], made[i % len(types)]
            must(all(got[k] == v for k, v in lines[i].items()), "the record", s)
            must("\n" not in got["subject"], "subject", s)
            no_controls(got["subject"], "subject", s)
            if channel == "mail":
                check_mail(s, got, plain)
            else:
                body = got["content"]["body"]
                must(body.count("\n") == plain["content"]["body"].count("\n"), "lines", s)
                must(harmless(s) in body, "value", s)
                no_controls(body, "terminal", s)


def articles(page):
    """The shapes of the alerts of a page, and what is around them: but the actions, of which there are up to three."""
    inside, outside = [], page
    for part in re.findall('<section class="actions">.*?</section>', page, re.S):
        tags = {t if isinstance(t, str) else t[0] for t in Shape(part).tags}
        must(tags <= {"section", "h2", "ol", "li", "span", "/section", "/h2", "/ol", "/li", "/span"}, "tags of actions", part)
        outside = outside.replace(part, "", 1)
    for part in re.findall("<article.*?</article>", page, re.S):
        inside.append(Shape(part))
        outside = outside.replace(part, "", 1)
    return inside, Shape(outside)


RANK = {"critical": 0, "warning": 1, "insight": 4}  # what is none of them comes before insights


# What is of a rep is for the rep's manager, and on no page.
PAGED = [k for k in TYPES if k != "rep_shift"]


def check_pages(strings):
    plain, around = articles(render([alert(k, "x") for k in PAGED], "--as", "html"))
    plain = dict(zip(sorted(PAGED, key=lambda k: RANK.get(SEVERITIES.get(k, "insight"), 3)), plain))
    for at in range(0, len(strings), 20):
        some = list(dict.fromkeys(strings[at:at + 20]))  # the same alert twice is one
        pairs = sorted(((k, s) for s in some for k in PAGED), key=lambda p: RANK.get(SEVERITIES.get(p[0], "insight"), 3))
        lines = [alert(k, s) for k, s in pairs]
        got, outside = articles(render(lines, "--as", "html", conf={"company": some[0], "display": {"region": {s: s for s in some}}}))
        must(outside.tags == around.tags, "page", some)
        must(len(got) == len(pairs), "alerts of page", some)
        for (kind, s), shape in zip(pairs, got):
            must(shape.tags == plain[kind].tags, "tags of page", s)
            must(any(harmless(s).strip() in t for t in shape.texts), "text of page", s)
        lines += [alert("rep_shift", s) for s in some]
        check_plain(some, lines + [dict(alert("rep_shift", s), suppressed=s) for s in some])


def check_plain(some, lines):
    held = len(some)
    table = render(lines, "--as", "table")
    must(table.count("\n") == len(lines) + 1, "lines of table", some)
    no_controls(table, "table", some)
    must(all(row.count("28%") == 1 for row in table.strip("\n").split("\n")[1:]), "cells", some)
    text = render(lines, "--as", "text")
    rows = text.split("\n")
    must(sum(l.startswith("Evidence: ") for l in rows) == len(lines) - held, "blocks", some)
    must(sum(l.startswith("Held back: ") for l in rows) == held, "held", some)
    no_controls(text, "text", some)


def lines_file(records):
    file = tempfile.NamedTemporaryFile("w", suffix=".ndjson")
    file.write("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))
    file.flush()
    return file


def rejects_and_metrics(some):
    days = ["2024-03-0%d" % d for d in range(1, 9)]
    metric = {"kind": "metric", "v": 1, "clock": "closed", "bucket": "day", "won": 4, "lost": 6, "cycle_days": 9, "cycle_count": 1}
    rejects = [{"kind": "reject", "v": 1, "stage": s, "code": str(i) + s, "reason": s, "source": s, "line": 7} for i, s in enumerate(some)]
    metrics = [dict(metric, date=d, segment=g) for d in days for g in [{}, *({str(i) + s: s} for i, s in enumerate(some))]]
    with lines_file(rejects) as r, lines_file(metrics) as m:
        return Shape(render([], "--as", "html", "--rejects", r.name, "--metrics", m.name))


def check_sidecars(strings):
    for at in range(0, len(strings), 50):
        some = strings[at:at + 50]
        must(rejects_and_metrics(some).tags == rejects_and_metrics(["x"] * len(some)).tags, "sidecars", some)


strings = INJECTIONS
check_deliveries(INJECTIONS, TYPES)
if len(sys.argv) > 2:
    known = [s for s in json.load(open(sys.argv[2], encoding="utf-8")) if s and "\0" not in s]
    check_deliveries(known, ["win_rate_drop"])
    strings = INJECTIONS + known
check_pages(strings)
check_sidecars(strings)
print(len(strings), "strings")
