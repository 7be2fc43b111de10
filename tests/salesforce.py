#!/usr/bin/env python3
"""salesforce - a small org of Salesforce: OAuth, query, queryAll and Bulk API 2.0 over deals made up here.

    salesforce.py FOLDER [DEALS [PAGE]]     listens on 127.0.0.1, its port in FOLDER/port

FOLDER/script is what goes wrong, a line each: "PART ACTION [ARGUMENT]".  The first line is taken
away when a request comes that has PART in its path and query, and done before it is answered; it
then stands in FOLDER/fired.  Actions of the answer: a status (429 2 and 503 2 say Retry-After),
error CODE, grant WORDS (no token), reset, halfway, silent SECONDS, html, bomb (far more once it is
unpacked).  Of the org: expire (all sessions end), elsewhere (next pages are at another host),
instance URL (a token is for it), untracked (no history of fields), short (a job's part lacks a
record), early (its first part says it is the last), hide NAME (a job says nothing of that name, a header or a key), spent N (calls of today), later N (seconds pass), lag N (a deal was written N seconds ago,
and is there only now), touch N or -N (the first or last deals change), delete N, nul (in a name).
GET /do/ACTION/ARGUMENT does one at once.  FOLDER/requests has a line of JSON for each request.
"""
import csv
import datetime
import gzip
import http.server
import io
import json
import os
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse

folder = sys.argv[1]
lock = threading.Lock()
PAGE = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
PART, ALLOWED = 2 * PAGE, 100000
state = {"sessions": set(), "cursors": {}, "jobs": {}, "spent": 10, "tick": 0, "number": 0, "elsewhere": False}
STAGES = ["Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost"]
FIELDS = ["Id", "Name", "Amount", "StageName", "CloseDate", "CreatedDate", "IsClosed", "IsWon", "IsDeleted", "SystemModstamp",
          "OwnerId", "Owner.Name", "AccountId", "Account.Name", "Account.Industry", "LeadSource", "Type", "Region__c",
          "Probability", "LastActivityDate"]
start = datetime.datetime(2024, 3, 1, 8)


