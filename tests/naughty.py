"""naughty - no text changes the structure of what render writes.

	naughty.py TEMPLATES [STRINGS.json [JUDGE SPECS]]: one alert of each type for every string
	of an injection list (or one for those of the file), the string in every text field; each rendered in
	every format and for every channel, parsed back, and compared with the same alert saying
	"x".  Then faults.  JUDGE is judge.js, whose readers then see the same of Slack and Teams.
"""
import email, email.policy, functools, html.parser, json, os, re, subprocess, sys, tempfile

INJECTIONS = [
    "\r\nBcc: evil@example.com", "x\nSubject: fake", "a\r\n\r\n<script>alert(1)</script>", "\r", "\n.\n", "\n.\r\nMAIL FROM:<a@b>",
    "--=_saleswatch--\r\n", "=?UTF-8?Q?=0D=0ABcc:_evil@example.com?=", "=?UTF-8?B?PGI+?=", "=\n=\n", "From me", ".",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "</td></tr></table><h1>", "<!--", "]]>",
    "&lt;b&gt;", "&#60;b&#62;", "{{title}}", "{{#alerts}}", "{{> card}}", "}}{{{x}}}", "</title></style><script>", "javascript:alert(1)",
    "\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\x08\x08\x08", "\x7f", "\u202eevil\u2066", "\u200f\u061c", "\u2028\u2029\u0085x", "\x0b\x0c",
    "<!channel> <@U1>", "*bold* _it_ `code`", "=cmd|' /C calc'!A0", "@SUM(1)", "%s%s%n", "$(reboot) `reboot`", "'; DROP TABLE deals;--",
    "━" * 40, "ALERT: Fake", "\tx\t", "é" * 500, "x" * 5000, "𝔘𝔫𝔦", "👩‍💻", "\ufeff", "\ufffe", "a" * 399 + "é", " ", "   lead", "trail   ",
    # mrkdwn
    "<!here>", "<!everyone|x>", "<@U012AB3CD>", "<#C123|general>", "<https://evil.example|crm>", "<mailto:a@b|x>", "<!date^1^{date}|x>", "&lt;!channel&gt;",
    "```\nx```", "~s~ _i_ *b* `c`", ":fire: :x:", "> quoted", "&gt; quoted",
    # the markdown of cards
    "[x](javascript:alert(1))", "![x](https://evil.example/p.png)", "[x]: https://evil.example", "<https://evil.example>", "**b** __u__", "# title", "- item", "+ item",
    "* item", "1. item", "12) item", "---", "===", "***", "    code", "{{DATE(2024-01-01T00:00:00Z,SHORT)}}", "${title}", "<at>all</at>", "\\", "\\[x\\](y)", "a\\", "|a|b|", "&copy; &#64;",
    # mail
    "x\r\nContent-Type: text/html\r\n\r\n<b>", "--=_saleswatch\r\nContent-Type: text/html", "=?utf-8?q?=3Cb=3E?=", "a@b.c>\r\nTo: <d@e.f", "\r\n.\r\nQUIT\r\n", "=3D=0A", ">From x",
    # terminals, logs
    "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07", "\x1bP+q\x1b\\", "\x9d0;t\x9c", "\x1b[?1049h", "a\x0eb\x0fc", "x\x1b[1A\x1b[2Kfake", "\u2067\u2069\u202d\u202c",
    # formulas, SQL, shell, make, JSON
    "=HYPERLINK(\"https://evil.example\",\"x\")", "+1+1", "-1+1", "@x", "=1+1", "\t=1", "1;DROP TABLE deals", "\" OR \"\"=\"", "' OR 1=1 --", "); DELETE FROM x; --",
    "; rm -rf /", "| cat /etc/passwd", "&& reboot", "$(shell reboot)", "../../etc/passwd", "a\\nb", "\",\"priority\":\"P1\",\"x\":\"", "{\"kind\":\"alert\"}", "\\u003cscript\\u003e", "null", "true", "0", "[]",
]
TYPES = ["win_rate_drop", "win_rate_rise", "rep_shift", "segment_insight", "stage_conversion", "deal_warnings", "strange"]
SEVERITIES = {"win_rate_drop": "critical", "rep_shift": "warning", "strange": None}


def alert(kind, s):
    segment = {"sales_rep_id": s} if kind == "rep_shift" else {"region": s, "odd_" + kind: s}
    return {"kind": "alert", "v": 1, "type": kind if kind != "strange" else s, "segment": segment, "opened": s,
            "severity": SEVERITIES.get(kind, "insight") or s, "priority": s, "title": s, "message": s, "actions": [s, s],
            "value": .28, "baseline": .42, "n": 150, "won": 42, "expected": 63.1, "tried": 178, "data_through": s, "days": 14,
            "momentum": .65, "velocity": 1.5, "pipeline": {"amount": 2400000, "deals": 12}, "direction": s,
            "reps": [{"sales_rep_id": s}, {"sales_rep_id": s}], "deals": deals(s) if kind == "deal_warnings" else [s],
            "alert_id": s, "state": s, "unknown": s, "annotations": [{"from": s, "to": s, "text": s}], **({"warnings": {s[:100]: 3}} if kind == "deal_warnings" else {})}


def deals(s):
    return [{"deal_id": s, "amount": 9000, "sales_rep_id": s, "stage": s, "reasons": [s, s], "chance": .3, "url": "https://e.example/" + s[:60]}]


def fault(s):
    return {"kind": "fault", "v": 1, "stage": s, "since": s, "reason": s, "pipeline": s, "owner": s, "receiver": s, "channel": s, "delivery_id": s}


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
    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple((n, v if n != "href" else v.startswith("https://e.example/")) for n, v in attrs)))
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


@functools.lru_cache(64)
def plain_mail(body):
    message, text, page = mail_shape(body, "x")
    return message, text, Shape(page)


def check_mail(s, got, plain):
    message, text, page = mail_shape(got["content"]["body"], s)
    other, other_text, shape2 = plain_mail(plain["content"]["body"])
    must(message.keys() == other.keys(), "headers", s)
    must(message["To"] == "a@example.com", "to", s)
    must(" ".join(message["Subject"].split()).startswith(" ".join(got["subject"].split())[:20]), "subject", s)
    title = harmless(s)
    must(title.strip() in " ".join([got["subject"]]) or len(title) > 50 or "  " in title or title.strip() == "", "subject text", s)
    must(text.count("\n") == other_text.count("\n"), "lines of text", s)
    no_controls(text, "text", s)
    shape = Shape(page)
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


def bare(value):
    """A value without its texts."""
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items()}
    return [bare(v) for v in value] if isinstance(value, list) else "" if isinstance(value, str) else value


def texts(value, name="text"):
    """The texts of that name, anywhere inside."""
    if isinstance(value, list):
        return [t for v in value for t in texts(v, name)]
    if not isinstance(value, dict):
        return []
    return [t for k, v in value.items() for t in ([v] if k == name and isinstance(v, str) else texts(v, name))]


def short(s):
    raw = s.encode()
    return s if len(raw) <= 400 else raw[:400].decode(errors="ignore") + "…"


def check_slack(s, got, plain):
    for block, other in zip(got["blocks"], plain["blocks"]):
        for text, same in zip(texts(block), texts(other)):
            no_controls(text, "slack", s)
            must(text.count("\n") == same.count("\n") or not harmless(s), "lines of slack", s)
            if block["type"] in ("section", "context"):
                rest = re.sub(r"<https://e\.example/[!-;=?-{}~]*\|", "", text)
                must(rest.count("<") == 0 and not re.search("&(?!amp;|lt;|gt;)", rest), "mrkdwn", s)
    shown = "\n".join(texts(got["blocks"]))
    must("→ " + harmless(s).rstrip(" ") in shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), "value in slack", s)


def skeleton(text):
    text = re.sub(r"\]\(https://e\.example/[^)]*\)", "](u)", text)
    return re.sub(r"[^*_\[\]()<>`#|!{}~&]", "", re.sub(r"\\.", "", text))