def stamp(seconds):
    return (start + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def deal(i):
    stage = STAGES[i % 5]
    name = 'Deal "%d"\nof two lines' % i if i % 50 == 0 else "Deal %d" % i
    return {"Id": "006%015d" % i, "Name": name, "Amount": 1000.0 + i, "StageName": stage, "CloseDate": "2024-03-%02d" % (1 + i % 28),
            "CreatedDate": (datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i % 1400)).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "IsClosed": stage.startswith("Closed"), "IsWon": stage == "Closed Won", "IsDeleted": False,
            "SystemModstamp": stamp(i // 700 * 1200), "OwnerId": "005%015d" % (i % 7), "Owner.Name": "Rep %d" % (i % 7),
            "AccountId": "001%015d" % (i % 90), "Account.Name": "Account %d" % (i % 90), "Account.Industry": None if i % 9 == 0 else "Banking",
            "LeadSource": "Web", "Type": "New Business", "Region__c": "EMEA" if i % 2 else "APAC", "Probability": 10.0 * (i % 5),
            "LastActivityDate": None}


deals = {}
stages, tracked = [], []


def remember(d):
    stages.append({"Id": "008%015d" % len(stages), "OpportunityId": d["Id"], "CreatedDate": d["SystemModstamp"],
                   "StageName": d["StageName"], "Amount": d["Amount"], "CloseDate": d["CloseDate"], "Probability": d["Probability"],
                   "ForecastCategory": "Pipeline", "ExpectedRevenue": None})


def track(d, field, old, new):
    tracked.append({"Id": "017%015d" % len(tracked), "OpportunityId": d["Id"], "Field": field, "OldValue": old, "NewValue": new,
                    "CreatedDate": d["SystemModstamp"]})


def moment():
    state["tick"] += 1
    return stamp(86400 + state["tick"])


def touch(count):
    """The first deals, or the last, that are not deleted: stage, region and owner change."""
    there = [d for d in deals.values() if not d["IsDeleted"]]
    for d in there[:count] if count > 0 else there[count:]:
        d["SystemModstamp"] = moment()
        d["StageName"], d["Amount"], d["IsClosed"], d["IsWon"] = "Negotiation", d["Amount"] + 0.5, False, False
        remember(d)
        old, d["Region__c"] = d["Region__c"], "LATAM"
        track(d, "Region__c", old, "LATAM")
        track(d, "Owner", d["OwnerId"], "005%015d" % 99)
        track(d, "Owner", d["Owner.Name"], "Rep 99")
        track(d, "StageName", "?", "Negotiation")
        d["OwnerId"], d["Owner.Name"] = "005%015d" % 99, "Rep 99"


def delete(count):
    for d in [d for d in deals.values() if not d["IsDeleted"]][-count:]:
        d.update(IsDeleted=True, SystemModstamp=moment())


for n in range(int(sys.argv[2]) if len(sys.argv) > 2 else 12000):
    one = deals["006%015d" % n] = deal(n)
    remember(one)


class Refused(Exception):
    def __init__(self, status, code, message):
        self.status, self.said = status, [{"message": message, "errorCode": code}]


TABLES = {"Opportunity": (lambda: list(deals.values()), FIELDS),
          "OpportunityHistory": (lambda: stages, list(stages[0])),
          "OpportunityFieldHistory": (lambda: tracked, ["Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"])}


def plain(value):
    """A literal, or a value of a record, to be compared: instants as seconds."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return value[:19]
    return value.strip("'") if isinstance(value, str) else value


def condition(text, every):
    inner = re.fullmatch(r"(\w+) IN \((SELECT .*)\)", text)
    if inner:
        ids = {r["Id"] for r in run(inner[2], every)[1]}
        return lambda r: r[inner[1]] in ids
    name, order, literal = re.fullmatch(r"(\w+) (>=|<=|<|>|=) (\S+)", text).groups()
    wanted = plain(literal)
    compare = {">=": str.__ge__, "<=": str.__le__, "<": str.__lt__, ">": str.__gt__, "=": str.__eq__}[order]
    return lambda r: compare(plain(r[name]), wanted)


def run(soql, every):
    """Columns and records, of so much of SOQL as we need."""
    parts = re.fullmatch(r"SELECT (.+?) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY ([\w, ]+?))?(?: LIMIT (\d+))?", soql)
    if not parts:
        raise Refused(400, "MALFORMED_QUERY", "unexpected token")
    columns, table, where, order, limit = parts.groups()
    if table not in TABLES or (table == "OpportunityFieldHistory" and state.get("untracked")):
        raise Refused(400, "INVALID_TYPE", "\nFROM %s\n     ^\nERROR at Row:1:Column:1\nsObject type '%s' is not supported." % (table, table))
    rows, known = TABLES[table]
    columns = columns.split(", ")
    canon = {f.lower(): f for f in known}
    for c in columns:
        if c.lower() not in canon and c != "COUNT()":
            raise Refused(400, "INVALID_FIELD", "\nSELECT %s\n       ^\nERROR at Row:1:Column:8\nNo such column '%s' on entity '%s'. If you are"
                          " attempting to use a custom field, be sure to append the '__c' after the custom field name." % (c, c.split(".")[-1], table))
    tests = [condition(t, every) for t in re.split(r" AND (?![^(]*\))", where)] if where else []
    found = [r for r in rows() if (every or not r.get("IsDeleted")) and all(t(r) for t in tests)]
    if order:
        found.sort(key=lambda r: [r[name] for name in order.split(", ")])
    return [canon.get(c.lower(), c) for c in columns], found[:int(limit)] if limit else found, table


def record(row, columns, table, version):
    out = {"attributes": {"type": table, "url": "/services/data/v%s/sobjects/%s/%s" % (version, table, row["Id"])}}
    for c in columns:
        if "." in c:
            head, last = c.split(".")
            out.setdefault(head, {"attributes": {"type": head}})[last] = row[c]
        else:
            out[c] = row[c]
    return out


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        now = start.replace(tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=86400 + state["tick"])
        return super().date_time_string(now.timestamp())

    def say(self, status, said, kind="application/json;charset=UTF-8", **headers):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Sforce-Limit-Info": "api-usage=%d/%d; per-app-api-usage=9/10(appName=x)" % (state["spent"], ALLOWED), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = getattr(self, "half", False)
        self.wfile.write(body[:len(body) // 2] if half else body)
        self.wfile.flush()
        if half:
            self.reset()

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.rfile = self.wfile = open(os.devnull, "r+b")
        self.close_connection = True

    def act(self, action, argument=None):
        """True: that was the answer."""
        if action == "touch":
            touch(int(argument))
        elif action == "delete":
            delete(int(argument))
        elif action == "expire":
            state["sessions"].clear()
        elif action == "spent":
            state["spent"] = int(argument)
        elif action in ("elsewhere", "untracked", "short", "early", "hide", "instance"):
            state[action] = argument or True
        elif action == "later":
            state["tick"] += int(argument)
        elif action == "nul":
            deals["006%015d" % 7]["Name"] = "a\0b"
        elif action == "lag":
            late = deal(len(deals))
            late["SystemModstamp"] = stamp(86400 + state["tick"] - int(argument))
            deals[late["Id"]] = late
        elif action == "silent":
            time.sleep(float(argument))
        elif action == "halfway":
            self.half = True
        elif action == "reset":
            self.reset()
            return True
        elif action == "html":
            self.say(200, b"<html>We are down for maintenance</html>", "text/html")
            return True
        elif action == "bomb":
            self.say(200, gzip.compress(b" " * (100 << 20), 1), Content_Encoding="gzip")
            return True
        elif action == "error":
            self.say(403, [{"message": "no", "errorCode": argument}])
            return True
        elif action == "grant":
            self.say(400, {"error": "invalid_grant", "error_description": "%s %s" % (argument, self.body)})
            return True
        elif action.isdigit():
            self.say(int(action), b"not now", "text/plain", **({"Retry_After": argument} if argument else {}))
            return True
        return False

    def fault(self, what):
        try:
            with open(folder + "/script") as script:
                first, _, rest = script.read().partition("\n")
        except FileNotFoundError:
            return False
        if not first or first.split(" ", 1)[0] not in what:
            return False
        with open(folder + "/script.new", "w") as script:
            script.write(rest)
        os.rename(folder + "/script.new", folder + "/script")
        with open(folder + "/fired", "a") as fired:
            fired.write(first + "\n")
        return self.act(*first.split(" ", 2)[1:])

    def read_body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        chunks = iter(lambda: self.rfile.read(int(self.rfile.readline(), 16) + 2)[:-2], b"")
        return b"".join(chunks).decode()

    def answer(self):
        body = self.body = self.read_body()
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        with lock:
            with open(folder + "/requests", "a") as requests:
                requests.write(json.dumps({"method": self.command, "path": url.path, "query": asked, "body": body,
                                           "host": self.headers["Host"], "token": "Authorization" in self.headers}) + "\n")
            if url.path.startswith("/do/"):
                self.act(*url.path.split("/")[2:])
                return self.say(200, b"done")
            state["spent"] += 1
            if self.fault(url.path + "?" + urllib.parse.unquote_plus(url.query)):
                return None
            try:
                return self.route(url.path, asked, body)
            except Refused as no:
                return self.say(no.status, no.said)

    do_GET = do_POST = answer

    def route(self, path, asked, body):
        if path == "/services/oauth2/token":
            return self.token(dict(urllib.parse.parse_qsl(body)))
        session = self.headers.get("Authorization", "").replace("Bearer ", "")
        if session not in state["sessions"]:
            raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        version, _, what = path.partition("/services/data/v")[2].partition("/")
        if what in ("query", "query/", "queryAll", "queryAll/"):
            columns, rows, table = run(asked["q"], what.startswith("queryAll"))
            if columns == ["COUNT()"]:
                return self.say(200, {"totalSize": len(rows), "done": True, "records": []})
            return self.page(session, version, (columns, rows, table), 0)
        if what.startswith("query/"):
            number, _, offset = what[len("query/"):].partition("-")
            owner, found = state["cursors"].get(number, (None, None))
            if owner != session:
                raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
            return self.page(session, version, found, int(offset), number)
        if what == "jobs/query":
            return self.begin_job(json.loads(body), version)
        if what.startswith("jobs/query/"):
            return self.job(what.split("/"), asked)
        raise Refused(404, "NOT_FOUND", "The requested resource does not exist")

    def token(self, form):
        good = {"urn:ietf:params:oauth:grant-type:jwt-bearer": form.get("assertion", "").count(".") == 2,
                "client_credentials": form.get("client_secret") == "canary-client-secret",
                "refresh_token": form.get("refresh_token") == "canary-refresh-token"}.get(form.get("grant_type"))
        if good is None:
            return self.say(400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"})
        if not good:
            return self.say(400, {"error": "invalid_grant", "error_description": "invalid assertion"})
        state["number"] += 1
        token = "00D!canary-token-%d" % state["number"]
        state["sessions"].add(token)
        here = state.get("instance") or "http://127.0.0.1:%d" % self.server.server_address[1]
        return self.say(200, {"access_token": token, "scope": "api", "instance_url": here, "token_type": "Bearer",
                              "id": here + "/id/00D000000000000AAA/005000000000000AAA"})

    def page(self, session, version, found, offset, number=None):
        columns, rows, table = found
        more = offset + PAGE < len(rows)
        if more and number is None:
            state["number"] += 1
            number = "01g%015d" % state["number"]
            state["cursors"][number] = (session, found)
        said = {"totalSize": len(rows), "done": not more, "records": [record(r, columns, table, version) for r in rows[offset:offset + PAGE]]}
        if more:
            said["nextRecordsUrl"] = "%s/services/data/v%s/query/%s-%d" % (
                "http://localhost:%d" % self.server.server_address[1] if state["elsewhere"] else "", version, number, offset + PAGE)
        return self.say(200, said)

    def begin_job(self, asked, version):
        found = run(asked["query"], asked["operation"] == "queryAll")
        state["number"] += 1
        job = {"id": "750%015d" % state["number"], "operation": asked["operation"], "object": found[2], "state": "UploadComplete",
               "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": float(version), "lineEnding": "LF", "columnDelimiter": "COMMA"}
        state["jobs"][job["id"]] = (job, found)
        return self.say(200, job)

    def job(self, words, asked):
        job, (columns, rows, _) = state["jobs"].get(words[2], (None, (None, None, None)))
        if job is None:
            raise Refused(404, "NOT_FOUND", "no such job")
        if len(words) == 3:
            job["state"] = {"UploadComplete": "InProgress"}.get(job["state"], "JobComplete")
            return self.say(200, {name: value for name, value in {**job, "numberRecordsProcessed": len(rows)}.items() if name != state.get("hide")})
        if job["state"] != "JobComplete":
            raise Refused(412, "JOB_NOT_COMPLETE", "can only download query results of successfully completed bulk job")
        offset = int(asked.get("locator", "x0")[1:])
        part = rows[offset:offset + min(PART, int(asked.get("maxRecords", PART)))]
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        for r in part[1:] if state.get("short") else part:
            writer.writerow(["" if r[c] is None else str(r[c]).lower() if isinstance(r[c], bool) else str(r[c]).replace(".000+0000", ".000Z")
                             for c in columns])
        after = offset + len(part)
        about = {"Sforce-Locator": "x%d" % after if after < len(rows) and not state.get("early") else "null",
                 "Sforce-NumberOfRecords": str(len(part))}
        return self.say(200, gzip.compress(text.getvalue().encode(), 1), "text/csv", Content_Encoding="gzip",
                        **{name: value for name, value in about.items() if name != state.get("hide")})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


with Server(("127.0.0.1", 0), Answer) as server:
    with open(folder + "/port.new", "w") as port:
        port.write(str(server.server_address[1]))
    os.rename(folder + "/port.new", folder + "/port")
    server.serve_forever()