def check_teams(s, got, plain):
    lines, others = texts(got["attachments"][0]["content"]["body"]), texts(plain["attachments"][0]["content"]["body"])
    for text, same in zip(lines, others):
        no_controls(text, "teams", s)
        must("\n" not in text and skeleton(text) == skeleton(same), "card", s)
    seen = [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", t).replace("\u00a0", " ") for t in lines]
    must(any("→ " + harmless(s).rstrip(" ").replace("\u00a0", " ") in t for t in seen), "value in card", s)


def check_labels(s, got, plain):
    alert = (got["alerts"] if "alerts" in got else got)[0]
    must(alert["labels"]["segment_region" if "segment_region" in alert["labels"] else "segment_sales_rep_id"] == short(s), "label", s)
    must(alert["annotations"]["description"] == short(s), "annotation", s)


def check_exec(s, got, plain):
    must(got["alerts"][0]["title"] == s and got["alerts"][0]["actions"] == [s, s], "record", s)


JSON_CHANNELS = {"slack": check_slack, "teams": check_teams, "webhook": check_labels, "alertmanager": check_labels, "exec": check_exec}


def without_names(body, s):
    """Of what has the string in a name: the deal warnings count by kind."""
    for alert in body.get("alerts", []) if isinstance(body, dict) else []:
        if "warnings" in alert:
            alert["warnings"] = {"x": v for v in alert["warnings"].values()}
    return body


def check_json(strings, types):
    for channel, check in JSON_CHANNELS.items():
        lines = [delivery(k, s, channel) for s in ["x", *strings] for k in types]
        made = [json.loads(l) for l in render(lines).split("\n") if l]
        must(len(made) == len(lines), "deliveries", channel)
        plain = [json.loads(m["content"]["body"]) for m in made[:len(types)]]
        for i, one in enumerate(made):
            s, got = lines[i]["alerts"][0]["title"], json.loads(one["content"]["body"])
            like = plain[i % len(types)]
            if channel in ("slack", "teams") and not harmless(s):
                continue  # a line of nothing is none there
            must(bare(without_names(got, s)) == bare(without_names(like, "x")), f"structure of {channel}", s)
            check(s, got, like)
        judge(made, [line["alerts"][0]["title"] for line in lines])


def judge(made, strings):
    """What Slack's and Teams' readers see, if they are here."""
    if len(sys.argv) < 5 or made[0]["channel"] not in ("slack", "teams"):
        return
    done = subprocess.run(["node", sys.argv[3], sys.argv[4]], capture_output=True, input="".join(json.dumps(m) + "\n" for m in made).encode())
    for line, s in zip(done.stdout.decode().split("\n"), strings):
        told = json.loads(line)
        must("wrong" not in told, told.get("wrong"), s)
        must(("→ " + harmless(s)).replace("\u00a0", " ").rstrip(" ") in told["seen"].replace("\u00a0", " "), f"seen in {told['channel']}", s)


def check_faults(strings):
    """Faults go to ops, with what a program said in them."""
    for channel in ["terminal", "mail", *JSON_CHANNELS]:
        lines = [dict(delivery("strange", s, channel), form="fault", state="fault", alerts=[], faults=[fault(s)]) for s in ["x", *strings]]
        made = [json.loads(l)["content"]["body"] for l in render(lines).split("\n") if l]
        must(len(made) == len(lines), "faults", channel)
        for line, body in zip(lines, made):
            s = line["faults"][0]["reason"]
            if channel == "terminal":
                must("Reason: " + harmless(s).rstrip(" ") in body and body.count("\n") == made[0].count("\n"), "fault", s)
                no_controls(body, "fault", s)
            elif channel == "mail":
                page, other = Shape(mail_shape(body, s)[2]), plain_mail(made[0])[2]
                must(page.tags == other.tags and (not harmless(s).strip() or harmless(s).strip() in page.texts), "fault mail", s)
            elif channel != "slack" or len(html.escape(s)) < 200:  # longer ones are two sections there
                must(bare(json.loads(body)) == bare(json.loads(made[0])), f"fault of {channel}", s)


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


# What is of a rep, and lists of deals, are for their managers, and on no page.
PAGED = [k for k in TYPES if k not in ("rep_shift", "deal_warnings")]


def check_pages(strings, types):
    types = [k for k in types if k in PAGED]
    plain, around = articles(render([alert(k, "x") for k in types], "--as", "html"))
    plain = dict(zip(sorted(types, key=lambda k: RANK.get(SEVERITIES.get(k, "insight"), 3)), plain))
    for at in range(0, len(strings), 20):
        some = list(dict.fromkeys(strings[at:at + 20]))  # the same alert twice is one
        pairs = sorted(((k, s) for s in some for k in types), key=lambda p: RANK.get(SEVERITIES.get(p[0], "insight"), 3))
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


strings, types = INJECTIONS, TYPES
if len(sys.argv) > 2 and sys.argv[2]:
    strings = [s for s in json.load(open(sys.argv[2], encoding="utf-8")) if s and "\0" not in s]
    types = ["win_rate_drop"]
check_json(strings, types)
if len(sys.argv) > 3:
    sys.exit(print(len(strings), "strings"))
check_pages(strings, types)
check_faults(strings)
check_sidecars(strings)
check_deliveries(strings, types)
print(len(strings), "strings")
